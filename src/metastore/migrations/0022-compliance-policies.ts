import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the backup compliance policies of projects. */
export const compliancePolicies: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable('backup_compliance_policies')
      .addColumn('group_id', 'text', (column) =>
        column.primaryKey().notNull().references('projects.id').onDelete('cascade'),
      )
      .addColumn('authorized_email', 'text', (column) => column.notNull())
      .addColumn('authorized_first_name', 'text', (column) => column.notNull())
      .addColumn('authorized_last_name', 'text', (column) => column.notNull())
      .addColumn('copy_protection_enabled', 'integer', (column) => column.notNull())
      .addColumn('encryption_at_rest_enabled', 'integer', (column) => column.notNull())
      .addColumn('pit_enabled', 'integer', (column) => column.notNull())
      .addColumn('restore_window_days', 'integer', (column) => column.notNull())
      .addColumn('on_demand_policy_item', 'text')
      .addColumn('scheduled_policy_items', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_by', 'text', (column) => column.notNull())
      .execute();
  },
};
