import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The code of what the last attempt at a job failed with, beside its message. */
export const reasonsOfWaiting: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable('jobs').addColumn('last_error_code', 'text').execute();
  },
};
