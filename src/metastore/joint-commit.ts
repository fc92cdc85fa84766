import type SqliteDatabase from 'better-sqlite3';
import type { StatementCache, StatementResult } from './statement-cache.ts';

/** Only one savepoint is open at a time. */
const SAVEPOINT = 'joined';

/** The transactions of one commit: enough that the commit costs each of them little, and so few that the first one does not wait for long. */
const MAX_TRANSACTIONS = 100;

/**
 * One commit of SQLite for transactions that follow one another, because a commit writes every changed page to the log, and takes as long as
 * a small transaction. Each transaction but the first is a savepoint (https://www.sqlite.org/lang_savepoint.html), so that it can be rolled
 * back alone.
 */
export class JointCommit {
  readonly #file: SqliteDatabase.Database;
  readonly #statements: StatementCache;
  readonly #onLost: () => void;
  /** The commit of the transactions that have finished; undefined if there are none. */
  #pending: PromiseWithResolvers<undefined> | undefined;
  /** The transactions that have begun since the last commit. */
  #begun = 0;

  /** @param onLost is called when transactions that have finished were taken back. */
  constructor(file: SqliteDatabase.Database, statements: StatementCache, onLost: () => void) {
    this.#file = file;
    this.#statements = statements;
    this.#onLost = onLost;
  }

  /** Whether no further transaction should wait for the commit. */
  get isFull(): boolean {
    return this.#begun >= MAX_TRANSACTIONS;
  }

  /**
   * Runs a statement of the open transaction, or one outside a transaction. SQLite itself rolls back the whole after some errors, a full disk
   * among them (https://www.sqlite.org/lang_transaction.html). Then the transactions that have finished fail with that error, too.
   * @throws what SQLite throws, and for a faulty disk the AppErrors of `diskFault`.
   */
  run<Row>(sql: string, parameters: readonly unknown[] = []): StatementResult<Row> {
    try {
      return this.#statements.run<Row>(sql, parameters);
    } catch (thrown) {
      if (!this.#file.inTransaction) this.#fail(this.#takePending(), thrown);
      throw thrown;
    }
  }

  begin(): void {
    this.run(this.#pending === undefined ? 'begin' : `savepoint ${SAVEPOINT}`);
    this.#begun++;
  }

  /**
   * Finishes the transaction.
   * @returns its commit, which throws what SQLite throws, and for a faulty disk the AppErrors of `diskFault`.
   */
  finish(): Promise<undefined> {
    if (this.#pending === undefined) this.#pending = Promise.withResolvers<undefined>();
    else this.run(`release ${SAVEPOINT}`);
    return this.#pending.promise;
  }

  /** Takes back the transaction, and leaves those that have finished. */
  rollBack(): void {
    if (!this.#file.inTransaction) return;
    if (this.#pending === undefined) this.run('rollback');
    else {
      this.run(`rollback to ${SAVEPOINT}`);
      this.run(`release ${SAVEPOINT}`);
    }
  }

  /** Commits the transactions that have finished, if there are any. No other may be open. */
  commit(): void {
    const pending = this.#takePending();
    if (pending === undefined) return;
    try {
      this.run('commit');
      pending.resolve(undefined);
    } catch (thrown) {
      this.#fail(pending, thrown);
      this.rollBack();
    }
  }

  #fail(pending: PromiseWithResolvers<undefined> | undefined, thrown: unknown): void {
    if (pending === undefined) return;
    pending.reject(thrown);
    this.#onLost();
  }

  #takePending(): PromiseWithResolvers<undefined> | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#begun = 0;
    return pending;
  }
}
