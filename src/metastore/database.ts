import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * The metadata, in any driver. Inside a transaction every query must go through the transaction: a query beside it would wait
 * for ever, because the embedded driver has one connection.
 */
export type Database = Kysely<Schema>;

/** A transaction: its writes are committed together or not at all. It must not wait for an earlier one, because both may have the same commit. */
export type Transaction = KyselyTransaction<Schema>;

/** An open metadata store. */
export interface Metastore {
  readonly database: Database;
  /** The migrations that opening an existing database has made. */
  readonly migrated: readonly string[];
  /** Closes the database. Call it after the last query. */
  close(): Promise<void>;
}
