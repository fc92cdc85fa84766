import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Notes which exports have claimed their folders, because a role that may only write cannot look into the bucket. */
export const claimsOfFolders: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('export_jobs')
      .addColumn('is_claimed', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
