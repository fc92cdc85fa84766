import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whether the source of a cluster may be empty, and what a snapshot left out of it. */
export const formsOfDumps: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;
    await schema
      .alterTable('clusters')
      .addColumn('allow_empty', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.alterTable('snapshots').addColumn('left_out', 'text').execute();
  },
};
