import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ExportJob } from './model.ts';

/** A failure is told in one text, `errMsg`. */
export function encode(job: ExportJob): JsonObject {
  return {
    createdAt: atlasTime(job.createdAt),
    customData: job.customData.map(({ key, value }) => ({ key, value })),
    ...(job.reason && { errMsg: job.reason.message }),
    exportBucketId: job.exportBucketId,
    exportStatus: { exportedCollections: job.exportedCollections, totalCollections: job.totalCollections },
    ...(job.finishedAt !== undefined && { finishedAt: atlasTime(job.finishedAt) }),
    id: job.id,
    prefix: job.prefix,
    snapshotId: job.snapshotId,
    state: job.state,
  };
}
