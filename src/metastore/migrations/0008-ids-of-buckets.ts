import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the id that distinguishes an export bucket from another one under the same address. */
export const idsOfBuckets: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable('export_buckets').addColumn('store_id', 'text').execute();
  },
};
