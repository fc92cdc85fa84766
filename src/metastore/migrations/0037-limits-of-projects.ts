import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the limits of projects that clients have set. */
export const limitsOfProjects: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('projects')
      .addColumn('limits', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute();
  },
};
