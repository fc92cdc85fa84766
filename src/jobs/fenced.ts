import type { Database, Transaction } from '../metastore/index.ts';
import type { JobContext } from './contract.ts';

/** Writes in a transaction of its own, unless the attempt has lost its job: then nothing is written, and it throws. */
export async function fenced(
  database: Database,
  context: Pick<JobContext, 'fence'>,
  write: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await context.fence(transaction);
    await write(transaction);
  });
}
