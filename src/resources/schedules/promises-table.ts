import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Schema } from '../../metastore/index.ts';

/** Since when a schedule promises the exports that it promises now. Times are milliseconds since the Unix epoch. */
export interface ExportPromise {
  readonly clusterId: Id;
  /** The promised timetable as JSON: another one is another promise. */
  readonly timetable: string;
  readonly promisedSince: number;
  /** The moment whose export is overdue; undefined if none is. */
  readonly overdueSince: number | undefined;
}

// Every function takes the database or a transaction of it.

export async function selectPromise(database: Database, clusterId: Id): Promise<ExportPromise | undefined> {
  const query = database.selectFrom('export_promises').selectAll().where('cluster_id', '=', clusterId);
  const row = await query.executeTakeFirst();
  return row && promiseOf(row);
}

/** Returns the promises of a project whose export is overdue. */
export async function selectOverdue(database: Database, groupId: Id): Promise<readonly ExportPromise[]> {
  const query = database
    .selectFrom('export_promises')
    .innerJoin('backup_schedules', 'backup_schedules.cluster_id', 'export_promises.cluster_id')
    .selectAll('export_promises')
    .where('backup_schedules.group_id', '=', groupId)
    .where('overdue_since', 'is not', null);
  return (await query.execute()).map(promiseOf);
}

/** Returns the clusters whose schedules have a promise. */
export async function selectPromisedClusters(database: Database): Promise<ReadonlySet<Id>> {
  const rows = await database.selectFrom('export_promises').select('cluster_id').execute();
  return new Set(rows.map((row) => row.cluster_id));
}

export async function putPromise(database: Database, promise: ExportPromise): Promise<void> {
  await deletePromise(database, promise.clusterId);
  await database
    .insertInto('export_promises')
    .values({
      cluster_id: promise.clusterId,
      timetable: promise.timetable,
      promised_since: promise.promisedSince,
      overdue_since: promise.overdueSince ?? null,
    })
    .execute();
}

export async function deletePromise(database: Database, clusterId: Id): Promise<void> {
  await database.deleteFrom('export_promises').where('cluster_id', '=', clusterId).execute();
}

function promiseOf(row: Selectable<Schema['export_promises']>): ExportPromise {
  return {
    clusterId: row.cluster_id,
    timetable: row.timetable,
    promisedSince: row.promised_since,
    overdueSince: row.overdue_since ?? undefined,
  };
}
