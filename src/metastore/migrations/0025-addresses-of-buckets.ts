import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds an index for the registrations of one address, because each registration updates the earlier ones. */
export const addressesOfBuckets: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createIndex('export_buckets_address')
      .on('export_buckets')
      .columns(['bucket_name', 'provider', 'store_id'])
      .execute();
  },
};
