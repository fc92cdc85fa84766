import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import { exportDocument } from './wire.ts';

/** Encodes a job. A failure is a code and a text in `stateReason`. */
export function encode(job: ExportJob): JsonObject {
  const { reason } = job;
  return exportDocument(job, reason && { stateReason: { errorCode: reason.code, message: reason.message } });
}
