import type { Database, Transaction } from '../metastore/index.ts';
import type { JobContext } from './contract.ts';

/** Runs `write` in a transaction behind the fence. @throws AppError `JOB_LEASE_LOST` if the attempt has lost its job. */
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
