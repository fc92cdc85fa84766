import type { DatabaseConnection } from 'kysely';
import type { Transaction } from './database.ts';

/** The hooks of each connection's open transaction. A driver updates them through `commitHooks`. */
const openTransactions = new WeakMap<DatabaseConnection, Set<() => void>>();

/**
 * Runs a hook after the commit of the transaction, when every connection sees its rows. A transaction that is rolled back runs
 * no hook. A hook that was added several times runs once.
 * @param hook must not throw, because the commit cannot be undone.
 */
export async function afterCommit(transaction: Transaction, hook: () => void): Promise<void> {
  // Kysely documents getExecutor as internal, but has no other way to a transaction's connection. Its version is pinned.
  await transaction.getExecutor().provideConnection((connection) => {
    const hooks = openTransactions.get(connection);
    if (hooks === undefined) throw new Error('afterCommit was called outside a transaction');
    hooks.add(hook);
    return Promise.resolve();
  });
}

/** A driver calls these functions at the begin and the end of a connection's transactions. */
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
