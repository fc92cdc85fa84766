import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';

/** A failure is told with its code, in `stateReason`. */
export function encode(job: ExportJob): JsonObject {
  return {
    createdAt: atlasTime(job.createdAt),
    customData: job.customData.map(({ key, value }) => ({ key, value })),
    exportBucketId: job.exportBucketId,
    exportStatus: { exportedCollections: job.exportedCollections, totalCollections: job.totalCollections },
    ...(job.finishedAt !== undefined && { finishedAt: atlasTime(job.finishedAt) }),
    id: job.id,
    prefix: job.prefix,
    snapshotId: job.snapshotId,
    state: job.state,
    ...(job.reason && { stateReason: { errorCode: job.reason.code, message: job.reason.message } }),
  };
}
