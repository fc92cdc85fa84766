import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Clusters that were removed, until a client has seen the state DELETING. */
export const removedClusters: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable('removed_clusters')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('mongodb_version', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('removed_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('removed_clusters_group_id_name', ['group_id', 'name'])
      .execute();
  },
};
