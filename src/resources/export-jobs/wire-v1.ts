import { Type } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import { exportDocument, jobProperties } from './wire.ts';

export const JobSchema = Type.Object({ ...jobProperties, errMsg: Type.Optional(Type.String()) }, { $id: 'ExportJob' });

/** Encodes a job. A failure is one text in `errMsg`. */
export function encode(job: ExportJob): JsonObject {
  return exportDocument(job, job.reason && { errMsg: job.reason.message });
}
