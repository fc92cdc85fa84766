import { Type, type Static } from 'typebox';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { invalidClusterConfiguration } from './errors.ts';
import type { ClusterSource, ClusterWithSource, SourceReport } from './model.ts';

/** Below this a batch of big documents would wait for hours. */
const MIN_BYTES_PER_SECOND = 64 * 1024;

export const RegisterBody = Type.Object({
  name: Type.String(),
  mongodump: Type.Optional(Type.Object({ directory: Type.String() })),
  mongodb: Type.Optional(
    Type.Object({
      uri: Type.String(),
      whenHistoryEnds: Type.Optional(Type.Union([Type.Literal('fail'), Type.Literal('fallBack')])),
      bytesPerSecond: Type.Optional(Type.Integer({ minimum: MIN_BYTES_PER_SECOND })),
    }),
  ),
});

/** @throws ApiError `INVALID_CLUSTER_CONFIGURATION` unless there is exactly one source */
export function decodeSource({ mongodump, mongodb }: Static<typeof RegisterBody>): ClusterSource {
  if (mongodump !== undefined && mongodb === undefined) return { kind: 'mongodump', directory: mongodump.directory };
  if (mongodb !== undefined && mongodump === undefined) return { kind: 'mongodb', ...mongodb };
  throw invalidClusterConfiguration('give either mongodump with its directory or mongodb with its uri');
}

/** @param report what the source said when it was opened: what a snapshot would hold, and what not. */
export function encodeRegistered(cluster: ClusterWithSource, report: SourceReport): JsonObject {
  const { consistency, collections, leftOut } = report;
  return {
    createDate: atlasTime(cluster.createdAt),
    groupId: cluster.groupId,
    id: cluster.id,
    mongoDBVersion: cluster.mongodbVersion,
    name: cluster.name,
    source: cluster.source.kind,
    consistency: { level: consistency.level, reason: consistency.reason },
    collections,
    leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
  };
}
