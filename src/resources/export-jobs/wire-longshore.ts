import { encodeWaiting } from '../../jobs/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJobDetails } from './service.ts';
import * as v2 from './wire-v2.ts';

/** Encodes Atlas's document of v2, and what the job waits for, because Atlas has no attribute for it. */
export function encodeDetails(job: ExportJobDetails): JsonObject {
  return { ...v2.encode(job), ...encodeWaiting(job.waiting) };
}
