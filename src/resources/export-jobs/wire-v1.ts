import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import { exportDocument } from './wire.ts';

/** Encodes a job. A failure is one text in `errMsg`. */
export function encode(job: ExportJob): JsonObject {
  return exportDocument(job, job.reason && { errMsg: job.reason.message });
}
