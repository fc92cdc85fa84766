import type SqliteDatabase from 'better-sqlite3';
import type { StatementCache, StatementResult } from './statement-cache.ts';

/** Only one savepoint is open at a time. */
const SAVEPOINT = 'joined';

/**
 * One commit of SQLite for transactions that follow one another, because a commit writes every changed page to the log, and takes as long as
 * a small transaction. Each transaction but the first is a savepoint (https://www.sqlite.org/lang_savepoint.html), so that it can be rolled
 * back alone.
 */
export class JointCommit {
  readonly #file: SqliteDatabase.Database;
  readonly #statements: StatementCache;
  /** The commit of the transactions that have finished; undefined if there are none. */
  #pending: PromiseWithResolvers<undefined> | undefined;

  constructor(file: SqliteDatabase.Database, statements: StatementCache) {
    this.#file = file;
    this.#statements = statements;
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
      if (!this.#file.inTransaction) {
        this.#pending?.reject(thrown);
        this.#pending = undefined;
      }
      throw thrown;
    }
  }

  begin(): void {
    this.run(this.#pending === undefined ? 'begin' : `savepoint ${SAVEPOINT}`);
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
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    try {
      this.run('commit');
      pending.resolve(undefined);
    } catch (thrown) {
      pending.reject(thrown);
      this.rollBack();
    }
  }
}
