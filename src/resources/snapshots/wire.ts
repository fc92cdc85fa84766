import { Type, type Static } from 'typebox';
import { atlasTime } from '../../kernel/clock.ts';
import { partId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import {
  ReadOnly,
  IdSchema,
  invalidAttribute,
  invalidQueryParameter,
  LinksSchema,
  TimeSchema,
  type ApiRequest,
  type Links,
} from '../../http/index.ts';
import { FREQUENCY_TYPES, SNAPSHOT_STATUSES } from './model.ts';
import { MAX_RETENTION, type Retention } from './retention.ts';
import type { ClusterSnapshot, NewSnapshot } from './service.ts';

// The snapshots of v1.0 and v2 differ only in their links.

const MAX_DESCRIPTION_LENGTH = 4096;

export const TakeBody = Type.Object({
  description: Type.Optional(Type.String({ maxLength: MAX_DESCRIPTION_LENGTH })),
  retentionInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_RETENTION.DAYS })),
  /** Longshore's: whether bad values are refused; as the cluster says where absent. */
  strict: Type.Optional(Type.Boolean()),
  links: ReadOnly,
});

export const RetentionBody = Type.Object({
  retentionUnit: Type.Union([
    Type.Literal('DAYS'),
    Type.Literal('WEEKS'),
    Type.Literal('MONTHS'),
    Type.Literal('YEARS'),
  ]),
  retentionValue: Type.Integer({ minimum: 1 }),
  links: ReadOnly,
});

/** The query parameters of a request whose body is an archive. */
export const TAKE_SENT = Type.Pick(TakeBody, ['description', 'retentionInDays', 'strict']).properties;

const snapshot = {
  createdAt: Type.Optional(TimeSchema),
  description: Type.String(),
  expiresAt: TimeSchema,
  frequencyType: Type.Enum(['ondemand', ...FREQUENCY_TYPES]),
  id: IdSchema,
  links: LinksSchema,
  mongodVersion: Type.Optional(Type.String()),
  policyItems: Type.Array(IdSchema),
  snapshotType: Type.Enum(['onDemand', 'scheduled']),
  status: Type.Enum([...SNAPSHOT_STATUSES]),
  storageSizeBytes: Type.Integer({ minimum: 0 }),
  type: Type.Enum(['replicaSet', 'shardedCluster']),
};

export const SnapshotSchema = Type.Object(
  {
    ...snapshot,
    cloudProvider: Type.Optional(Type.Literal('AWS')),
    copyRegions: Type.Array(Type.String()),
    replicaSetName: Type.String(),
  },
  { $id: 'Snapshot' },
);

const MemberSchema = Type.Object({
  cloudProvider: Type.Literal('AWS'),
  id: IdSchema,
  replicaSetName: Type.String(),
});

export const ShardedSnapshotSchema = Type.Object(
  { ...snapshot, members: Type.Array(MemberSchema), snapshotIds: Type.Array(IdSchema) },
  { $id: 'ShardedClusterSnapshot' },
);

export function decodeTake(body: Static<typeof TakeBody>): NewSnapshot {
  const { description = '', retentionInDays, strict } = body;
  return { description, retention: days(retentionInDays), strict };
}

/** The values in the query of a request whose body is an archive. @throws ApiError `INVALID_QUERY_PARAMETER` */
export function decodeTakeSent(request: Pick<ApiRequest, 'query'>): NewSnapshot {
  const description = request.query('description') ?? '';
  if (description.length > MAX_DESCRIPTION_LENGTH) throw invalidQueryParameter('description');
  const asked = request.query('retentionInDays');
  if (asked !== undefined && (!/^[1-9]\d{0,5}$/.test(asked) || Number(asked) > MAX_RETENTION.DAYS)) {
    throw invalidQueryParameter('retentionInDays');
  }
  const strict = request.query('strict');
  if (strict !== undefined && strict !== 'true' && strict !== 'false') throw invalidQueryParameter('strict');
  return {
    description,
    retention: days(asked === undefined ? undefined : Number(asked)),
    strict: strict === undefined ? undefined : strict === 'true',
  };
}

function days(value: number | undefined): Retention | undefined {
  return value === undefined ? undefined : { unit: 'DAYS', value };
}

/** @throws ApiError `INVALID_ATTRIBUTE` if the value exceeds the longest retention of the unit. */
export function decodeRetention(body: Static<typeof RetentionBody>): Retention {
  if (body.retentionValue > MAX_RETENTION[body.retentionUnit]) throw invalidAttribute('retentionValue');
  return { unit: body.retentionUnit, value: body.retentionValue };
}

/** Encodes a snapshot as a replica set's. Attributes appear as soon as their value is known. */
export function encode(found: ClusterSnapshot, links: Links): JsonObject {
  const { state, identity, version, type } = commonParts(found, links);
  return {
    ...(found.snapshot.mongodbVersion !== undefined && { cloudProvider: 'AWS' }),
    copyRegions: [],
    ...state,
    ...identity,
    ...version,
    policyItems: policyItemsOf(found),
    replicaSetName: found.cluster.name,
    ...type,
  };
}

/**
 * Encodes a snapshot as a sharded cluster's, with a member for each shard. That of a replica set has no members, and Terraform reads it in this
 * form, too.
 */
export function encodeSharded(found: ClusterSnapshot, links: Links): JsonObject {
  const { state, identity, version, type } = commonParts(found, links);
  const members = Array.from({ length: found.snapshot.shardCount }, (_, shard) => ({
    cloudProvider: 'AWS',
    id: partId(found.snapshot.id, `shard-${shard}`),
    replicaSetName: `${found.cluster.name}-shard-${shard}`,
  }));
  return {
    ...state,
    ...identity,
    members,
    ...version,
    policyItems: policyItemsOf(found),
    snapshotIds: members.map(({ id }) => id),
    ...type,
  };
}

function policyItemsOf({ snapshot }: ClusterSnapshot): readonly string[] {
  return snapshot.scheduledFor?.policyItemIds ?? [];
}

/** Returns the attributes that both forms have, split where the two differ. */
function commonParts({ cluster, snapshot }: ClusterSnapshot, links: Links) {
  const clusterUrl = links.link(`/groups/${snapshot.groupId}/clusters/${cluster.name}`);
  const { status, startedAt, mongodbVersion } = snapshot;
  return {
    state: {
      ...(status === 'completed' && startedAt !== undefined && { createdAt: atlasTime(startedAt) }),
      description: snapshot.description,
      expiresAt: atlasTime(snapshot.expiresAt),
      frequencyType: snapshot.scheduledFor?.frequencyType ?? 'ondemand',
    },
    identity: {
      id: snapshot.id,
      links: [
        { href: `${clusterUrl}/backup/snapshots/${snapshot.id}`, rel: 'self' },
        { href: clusterUrl, rel: 'https://cloud.mongodb.com/cluster' },
      ],
    },
    version: mongodbVersion === undefined ? {} : { mongodVersion: mongodbVersion },
    type: {
      snapshotType: snapshot.scheduledFor === undefined ? 'onDemand' : 'scheduled',
      status,
      storageSizeBytes: snapshot.storageSizeBytes,
      type: snapshot.shardCount === 0 ? 'replicaSet' : 'shardedCluster',
    },
  };
}
