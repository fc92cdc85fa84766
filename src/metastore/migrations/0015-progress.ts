import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the figures of running snapshots and exports, and the mark of an export whose `.complete` may exist. */
export const progress: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable('snapshots').addColumn('progress', 'text').execute();
    await database.schema.alterTable('export_jobs').addColumn('progress', 'text').execute();
    await database.schema
      .alterTable('export_jobs')
      .addColumn('is_completing', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
