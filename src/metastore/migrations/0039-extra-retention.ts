import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the days that schedules keep snapshots beyond their policies. */
export const extraRetention: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('backup_schedules')
      .addColumn('extra_retention_settings', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute();
    await database.schema
      .alterTable('snapshots')
      .addColumn('extra_retention_days', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
