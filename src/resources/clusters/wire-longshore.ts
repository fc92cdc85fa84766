import { Type, type Static } from 'typebox';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { invalidClusterConfiguration } from './errors.ts';
import type { ClusterSource, ClusterWithSource } from './model.ts';

export const RegisterBody = Type.Object({
  name: Type.String(),
  mongodump: Type.Optional(Type.Object({ directory: Type.String() })),
  mongodb: Type.Optional(Type.Object({ uri: Type.String() })),
});

/** @throws ApiError `INVALID_CLUSTER_CONFIGURATION` unless there is exactly one source */
export function decodeSource({ mongodump, mongodb }: Static<typeof RegisterBody>): ClusterSource {
  if (mongodump !== undefined && mongodb === undefined) return { kind: 'mongodump', directory: mongodump.directory };
  if (mongodb !== undefined && mongodump === undefined) return { kind: 'mongodb', uri: mongodb.uri };
  throw invalidClusterConfiguration('give either mongodump with its directory or mongodb with its uri');
}

export function encodeRegistered(cluster: ClusterWithSource): JsonObject {
  return {
    createDate: atlasTime(cluster.createdAt),
    groupId: cluster.groupId,
    id: cluster.id,
    mongoDBVersion: cluster.mongodbVersion,
    name: cluster.name,
    source: cluster.source.kind,
  };
}
