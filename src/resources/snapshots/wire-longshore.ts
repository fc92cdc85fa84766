import { Type } from 'typebox';
import { TimeSchema, type Links } from '../../http/index.ts';
import { encodeWaiting, waitingProperties } from '../../jobs/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { SnapshotProgress } from './model.ts';
import type { SnapshotDetails } from './service.ts';
import { encode, SnapshotSchema } from './wire.ts';

const Reasons = Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }));

export const SummarySchema = Type.Object(
  {
    ...Type.Omit(SnapshotSchema, ['links']).properties,
    completedAt: Type.Optional(TimeSchema),
    consistency: Type.Optional(Type.Object({ level: Type.String(), reason: Type.String() })),
    failure: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
    progress: Type.Optional(
      Type.Object({
        bytes: Type.Integer(),
        collections: Type.Integer(),
        documents: Type.Integer(),
        expectedBytes: Type.Optional(Type.Integer()),
        newStoredBytes: Type.Integer(),
        totalCollections: Type.Integer(),
      }),
    ),
    requestedAt: TimeSchema,
    startedAt: Type.Optional(TimeSchema),
    strict: Type.Boolean(),
    ...waitingProperties,
  },
  { $id: 'SnapshotSummary' },
);

export const DetailsSchema = Type.Object(
  {
    ...SummarySchema.properties,
    badDocuments: Type.Optional(Type.Integer()),
    badValues: Type.Optional(
      Type.Array(
        Type.Object({
          _id: Type.Optional(Type.String()),
          collection: Type.String(),
          field: Type.String(),
          reason: Type.String(),
        }),
      ),
    ),
    leftOut: Type.Optional(Reasons),
    lookAlikes: Type.Optional(Type.Integer()),
  },
  { $id: 'SnapshotDetails' },
);

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
