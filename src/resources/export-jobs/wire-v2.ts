import { Type } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import { exportDocument, jobProperties } from './wire.ts';

export const JobSchema = Type.Object(
  {
    ...jobProperties,
    stateReason: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
  },
  { $id: 'ExportJob' },
);

/** Encodes a job. A failure is a code and a text in `stateReason`. */
export function encode(job: ExportJob): JsonObject {
  const { reason } = job;
  return exportDocument(job, reason && { stateReason: { errorCode: reason.code, message: reason.message } });
}
