import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { Count, jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';
import { compiledOnce, selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import type { Consistency, LeftOut } from '../../snapshot/contract.ts';
import {
  FREQUENCY_TYPES,
  SNAPSHOT_STATUSES,
  UNFINISHED_STATUSES,
  type ScheduledMoment,
  type Snapshot,
  type SnapshotFindings,
  type SnapshotProgress,
} from './model.ts';
import { RETENTION_UNITS, type Retention } from './retention.ts';

const readStatus = jsonReader(Type.Enum([...SNAPSHOT_STATUSES]));
const readUnit = jsonReader(Type.Enum([...RETENTION_UNITS]));
const readFrequencyType = jsonReader(Type.Enum([...FREQUENCY_TYPES]));
const readItemIds = jsonTextReader(Type.Array(Type.String()));
const readConsistency = jsonTextReader(
  Type.Object({
    level: Type.Enum(['pointInTime', 'perCollection', 'none']),
    reason: Type.String(),
  }),
);
const readLeftOut = jsonTextReader(Type.Array(Type.Object({ name: Type.String(), reason: Type.String() })));
const readProgress = jsonTextReader(
  Type.Object({
    collections: Count,
    totalCollections: Count,
    documents: Count,
    bytes: Count,
    expectedBytes: Type.Optional(Count),
    newStoredBytes: Count,
  }),
);
const readFindings = jsonTextReader(
  Type.Object({
    badDocuments: Count,
    lookAlikes: Count,
    badValues: Type.Array(
      Type.Object({
        collection: Type.String(),
        _id: Type.Optional(Type.String()),
        field: Type.String(),
        reason: Type.Enum(['invalidUtf8', 'oldBinaryLength']),
      }),
    ),
  }),
);

// Every function takes the database or a transaction of it.

export async function insertSnapshot(database: Database, snapshot: Snapshot): Promise<void> {
  await database
    .insertInto('snapshots')
    .values({
      id: snapshot.id,
      group_id: snapshot.groupId,
      cluster_id: snapshot.clusterId,
      description: snapshot.description,
      retention_unit: snapshot.retention.unit,
      retention_value: snapshot.retention.value,
      extra_retention_days: snapshot.retention.extraDays ?? 0,
      has_own_retention: snapshot.hasOwnRetention ? 1 : 0,
      due_at: snapshot.scheduledFor?.dueAt ?? null,
      frequency_type: snapshot.scheduledFor?.frequencyType ?? null,
      policy_item_ids: snapshot.scheduledFor === undefined ? null : JSON.stringify(snapshot.scheduledFor.policyItemIds),
      shard_count: snapshot.shardCount,
      status: snapshot.status,
      requested_at: snapshot.requestedAt,
      expires_at: snapshot.expiresAt,
      storage_size_bytes: snapshot.storageSizeBytes,
      is_strict: snapshot.strict ? 1 : 0,
    })
    .execute();
}

export async function selectSnapshot(database: Database, id: Id): Promise<Snapshot | undefined> {
  const [row] = await readSnapshot(database, id);
  return row && snapshotOf(row);
}

const readSnapshot = compiledOnce((database, id: Id) =>
  database.selectFrom('snapshots').selectAll().where('id', '=', id),
);

/** Returns a page of a cluster's snapshots, newest first. @param only.sharded whether only those of a sharded cluster are wanted. */
export async function selectSnapshots(
  database: Database,
  clusterId: Id,
  page: PageRequest,
  only: { readonly sharded: boolean },
): Promise<Page<Snapshot>> {
  const all = ofCluster(database, clusterId);
  const wanted = only.sharded ? all.where('shard_count', '>', 0) : all;
  return await selectPage(database, wanted, page, (rows) => rows.map(snapshotOf));
}

/** Returns all snapshots of a cluster, newest first. */
export async function selectAllSnapshots(database: Database, clusterId: Id): Promise<readonly Snapshot[]> {
  return (await ofCluster(database, clusterId).execute()).map(snapshotOf);
}

function ofCluster(database: Database, clusterId: Id) {
  return database
    .selectFrom('snapshots')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc');
}

/** Whether a cluster, or a project, has any snapshot. */
export async function hasSnapshots(
  database: Database,
  of: { readonly clusterId: Id } | { readonly groupId: Id },
): Promise<boolean> {
  const all = database.selectFrom('snapshots').select('id').limit(1);
  const wanted =
    'clusterId' in of ? all.where('cluster_id', '=', of.clusterId) : all.where('group_id', '=', of.groupId);
  return (await wanted.executeTakeFirst()) !== undefined;
}

/** Whether the cluster has an unfinished snapshot that a client, or its schedule, has asked for. */
export async function hasUnfinished(
  database: Database,
  clusterId: Id,
  kind: 'onDemand' | 'scheduled',
): Promise<boolean> {
  const row = await database
    .selectFrom('snapshots')
    .select('id')
    .where('cluster_id', '=', clusterId)
    .where('status', 'in', UNFINISHED_STATUSES)
    .where('due_at', kind === 'onDemand' ? 'is' : 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns the snapshots that the cluster's schedule has asked for, newest first. */
export async function selectScheduled(database: Database, clusterId: Id): Promise<readonly Snapshot[]> {
  return (await ofCluster(database, clusterId).where('due_at', 'is not', null).execute()).map(snapshotOf);
}

/** @param clusterId absent: those of all clusters. */
export async function selectUnfinishedIds(database: Database, clusterId?: Id): Promise<readonly Id[]> {
  let query = database.selectFrom('snapshots').select('id').where('status', 'in', UNFINISHED_STATUSES);
  if (clusterId !== undefined) query = query.where('cluster_id', '=', clusterId);
  const rows = await query.execute();
  return rows.map(({ id }) => id);
}

/** Returns the finished snapshots that expire by a time. @param before in milliseconds since the Unix epoch. */
export async function selectExpired(database: Database, before: number): Promise<readonly Snapshot[]> {
  const rows = await database
    .selectFrom('snapshots')
    .selectAll()
    .where('status', 'in', ['completed', 'failed'])
    .where('expires_at', '<=', before)
    .orderBy('expires_at')
    .execute();
  return rows.map(snapshotOf);
}

export async function deleteSnapshot(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('snapshots').where('id', '=', id).execute();
}

/** @param change.isOwn whether a client has set the retention of this snapshot. */
export async function setRetention(
  database: Database,
  id: Id,
  change: { readonly retention: Retention; readonly expiresAt: number; readonly isOwn: boolean },
): Promise<void> {
  await database
    .updateTable('snapshots')
    .set({
      retention_unit: change.retention.unit,
      retention_value: change.retention.value,
      extra_retention_days: change.retention.extraDays ?? 0,
      expires_at: change.expiresAt,
      has_own_retention: change.isOwn ? 1 : 0,
    })
    .where('id', '=', id)
    .execute();
}

export async function setStarted(database: Database, id: Id, startedAt: number): Promise<void> {
  await database
    .updateTable('snapshots')
    .set({ status: 'inProgress', started_at: startedAt })
    .where('id', '=', id)
    .execute();
}

export async function setOpened(
  database: Database,
  id: Id,
  source: {
    readonly mongodbVersion: string;
    readonly consistency: Consistency;
    readonly leftOut: readonly LeftOut[];
  },
): Promise<void> {
  await database
    .updateTable('snapshots')
    .set({
      mongodb_version: source.mongodbVersion,
      consistency: JSON.stringify(source.consistency),
      left_out: JSON.stringify(source.leftOut),
    })
    .where('id', '=', id)
    .execute();
}

export async function setProgress(database: Database, id: Id, progress: SnapshotProgress): Promise<void> {
  await database
    .updateTable('snapshots')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .execute();
}

/** Returns the bytes that the newest completed snapshot of the cluster has read; undefined if there is none. */
export async function selectLastBytes(database: Database, clusterId: Id): Promise<number | undefined> {
  const row = await database
    .selectFrom('snapshots')
    .select('progress')
    .where('cluster_id', '=', clusterId)
    .where('status', '=', 'completed')
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.progress == null ? undefined : progressOf(row.progress).bytes;
}

export async function setCompleted(
  database: Database,
  id: Id,
  facts: {
    readonly startedAt: number;
    readonly completedAt: number;
    readonly expiresAt: number;
    readonly storageSizeBytes: number;
    readonly mongodbVersion: string;
    readonly consistency: Consistency;
    readonly leftOut: readonly LeftOut[];
    readonly findings: SnapshotFindings;
    readonly progress: SnapshotProgress;
  },
): Promise<void> {
  await database
    .updateTable('snapshots')
    .set({
      status: 'completed',
      started_at: facts.startedAt,
      completed_at: facts.completedAt,
      expires_at: facts.expiresAt,
      storage_size_bytes: facts.storageSizeBytes,
      mongodb_version: facts.mongodbVersion,
      consistency: JSON.stringify(facts.consistency),
      left_out: JSON.stringify(facts.leftOut),
      findings: JSON.stringify(facts.findings),
      progress: JSON.stringify(facts.progress),
    })
    .where('id', '=', id)
    .execute();
}

export async function setFailed(
  database: Database,
  id: Id,
  failure: { readonly code: string; readonly message: string },
): Promise<void> {
  await database
    .updateTable('snapshots')
    .set({ status: 'failed', error_code: failure.code, error_message: failure.message })
    .where('id', '=', id)
    .where('status', 'in', UNFINISHED_STATUSES)
    .execute();
}

function scheduledMomentOf(row: Selectable<Schema['snapshots']>): ScheduledMoment | undefined {
  const { due_at: dueAt, frequency_type: frequencyType, policy_item_ids: itemIds } = row;
  if (dueAt === null || frequencyType === null || itemIds === null) return undefined;
  return {
    dueAt,
    frequencyType: storedValue('snapshots.frequency_type', readFrequencyType, frequencyType),
    policyItemIds: storedValue('snapshots.policy_item_ids', readItemIds, itemIds),
  };
}

function snapshotOf(row: Selectable<Schema['snapshots']>): Snapshot {
  return {
    id: row.id,
    groupId: row.group_id,
    clusterId: row.cluster_id,
    description: row.description,
    retention: {
      unit: storedValue('snapshots.retention_unit', readUnit, row.retention_unit),
      value: row.retention_value,
      ...(row.extra_retention_days > 0 && { extraDays: row.extra_retention_days }),
    },
    hasOwnRetention: row.has_own_retention === 1,
    scheduledFor: scheduledMomentOf(row),
    shardCount: row.shard_count,
    status: storedValue('snapshots.status', readStatus, row.status),
    requestedAt: row.requested_at,
    startedAt: row.started_at ?? undefined,
    completedAt: row.completed_at ?? undefined,
    expiresAt: row.expires_at,
    mongodbVersion: row.mongodb_version ?? undefined,
    storageSizeBytes: row.storage_size_bytes,
    consistency:
      row.consistency === null ? undefined : storedValue('snapshots.consistency', readConsistency, row.consistency),
    leftOut: row.left_out === null ? undefined : storedValue('snapshots.left_out', readLeftOut, row.left_out),
    strict: row.is_strict === 1,
    findings: row.findings === null ? undefined : storedValue('snapshots.findings', readFindings, row.findings),
    progress: row.progress === null ? undefined : progressOf(row.progress),
    failure: row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' },
  };
}

function progressOf(text: string): SnapshotProgress {
  const progress = storedValue('snapshots.progress', readProgress, text);
  return { ...progress, expectedBytes: progress.expectedBytes };
}
