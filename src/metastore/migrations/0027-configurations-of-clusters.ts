import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds what clients say of how clusters are run. Deployments that were registered before have no such description. */
export const configurationsOfClusters: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('clusters')
      .addColumn('is_provisioned', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await database.schema.alterTable('clusters').addColumn('configuration', 'text').execute();
    await database.schema.alterTable('clusters').addColumn('changed_at', 'bigint').execute();
    await database.schema.alterTable('removed_clusters').addColumn('configuration', 'text').execute();
  },
};
