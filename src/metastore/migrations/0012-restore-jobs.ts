import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The restores of snapshots. Like an export job, a restore job keeps the ids of its snapshot and of its target without a
 * reference, because both may be removed after it has ended.
 */
export const restoreJobs: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .createTable('restore_jobs')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('cluster_id', 'text', (column) => column.notNull().references('clusters.id').onDelete('cascade'))
      .addColumn('snapshot_id', 'text', (column) => column.notNull())
      .addColumn('snapshot_taken_at', 'bigint', (column) => column.notNull())
      .addColumn('delivery_type', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('target_group_id', 'text')
      .addColumn('target_cluster_id', 'text')
      .addColumn('target_cluster_name', 'text')
      .addColumn('if_exists', 'text')
      .addColumn('oplog_ts', 'bigint')
      .addColumn('oplog_inc', 'bigint')
      .addColumn('point_in_time_s', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('expires_at', 'bigint')
      .addColumn('progress', 'text')
      .addColumn('record', 'text')
      .addColumn('report', 'text')
      .addColumn('reason_code', 'text')
      .addColumn('reason_message', 'text')
      .execute();
    await schema
      .createIndex('restore_jobs_cluster_id')
      .on('restore_jobs')
      .columns(['cluster_id', 'created_at'])
      .execute();
    await schema.createIndex('restore_jobs_group_id').on('restore_jobs').column('group_id').execute();
    await schema.createIndex('restore_jobs_snapshot_id').on('restore_jobs').column('snapshot_id').execute();
    await schema.createIndex('restore_jobs_target_cluster_id').on('restore_jobs').column('target_cluster_id').execute();
  },
};
