import type { DatabaseConnection } from 'kysely';
import type { Transaction } from './database.ts';

/** What the open transaction of a connection runs after its commit. A driver keeps it up to date with `commitHooks`. */
const openTransactions = new WeakMap<DatabaseConnection, Set<() => void>>();

/**
 * Runs the hook once the transaction is committed: its rows are seen by every connection then. A transaction that is
 * rolled back runs no hook. The same hook runs once, however often it is given.
 * @param hook must not throw, because nothing can be taken back any more.
 */
export async function afterCommit(transaction: Transaction, hook: () => void): Promise<void> {
  // Kysely calls getExecutor internal. It has no other way from a transaction to its connection, and its version is pinned.
  await transaction.getExecutor().provideConnection((connection) => {
    const hooks = openTransactions.get(connection);
    if (hooks === undefined) throw new Error('afterCommit was called outside a transaction');
    hooks.add(hook);
    return Promise.resolve();
  });
}

/** To be called by a driver around the transactions of a connection. */
export const commitHooks = {
  begin(connection: DatabaseConnection): void {
    openTransactions.set(connection, new Set());
  },
  committed(connection: DatabaseConnection): void {
    const hooks = openTransactions.get(connection) ?? [];
    openTransactions.delete(connection);
    for (const hook of hooks) hook();
  },
  rolledBack(connection: DatabaseConnection): void {
    openTransactions.delete(connection);
  },
};
