import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the IP access lists of projects. */
export const projectIpAccessLists: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable('project_ip_access_list')
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('entry', 'text', (column) => column.notNull())
      .addColumn('comment', 'text')
      .addColumn('delete_after', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('project_ip_access_list_primary_key', ['group_id', 'entry'])
      .execute();
  },
};
