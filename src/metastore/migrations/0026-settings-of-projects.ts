import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the settings of projects, which clients compare with their own. */
export const settingsOfProjects: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .alterTable('projects')
      .addColumn('settings', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute();
  },
};
