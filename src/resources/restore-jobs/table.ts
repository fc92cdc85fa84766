import { Type } from 'typebox';
import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import type { RestoreProgress, RestoreReport } from '../../pipelines/restore/index.ts';
import {
  ACTIVE_STATES,
  DELIVERY_TYPES,
  IF_EXISTS,
  RESTORE_JOB_STATES,
  type DesiredMoment,
  type RestoreJob,
  type RestoreJobSource,
  type RestoreTargetCluster,
} from './model.ts';
import {
  readProgress,
  readRecord,
  readReport,
  readSelection,
  readSource,
  type StoredRecord,
} from './stored-restore.ts';

const readDeliveryType = jsonReader(Type.Enum([...DELIVERY_TYPES]));
const readState = jsonReader(Type.Enum([...RESTORE_JOB_STATES]));
const readIfExists = jsonReader(Type.Enum([...IF_EXISTS]));

// Every function takes the database or a transaction of it.

export async function insertJob(database: Database, job: RestoreJob): Promise<void> {
  await database
    .insertInto('restore_jobs')
    .values({
      id: job.id,
      group_id: job.groupId,
      cluster_id: job.clusterId,
      ...sourceColumns(job.source),
      selection: job.selection === undefined ? null : JSON.stringify(job.selection),
      dry_run: job.isDryRun ? 1 : 0,
      delivery_type: job.deliveryType,
      state: job.state,
      target_group_id: job.target?.groupId ?? null,
      target_cluster_id: job.target?.clusterId ?? null,
      target_cluster_name: job.target?.clusterName ?? null,
      if_exists: job.target?.ifExists ?? null,
      oplog_ts: job.desired?.oplogTs ?? null,
      oplog_inc: job.desired?.oplogInc ?? null,
      point_in_time_s: job.desired?.pointInTimeUTCSeconds ?? null,
      replays_oplog: job.replaysOplog ? 1 : 0,
      created_at: job.createdAt,
    })
    .execute();
}

export async function selectJob(database: Database, id: Id): Promise<RestoreJob | undefined> {
  const row = await database.selectFrom('restore_jobs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && jobOf(row);
}

/** Returns a page of a cluster's jobs, newest first. */
export async function selectJobs(database: Database, clusterId: Id, page: PageRequest): Promise<Page<RestoreJob>> {
  const query = database
    .selectFrom('restore_jobs')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows) => rows.map(jobOf));
}

/** Returns the unfinished jobs that write to the cluster. */
export async function selectUnfinishedIdsTo(database: Database, clusterId: Id): Promise<readonly Id[]> {
  const rows = await database
    .selectFrom('restore_jobs')
    .select('id')
    .where('target_cluster_id', '=', clusterId)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  return rows.map(({ id }) => id);
}

/** Whether an unfinished job writes to the cluster. */
export async function isTargetInUse(database: Database, clusterId: Id): Promise<boolean> {
  return (await selectUnfinishedIdsTo(database, clusterId)).length > 0;
}

