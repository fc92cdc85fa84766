import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * The metadata, whichever driver holds it. The embedded driver has one connection: whoever holds a transaction and queries
 * the database beside it waits for itself. Inside a transaction, everything goes through the transaction.
 */
export type Database = Kysely<Schema>;

/** A transaction: what is done through it is written together or not at all. */
export type Transaction = KyselyTransaction<Schema>;

/** An open metadata store. */
export interface Metastore {
  readonly database: Database;
  /** To be called when nothing uses the database any more. */
  close(): Promise<void>;
}
