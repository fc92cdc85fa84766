import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whether bad values are refused, and what a snapshot found among its values. */
export const values: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    for (const table of ['clusters', 'snapshots']) {
      await schema
        .alterTable(table)
        .addColumn('is_strict', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    }
    await schema.alterTable('snapshots').addColumn('findings', 'text').execute();
  },
};
