import type { Migration } from 'kysely/migration';
import { initialSchema } from './0001-initial-schema.ts';

/**
 * All migrations, in the order of their names, which is the order in which they run. A migration that has been released is
 * never changed: what comes next is a new one. Each must run on SQLite and on PostgreSQL.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial-schema': initialSchema,
};
