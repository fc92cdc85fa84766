import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import { exportDocument } from './wire.ts';

/** A failure is told with its code, in `stateReason`. */
export function encode(job: ExportJob): JsonObject {
  const { reason } = job;
  return exportDocument(job, reason && { stateReason: { errorCode: reason.code, message: reason.message } });
}
