import { Type } from 'typebox';
import { IdSchema, invalidQueryParameter, type ApiRequest } from '../../http/index.ts';
import { encodeWaiting, waitingProperties } from '../../jobs/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJobDetails } from './service.ts';
import * as v2 from './wire-v2.ts';

export const DetailsSchema = Type.Object(
  {
    ...v2.JobSchema.properties,
    progress: Type.Optional(
      Type.Object({
        bytes: Type.Integer(),
        documents: Type.Integer(),
        objectBytes: Type.Optional(Type.Integer()),
        objects: Type.Optional(Type.Integer()),
        totalBytes: Type.Integer(),
        totalDocuments: Type.Integer(),
      }),
    ),
    ...waitingProperties,
  },
  { $id: 'ExportJobDetails' },
);

export const ObjectSchema = Type.Object({ bytes: Type.Integer(), key: Type.String() }, { $id: 'ExportObject' });

/** The answer to a removal. */
export const RemovedSchema = Type.Object(
  { deleted: IdSchema, removedObjects: Type.Integer() },
  { $id: 'RemovedExportJob' },
);

/** The query parameters of a removal. */
export const REMOVAL = {
  objects: Type.Enum(['keep', 'remove'], {
    default: 'keep',
    description: 'What happens to the objects in the bucket.',
  }),
};

/** Encodes Atlas's document of v2, and what Atlas has no attribute for: the figures, and why the last attempt failed. */
export function encodeDetails(job: ExportJobDetails): JsonObject {
  const { figures } = job;
  return { ...v2.encode(job), ...(figures && { progress: { ...figures } }), ...encodeWaiting(job.waiting) };
}

/** Whether `objects=remove` was asked for. @throws ApiError `INVALID_QUERY_PARAMETER` */
export function decodeWithObjects(request: Pick<ApiRequest, 'query'>): boolean {
  const objects = request.query('objects') ?? 'keep';
  if (objects !== 'keep' && objects !== 'remove') throw invalidQueryParameter('objects');
  return objects === 'remove';
}
