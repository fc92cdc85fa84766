import { encodeWaiting, type WaitingJob } from '../../jobs/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';
import * as v2 from './wire-v2.ts';

/** Atlas's document of v2, and what Atlas has no attribute for: what the job waits for. */
export function encodeDetails(job: ExportJob, waiting: WaitingJob | undefined): JsonObject {
  return { ...v2.encode(job), ...(waiting && { waiting: encodeWaiting(waiting) }) };
}
