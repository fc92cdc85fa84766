import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the time of the removal to clusters, because a removed cluster stays while its backups are retained. */
export const retainedBackups: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable('clusters').addColumn('removed_at', 'bigint').execute();
  },
};
