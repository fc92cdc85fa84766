import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Drops the index of the times of events, because their ids have the same order and every change writes an event. */
export const eventsById: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.dropIndex('events_created_at').execute();
  },
};
