import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Snapshot } from './model.ts';

/** Encodes the facts for which Atlas has no attribute: consistency, left out collections, and the reason of a failure. */
export function encodeDetails(snapshot: Snapshot): JsonObject {
  const { startedAt, completedAt, consistency, leftOut, strict, findings, failure } = snapshot;
  return {
    ...(completedAt !== undefined && { completedAt: atlasTime(completedAt) }),
    ...(consistency && { consistency: { level: consistency.level, reason: consistency.reason } }),
    expiresAt: atlasTime(snapshot.expiresAt),
    ...(failure && { failure: { errorCode: failure.code, message: failure.message } }),
    id: snapshot.id,
    ...(leftOut && { leftOut: leftOut.map(({ name, reason }) => ({ name, reason })) }),
    ...(findings && {
      badDocuments: findings.badDocuments,
      badValues: findings.badValues.map((value) => ({ ...value })),
      lookAlikes: findings.lookAlikes,
    }),
    requestedAt: atlasTime(snapshot.requestedAt),
    ...(startedAt !== undefined && { startedAt: atlasTime(startedAt) }),
    status: snapshot.status,
    strict,
    storageSizeBytes: snapshot.storageSizeBytes,
  };
}
