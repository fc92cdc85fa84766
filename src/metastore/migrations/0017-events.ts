import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the events: one row for each change that a caller has made. They refer to no other row, because they outlive what they tell of. */
export const events: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable('events')
      .addColumn('id', 'text', (column) => column.notNull().primaryKey())
      .addColumn('event_type_name', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('org_id', 'text', (column) => column.notNull())
      .addColumn('group_id', 'text')
      .addColumn('caller_kind', 'text', (column) => column.notNull())
      .addColumn('caller_id', 'text', (column) => column.notNull())
      .addColumn('caller_name', 'text', (column) => column.notNull())
      .addColumn('remote_address', 'text')
      .addColumn('operation_id', 'text', (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull())
      .execute();
    await database.schema.createIndex('events_org_id').on('events').columns(['org_id', 'id']).execute();
    await database.schema.createIndex('events_group_id').on('events').columns(['group_id', 'id']).execute();
    await database.schema.createIndex('events_created_at').on('events').column('created_at').execute();
  },
};
