import type { Transaction } from './database.ts';

/** Runs in the transaction that removes a row, before the row goes. A hook that throws keeps the row. */
export type RemovalHook<Row> = (transaction: Transaction, row: Row) => Promise<void>;
