import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the private endpoints that projects ask for, so that exports reach their buckets without the internet. */
export const backupPrivateEndpoints: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable('backup_private_endpoints')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('provider', 'text', (column) => column.notNull())
      .addColumn('region_name', 'text')
      .addColumn('vpc_region_name', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await database.schema
      .createIndex('backup_private_endpoints_group_id')
      .on('backup_private_endpoints')
      .column('group_id')
      .execute();
  },
};
