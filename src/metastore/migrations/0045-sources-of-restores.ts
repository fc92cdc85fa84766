import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const COLUMNS = [
  ...['id', 'group_id', 'cluster_id', 'snapshot_id', 'snapshot_taken_at', 'delivery_type', 'state'],
  ...['target_group_id', 'target_cluster_id', 'target_cluster_name', 'if_exists', 'oplog_ts', 'oplog_inc'],
  ...['point_in_time_s', 'replays_oplog', 'created_at', 'finished_at', 'expires_at', 'progress', 'record', 'report'],
  ...['reason_code', 'reason_message'],
];

/**
 * Adds the sources that are no snapshots, and what is chosen of a source. A restore without a snapshot has no id of one. The table is
 * copied, because SQLite cannot let a column be null afterwards.
 */
export const sourcesOfRestores: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .createTable('restore_jobs_0045')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('cluster_id', 'text', (column) => column.notNull().references('clusters.id').onDelete('cascade'))
      .addColumn('snapshot_id', 'text')
      .addColumn('snapshot_taken_at', 'bigint')
      .addColumn('source', 'text')
      .addColumn('selection', 'text')
      .addColumn('dry_run', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('delivery_type', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('target_group_id', 'text')
      .addColumn('target_cluster_id', 'text')
      .addColumn('target_cluster_name', 'text')
      .addColumn('if_exists', 'text')
      .addColumn('oplog_ts', 'bigint')
      .addColumn('oplog_inc', 'bigint')
      .addColumn('point_in_time_s', 'bigint')
      .addColumn('replays_oplog', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('expires_at', 'bigint')
      .addColumn('progress', 'text')
      .addColumn('record', 'text')
      .addColumn('report', 'text')
      .addColumn('reason_code', 'text')
      .addColumn('reason_message', 'text')
      .execute();
    const old = database.$extendTables<{ restore_jobs: Row; restore_jobs_0045: Row }>();
    await old
      .insertInto('restore_jobs_0045')
      .columns(COLUMNS)
      .expression(old.selectFrom('restore_jobs').select(COLUMNS))
      .execute();
    await schema.dropTable('restore_jobs').execute();
    await schema.alterTable('restore_jobs_0045').renameTo('restore_jobs').execute();
    for (const [name, columns] of [
      ['cluster_id', ['cluster_id', 'created_at', 'id']],
      ['group_id', ['group_id']],
      ['snapshot_id', ['snapshot_id']],
      ['target_cluster_id', ['target_cluster_id']],
    ] as const) {
      await schema
        .createIndex(`restore_jobs_${name}`)
        .on('restore_jobs')
        .columns([...columns])
        .execute();
    }
  },
};

type Row = Readonly<Record<string, unknown>>;
