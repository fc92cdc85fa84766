import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Drills of exports, the keys that sign their reports, and the clusters that are drilled by schedule. */
export const drills: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .createTable('drills')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('cluster_id', 'text', (column) => column.notNull().references('clusters.id').onDelete('cascade'))
      .addColumn('export_id', 'text', (column) => column.notNull())
      .addColumn('snapshot_id', 'text', (column) => column.notNull())
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('target_cluster_id', 'text')
      .addColumn('target_cluster_name', 'text')
      .addColumn('database_prefix', 'text')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('finished_at', 'bigint')
      .addColumn('outcome', 'text')
      .addColumn('report', 'text')
      .addColumn('signature', 'text')
      .addColumn('key_id', 'text')
      .execute();
    await schema.createIndex('drills_cluster_id').on('drills').columns(['cluster_id', 'created_at']).execute();
    await schema.createIndex('drills_group_id').on('drills').column('group_id').execute();
    await schema
      .createTable('drill_keys')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('sealed_private_key', 'text', (column) => column.notNull())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('drill_schedules')
      .addColumn('cluster_id', 'text', (column) =>
        column.primaryKey().notNull().references('clusters.id').onDelete('cascade'),
      )
      .addColumn('interval_days', 'integer', (column) => column.notNull())
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('target_cluster_name', 'text')
      .addColumn('database_prefix', 'text')
      .addColumn('next_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
