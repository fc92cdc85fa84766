import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Notes how many shards the cluster of a snapshot had, because clients read the snapshot of a sharded cluster with its members. */
export const shardsOfSnapshots: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('snapshots')
      .addColumn('shard_count', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
