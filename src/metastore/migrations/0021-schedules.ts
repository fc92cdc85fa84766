import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Adds the backup schedules of clusters, and what a snapshot knows of the schedule that asked for it. Clusters that are
 * older than schedules get one without policy items, because a new version must not begin to read deployments by itself.
 */
export const schedules: Migration = {
  async up(given: Kysely<unknown>): Promise<void> {
    const database = given.$extendTables<Before>();
    const { schema } = database;
    await schema
      .createTable('backup_schedules')
      .addColumn('cluster_id', 'text', (column) =>
        column.primaryKey().notNull().references('clusters.id').onDelete('cascade'),
      )
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('policy_id', 'text', (column) => column.notNull())
      .addColumn('policy_items', 'text', (column) => column.notNull())
      .addColumn('reference_hour_of_day', 'integer', (column) => column.notNull())
      .addColumn('reference_minute_of_hour', 'integer', (column) => column.notNull())
      .addColumn('restore_window_days', 'integer', (column) => column.notNull())
      .addColumn('auto_export_enabled', 'integer', (column) => column.notNull())
      .addColumn('export_bucket_id', 'text')
      .addColumn('export_frequency_type', 'text')
      .addColumn('use_names_in_export_prefix', 'integer', (column) => column.notNull())
      .addColumn('copy_settings', 'text', (column) => column.notNull())
      .addColumn('copy_policy_items_enabled', 'integer', (column) => column.notNull())
      .addColumn('auto_copy_settings_enabled', 'integer')
      .addColumn('settled_until', 'bigint', (column) => column.notNull())
      .addColumn('next_at', 'bigint')
      .execute();
    await schema.createIndex('backup_schedules_group_id').on('backup_schedules').column('group_id').execute();
    await schema
      .createIndex('backup_schedules_export_bucket_id')
      .on('backup_schedules')
      .column('export_bucket_id')
      .execute();

    const clusters = await database.selectFrom('clusters').select(['id', 'group_id', 'created_at']).execute();
    for (const { id, group_id: groupId, created_at: createdAt } of clusters) {
      const created = new Date(Number(createdAt));
      await database
        .insertInto('backup_schedules')
        .values({
          cluster_id: id,
          group_id: groupId,
          // No other policy has the id, because no other cluster has it.
          policy_id: id,
          policy_items: '[]',
          reference_hour_of_day: created.getUTCHours(),
          reference_minute_of_hour: created.getUTCMinutes(),
          restore_window_days: 7,
          auto_export_enabled: 0,
          use_names_in_export_prefix: 0,
          copy_settings: '[]',
          copy_policy_items_enabled: 0,
          settled_until: Number(createdAt),
        })
        .execute();
    }

    await schema.alterTable('snapshots').renameColumn('retention_days', 'retention_value').execute();
    await schema
      .alterTable('snapshots')
      .addColumn('retention_unit', 'text', (column) => column.notNull().defaultTo('DAYS'))
      .execute();
    await schema
      .alterTable('snapshots')
      .addColumn('has_own_retention', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.alterTable('snapshots').addColumn('due_at', 'bigint').execute();
    await schema.alterTable('snapshots').addColumn('frequency_type', 'text').execute();
    await schema.alterTable('snapshots').addColumn('policy_item_ids', 'text').execute();
    await schema.createIndex('export_jobs_prefix').on('export_jobs').column('prefix').execute();
  },
};

type Before = {
  clusters: { id: string; group_id: string; created_at: number | string };
  backup_schedules: {
    cluster_id: string;
    group_id: string;
    policy_id: string;
    policy_items: string;
    reference_hour_of_day: number;
    reference_minute_of_hour: number;
    restore_window_days: number;
    auto_export_enabled: number;
    use_names_in_export_prefix: number;
    copy_settings: string;
    copy_policy_items_enabled: number;
    settled_until: number;
  };
};
