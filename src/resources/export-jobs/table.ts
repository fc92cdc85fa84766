import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { Count, jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { compiledOnce, selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { ACTIVE_STATES, EXPORT_JOB_STATES, type ExportFigures, type ExportJob } from './model.ts';

const readState = jsonReader(Type.Enum([...EXPORT_JOB_STATES]));
const readFigures = jsonTextReader(
  Type.Object({
    documents: Count,
    totalDocuments: Count,
    bytes: Count,
    totalBytes: Count,
    objects: Type.Optional(Count),
    objectBytes: Type.Optional(Count),
  }),
);
const readCustomData = jsonTextReader(Type.Array(Type.Object({ key: Type.String(), value: Type.String() })));

// Every function takes the database or a transaction of it.

export async function insertJob(database: Database, job: ExportJob): Promise<void> {
  await database
    .insertInto('export_jobs')
    .values({
      id: job.id,
      group_id: job.groupId,
      cluster_id: job.clusterId,
      snapshot_id: job.snapshotId,
      export_bucket_id: job.exportBucketId,
      state: job.state,
      custom_data: JSON.stringify(job.customData),
      prefix: job.prefix,
      created_at: job.createdAt,
      exported_collections: job.exportedCollections,
      total_collections: job.totalCollections,
      is_claimed: 0,
      is_completing: 0,
    })
    .execute();
}

export async function selectJob(database: Database, id: Id): Promise<ExportJob | undefined> {
  const [row] = await readJob(database, id);
  return row && jobOf(row);
}

const readJob = compiledOnce((database, id: Id) => database.selectFrom('export_jobs').selectAll().where('id', '=', id));

/** Returns a page of a cluster's jobs, newest first. */
export async function selectJobs(database: Database, clusterId: Id, page: PageRequest): Promise<Page<ExportJob>> {
  const query = database
    .selectFrom('export_jobs')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows) => rows.map(jobOf));
}

export async function selectNewestSuccessful(database: Database, clusterId: Id): Promise<ExportJob | undefined> {
  const row = await database
    .selectFrom('export_jobs')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .where('state', '=', 'Successful')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && jobOf(row);
}

/** Returns the unfinished jobs that need a snapshot or a bucket. */
export async function selectActiveIds(
  database: Database,
  column: 'snapshot_id' | 'export_bucket_id',
  id: Id,
): Promise<readonly Id[]> {
  const rows = await database
    .selectFrom('export_jobs')
    .select('id')
    .where(column, '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  return rows.map((row) => row.id);
}

/** Whether any job has the prefix. Prefixes with names may be equal for two projects. */
export async function isPrefixTaken(database: Database, prefix: string): Promise<boolean> {
  return (await selectGroupIdOf(database, prefix)) !== undefined;
}

/** Returns the project of the job with a key prefix, which no other job has. */
export async function selectGroupIdOf(database: Database, prefix: string): Promise<Id | undefined> {
  const query = database.selectFrom('export_jobs').select('group_id').where('prefix', '=', prefix);
  return (await query.executeTakeFirst())?.group_id;
}

export async function setInProgress(database: Database, id: Id): Promise<void> {
  await database.updateTable('export_jobs').set({ state: 'InProgress' }).where('id', '=', id).execute();
}

export async function setProgress(
  database: Database,
  id: Id,
  progress: ExportFigures & { readonly exportedCollections: number; readonly totalCollections: number },
): Promise<void> {
  const { exportedCollections, totalCollections, ...figures } = progress;
  await database
    .updateTable('export_jobs')
    .set({
      exported_collections: exportedCollections,
      total_collections: totalCollections,
      progress: JSON.stringify(figures),
    })
    .where('id', '=', id)
    .execute();
}

/** Ends an unfinished job with success. Removes its objects, because only another attempt would need them. */
export async function setSuccessful(
  database: Database,
  id: Id,
  facts: { readonly finishedAt: number; readonly collections: number; readonly figures: ExportFigures },
): Promise<void> {
  await database
    .updateTable('export_jobs')
    .set({
      state: 'Successful',
      finished_at: facts.finishedAt,
      exported_collections: facts.collections,
      total_collections: facts.collections,
      progress: JSON.stringify(facts.figures),
    })
    .where('id', '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
  await database.deleteFrom('export_job_objects').where('export_job_id', '=', id).execute();
}

export async function setClaimed(database: Database, id: Id): Promise<void> {
  await database.updateTable('export_jobs').set({ is_claimed: 1 }).where('id', '=', id).execute();
}

/** Sets where a job writes to. Forgets the objects that it has written elsewhere. */
export async function setPrefix(database: Database, id: Id, prefix: string): Promise<void> {
  await database.deleteFrom('export_job_objects').where('export_job_id', '=', id).execute();
  await database.updateTable('export_jobs').set({ prefix }).where('id', '=', id).execute();
}

/** Notes that `.complete` may exist from now on. */
export async function setCompleting(database: Database, id: Id): Promise<void> {
  await database.updateTable('export_jobs').set({ is_completing: 1 }).where('id', '=', id).execute();
}

/** Removes an ended job with the list of its objects. */
export async function deleteJob(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('export_jobs').where('id', '=', id).execute();
}

/** Ends an unfinished job that did not succeed. */
export async function setUnsuccessful(
  database: Database,
  id: Id,
  facts: {
    readonly state: 'Failed' | 'Cancelled';
    readonly finishedAt: number;
    readonly code: string;
    readonly message: string;
  },
): Promise<void> {
  await database
    .updateTable('export_jobs')
    .set({
      state: facts.state,
      finished_at: facts.finishedAt,
      reason_code: facts.code,
      reason_message: facts.message,
    })
    .where('id', '=', id)
    .where('state', 'in', ACTIVE_STATES)
    .execute();
}

function jobOf(row: Schema['export_jobs']): ExportJob {
  return {
    id: row.id,
    groupId: row.group_id,
    clusterId: row.cluster_id,
    snapshotId: row.snapshot_id,
    exportBucketId: row.export_bucket_id,
    state: storedValue('export_jobs.state', readState, row.state),
    customData: storedValue('export_jobs.custom_data', readCustomData, row.custom_data),
    prefix: row.prefix,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
    exportedCollections: row.exported_collections,
    totalCollections: row.total_collections,
    figures: row.progress === null ? undefined : storedValue('export_jobs.progress', readFigures, row.progress),
    isClaimed: row.is_claimed === 1,
    isCompleting: row.is_completing === 1,
    reason: row.reason_code === null ? undefined : { code: row.reason_code, message: row.reason_message ?? '' },
  };
}
