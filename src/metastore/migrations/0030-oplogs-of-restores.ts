import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whether a restore applies the whole oplog of its snapshot. Restores before this did not. */
export const oplogsOfRestores: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('restore_jobs')
      .addColumn('replays_oplog', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
