import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { Schema } from './schema.ts';

/** The metadata, whichever driver holds it. */
export type Database = Kysely<Schema>;

/** A transaction: what is done through it is written together or not at all. */
export type Transaction = KyselyTransaction<Schema>;
