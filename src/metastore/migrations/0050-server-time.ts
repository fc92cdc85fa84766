import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Keeps what was known of the clock, because a server that starts must notice a clock that was set while it was off. */
export const serverTime: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable('server_time')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('passed_at', 'bigint', (column) => column.notNull())
      .addColumn('differs_for_ms', 'bigint')
      .execute();
  },
};
