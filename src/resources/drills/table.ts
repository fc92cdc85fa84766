import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import {
  ACTIVE_STATES,
  DRILL_MODES,
  DRILL_OUTCOMES,
  DRILL_STATES,
  type Drill,
  type DrillSchedule,
  type DrillTarget,
  type SignedReport,
} from './model.ts';

const readMode = jsonReader(Type.Enum([...DRILL_MODES]));
const readState = jsonReader(Type.Enum([...DRILL_STATES]));
const readOutcome = jsonReader(Type.Enum([...DRILL_OUTCOMES]));

// Every function takes the database or a transaction of it.

export async function insertDrill(database: Database, drill: Drill): Promise<void> {
  await database
    .insertInto('drills')
    .values({
      id: drill.id,
      group_id: drill.groupId,
      cluster_id: drill.clusterId,
      export_id: drill.exportId,
      snapshot_id: drill.snapshotId,
      mode: drill.mode,
      target_cluster_id: drill.target?.clusterId ?? null,
      target_cluster_name: drill.target?.clusterName ?? null,
      database_prefix: drill.target?.databasePrefix ?? null,
      state: drill.state,
      created_at: drill.createdAt,
    })
    .execute();
}

export async function selectDrill(database: Database, id: Id): Promise<Drill | undefined> {
  const row = await database.selectFrom('drills').selectAll().where('id', '=', id).executeTakeFirst();
  return row && drillOf(row);
}

/** Returns a page of a cluster's drills, newest first. */
export async function selectDrills(database: Database, clusterId: Id, page: PageRequest): Promise<Page<Drill>> {
  const query = database
    .selectFrom('drills')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows) => rows.map(drillOf));
}

/** How an unfinished drill uses another resource: it is of the cluster, compares the snapshot, or writes to the cluster. */
type Use = 'cluster_id' | 'snapshot_id' | 'target_cluster_id';

/** Returns the unfinished drills that use a cluster or a snapshot. */
export async function selectUnfinishedIds(database: Database, use: Use, id: Id): Promise<readonly Id[]> {
  const rows = await database
    .selectFrom('drills')
    .select('id')
    .where(use, '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  return rows.map((row) => row.id);
}

/** Returns the unfinished drills of a project. */
export async function selectUnfinishedOfGroup(database: Database, groupId: Id): Promise<readonly Drill[]> {
  const rows = await database
    .selectFrom('drills')
    .selectAll()
    .where('group_id', '=', groupId)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  return rows.map(drillOf);
}

/** Whether an unfinished drill uses a cluster or a snapshot. */
export async function isInUse(database: Database, use: Use, id: Id): Promise<boolean> {
  return (await selectUnfinishedIds(database, use, id)).length > 0;
}

export async function setInProgress(database: Database, id: Id, startedAt: number): Promise<void> {
  await database
    .updateTable('drills')
    .set({ state: 'inProgress', started_at: startedAt })
    .where('id', '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
}

/** Ends an unfinished drill. */
export async function setEnded(database: Database, id: Id, finishedAt: number, signed: SignedReport): Promise<void> {
  await database
    .updateTable('drills')
    .set({
      state: 'ended',
      finished_at: finishedAt,
      outcome: signed.outcome,
      report: signed.text,
      signature: signed.signature,
      key_id: signed.keyId,
    })
    .where('id', '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
}

export async function selectSchedule(database: Database, clusterId: Id): Promise<DrillSchedule | undefined> {
  const query = database.selectFrom('drill_schedules').selectAll().where('cluster_id', '=', clusterId);
  const row = await query.executeTakeFirst();
  return row && scheduleOf(row);
}

/** Returns the schedules that ask for a drill. */
export async function selectDueSchedules(database: Database, nowMs: number): Promise<readonly DrillSchedule[]> {
  const rows = await database.selectFrom('drill_schedules').selectAll().where('next_at', '<=', nowMs).execute();
  return rows.map(scheduleOf);
}

export async function putSchedule(database: Database, schedule: DrillSchedule): Promise<void> {
  await deleteSchedule(database, schedule.clusterId);
  await database
    .insertInto('drill_schedules')
    .values({
      cluster_id: schedule.clusterId,
      interval_days: schedule.intervalDays,
      mode: schedule.mode,
      target_cluster_name: schedule.targetClusterName ?? null,
      database_prefix: schedule.databasePrefix ?? null,
      next_at: schedule.nextAt,
    })
    .execute();
}

export async function deleteSchedule(database: Database, clusterId: Id): Promise<void> {
  await database.deleteFrom('drill_schedules').where('cluster_id', '=', clusterId).execute();
}

function scheduleOf(row: Selectable<Schema['drill_schedules']>): DrillSchedule {
  return {
    clusterId: row.cluster_id,
    intervalDays: row.interval_days,
    mode: storedValue('drill_schedules.mode', readMode, row.mode),
    targetClusterName: row.target_cluster_name ?? undefined,
    databasePrefix: row.database_prefix ?? undefined,
    nextAt: row.next_at,
  };
}

function drillOf(row: Selectable<Schema['drills']>): Drill {
  return {
    id: row.id,
    groupId: row.group_id,
    clusterId: row.cluster_id,
    exportId: row.export_id,
    snapshotId: row.snapshot_id,
    mode: storedValue('drills.mode', readMode, row.mode),
    target: targetOf(row),
    state: storedValue('drills.state', readState, row.state),
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    signed: signedOf(row),
  };
}

function targetOf(row: Selectable<Schema['drills']>): DrillTarget | undefined {
  const { target_cluster_id: clusterId, target_cluster_name: clusterName, database_prefix: databasePrefix } = row;
  if (clusterId === null || clusterName === null || databasePrefix === null) return undefined;
  return { clusterId, clusterName, databasePrefix };
}

function signedOf(row: Selectable<Schema['drills']>): SignedReport | undefined {
  const { report: text, signature, key_id: keyId } = row;
  if (text === null || signature === null || keyId === null) return undefined;
  return { outcome: storedValue('drills.outcome', readOutcome, row.outcome), text, signature, keyId };
}
