import type { Links } from '../../http/index.ts';
import { encodeWaiting } from '../../jobs/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { SnapshotProgress } from './model.ts';
import type { SnapshotDetails } from './service.ts';
import { encode } from './wire.ts';

/**
 * Encodes Atlas's document without its links, and the facts for which Atlas has no attribute: consistency, the reason of a
 * failure, the figures, and why the last attempt failed.
 */
export function encodeSummary(found: SnapshotDetails, links: Links): JsonObject {
  const atlas = Object.entries(encode(found, links)).filter(([name]) => name !== 'links');
  const { startedAt, completedAt, requestedAt, consistency, strict, failure, progress } = found.snapshot;
  return {
    ...Object.fromEntries(atlas),
    ...(completedAt !== undefined && { completedAt: atlasTime(completedAt) }),
    ...(consistency && { consistency: { level: consistency.level, reason: consistency.reason } }),
    ...(failure && { failure: { errorCode: failure.code, message: failure.message } }),
    ...(progress && { progress: encodeProgress(progress) }),
    requestedAt: atlasTime(requestedAt),
    ...(startedAt !== undefined && { startedAt: atlasTime(startedAt) }),
    strict,
    ...encodeWaiting(found.waiting),
  };
}

/** Also encodes the omissions and the bad values, which may be too long for a list. */
export function encodeDetails(found: SnapshotDetails, links: Links): JsonObject {
  const { leftOut, findings } = found.snapshot;
  return {
    ...encodeSummary(found, links),
    ...(leftOut && { leftOut: leftOut.map(({ name, reason }) => ({ name, reason })) }),
    ...(findings && {
      badDocuments: findings.badDocuments,
      badValues: findings.badValues.map((value) => ({ ...value })),
      lookAlikes: findings.lookAlikes,
    }),
  };
}

function encodeProgress({ expectedBytes, ...progress }: SnapshotProgress): JsonObject {
  return { ...progress, ...(expectedBytes !== undefined && { expectedBytes }) };
}
