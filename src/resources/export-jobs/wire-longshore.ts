import { invalidQueryParameter, type ApiRequest } from '../../http/index.ts';
import { encodeWaiting } from '../../jobs/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJobDetails } from './service.ts';
import * as v2 from './wire-v2.ts';

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
