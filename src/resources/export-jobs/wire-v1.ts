import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import { exportDocument } from './wire.ts';

/** A failure is told in one text, `errMsg`. */
export function encode(job: ExportJob): JsonObject {
  return exportDocument(job, job.reason && { errMsg: job.reason.message });
}