/** Whether an unfinished job reads the snapshot. */
export async function isBeingRestored(database: Database, snapshotId: Id): Promise<boolean> {
  const row = await database
    .selectFrom('restore_jobs')
    .select('id')
    .where('snapshot_id', '=', snapshotId)
    .where('state', 'in', ACTIVE_STATES)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns the unfinished jobs that read an export of the bucket. */
export async function selectUnfinishedIdsFrom(database: Database, exportBucketId: Id): Promise<readonly Id[]> {
  const rows = await database
    .selectFrom('restore_jobs')
    .selectAll()
    .where('source', 'is not', null)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  const reads = (source: RestoreJob['source']): boolean =>
    source.kind === 'export' && source.exportBucketId === exportBucketId;
  return rows.filter((row) => reads(sourceOf(row))).map(({ id }) => id);
}

/** Whether the snapshot has a download that has not expired. */
export async function isDownloadable(database: Database, snapshotId: Id, nowMs: number): Promise<boolean> {
  const row = await database
    .selectFrom('restore_jobs')
    .select('id')
    .where('snapshot_id', '=', snapshotId)
    .where('state', '=', 'completed')
    .where('expires_at', '>', nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** Lets the downloads of the snapshot expire now. */
export async function endDownloads(database: Database, snapshotId: Id, nowMs: number): Promise<void> {
  await database
    .updateTable('restore_jobs')
    .set({ expires_at: nowMs })
    .where('snapshot_id', '=', snapshotId)
    .where('state', '=', 'completed')
    .where('expires_at', '>', nowMs)
    .execute();
}

/** Returns the progress that an earlier attempt has kept. */
export async function selectRecord(database: Database, id: Id): Promise<StoredRecord | undefined> {
  const row = await database.selectFrom('restore_jobs').select('record').where('id', '=', id).executeTakeFirst();
  const record = row?.record ?? null;
  return record === null ? undefined : storedValue('restore_jobs.record', readRecord, record);
}

export async function setInProgress(database: Database, id: Id): Promise<void> {
  await change(database, id, { state: 'inProgress' });
}

export async function setRecord(database: Database, id: Id, record: StoredRecord): Promise<void> {
  await change(database, id, { record: JSON.stringify(record) });
}

export async function setProgress(database: Database, id: Id, progress: RestoreProgress): Promise<void> {
  await change(database, id, { progress: JSON.stringify(progress) });
}

/** Ends an unfinished restore to a deployment. It has failed if the report names a problem. */
export async function setRestored(
  database: Database,
  id: Id,
  { finishedAt, report }: { readonly finishedAt: number; readonly report: RestoreReport },
): Promise<void> {
  const end = { finished_at: finishedAt, report: JSON.stringify(report), record: null };
  const { problems } = report;
  if (problems.length === 0) await change(database, id, { ...end, state: 'completed' });
  else
    await change(database, id, {
      ...end,
      state: 'failed',
      reason_code: 'RESTORE_DIFFERS',
      reason_message: problems.slice(0, MOST_PROBLEMS).join(' '),
    });
}

/** The report has all of them. */
const MOST_PROBLEMS = 5;

/** Ends an unfinished job with a download. */
export async function setDownloadable(database: Database, id: Id, expiresAt: number): Promise<void> {
  await change(database, id, { state: 'completed', expires_at: expiresAt });
}

/** Ends an unfinished job with a failure. */
export async function setFailed(
  database: Database,
  id: Id,
  facts: { readonly finishedAt: number; readonly code: string; readonly message: string },
): Promise<void> {
  await change(database, id, {
    state: 'failed',
    finished_at: facts.finishedAt,
    reason_code: facts.code,
    reason_message: facts.message,
    record: null,
  });
}

/** Changes an unfinished job. */
async function change(database: Database, id: Id, columns: Partial<Schema['restore_jobs']>): Promise<void> {
  await database
    .updateTable('restore_jobs')
    .set(columns)
    .where('id', '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
}

/** Ends a job in any state. */
export async function setCancelled(database: Database, id: Id, finishedAt: number): Promise<void> {
  await database
    .updateTable('restore_jobs')
    .set({ state: 'cancelled', finished_at: finishedAt, record: null })
    .where('id', '=', id)
    .execute();
}

function jobOf(row: Selectable<Schema['restore_jobs']>): RestoreJob {
  return {
    id: row.id,
    groupId: row.group_id,
    clusterId: row.cluster_id,
    source: sourceOf(row),
    selection: row.selection === null ? undefined : storedValue('restore_jobs.selection', readSelection, row.selection),
    isDryRun: row.dry_run === 1,
    deliveryType: storedValue('restore_jobs.delivery_type', readDeliveryType, row.delivery_type),
    state: storedValue('restore_jobs.state', readState, row.state),
    target: targetOf(row),
    desired: desiredOf(row),
    replaysOplog: row.replays_oplog === 1,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    progress: row.progress === null ? undefined : storedValue('restore_jobs.progress', readProgress, row.progress),
    report: row.report === null ? undefined : storedValue('restore_jobs.report', readReport, row.report),
    reason: row.reason_code === null ? undefined : { code: row.reason_code, message: row.reason_message ?? '' },
  };
}

function sourceColumns(source: RestoreJobSource) {
  return source.kind === 'snapshot'
    ? { snapshot_id: source.snapshotId, snapshot_taken_at: source.takenAt }
    : { source: JSON.stringify(source) };
}

function sourceOf(row: Selectable<Schema['restore_jobs']>): RestoreJobSource {
  const { snapshot_id: snapshotId, snapshot_taken_at: takenAt, source } = row;
  if (snapshotId !== null && takenAt !== null) return { kind: 'snapshot', snapshotId, takenAt };
  return storedValue('restore_jobs.source', readSource, source ?? '');
}

function targetOf(row: Selectable<Schema['restore_jobs']>): RestoreTargetCluster | undefined {
  const { target_group_id: groupId, target_cluster_id: clusterId, target_cluster_name: clusterName } = row;
  if (groupId === null || clusterId === null || clusterName === null) return undefined;
  return {
    groupId,
    clusterId,
    clusterName,
    ifExists: storedValue('restore_jobs.if_exists', readIfExists, row.if_exists),
  };
}

function desiredOf(row: Selectable<Schema['restore_jobs']>): DesiredMoment | undefined {
  if (row.point_in_time_s !== null) return { pointInTimeUTCSeconds: row.point_in_time_s };
  return row.oplog_ts === null ? undefined : { oplogTs: row.oplog_ts, oplogInc: row.oplog_inc ?? 1 };
}
