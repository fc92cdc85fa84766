import type SqliteDatabase from 'better-sqlite3';
import type { DatabaseConnection, Driver, QueryResult } from 'kysely';
import { commitHooks } from './after-commit.ts';
import type { LogSync } from './log-sync.ts';
import type { StatementCache } from './statement-cache.ts';

/** What the driver needs of an open SQLite file. */
interface OpenFile {
  readonly file: SqliteDatabase.Database;
  readonly statements: StatementCache;
  readonly logSync: LogSync;
}

/**
 * Kysely's driver for one SQLite file with one connection. A transaction gives the connection to the next one when it is written to the
 * log, and ends when the log is on the disk. So the transactions under way are made durable together.
 */
export class EmbeddedDriver implements Driver {
  readonly #open: OpenFile;
  /** Ends when the last of those that wait for the connection has released it. */
  #queue: Promise<void> = Promise.resolve();

  constructor(open: OpenFile) {
    this.#open = open;
  }

  async init(): Promise<void> {
    // The file is open already.
  }

  async acquireConnection(): Promise<Lease> {
    const before = this.#queue;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#queue = promise;
    await before;
    return new Lease(this.#open, () => resolve(undefined));
  }

  async releaseConnection(lease: Lease): Promise<void> {
    lease.release();
    await Promise.resolve();
  }

  async beginTransaction(lease: Lease): Promise<void> {
    lease.begin();
    commitHooks.begin(lease);
    await Promise.resolve();
  }

  async commitTransaction(lease: Lease): Promise<void> {
    await lease.commit();
    commitHooks.committed(lease);
  }

  async rollbackTransaction(lease: Lease): Promise<void> {
    commitHooks.rolledBack(lease);
    lease.rollBack();
    await Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.#queue;
    await this.#open.logSync.close();
    this.#open.file.close();
  }
}

/** The connection in the hands of one transaction, or of one statement outside a transaction. */
class Lease implements DatabaseConnection {
  readonly #open: OpenFile;
  readonly #onRelease: () => void;
  #inTransaction = false;
  #hasWritten = false;
  #released = false;

  constructor(open: OpenFile, onRelease: () => void) {
    this.#open = open;
    this.#onRelease = onRelease;
  }

  async executeQuery<Row>({
    sql,
    parameters,
  }: {
    sql: string;
    parameters: readonly unknown[];
  }): Promise<QueryResult<Row>> {
    const { rows, changes, writes } = this.#open.statements.run<Row>(sql, parameters);
    this.#hasWritten ||= writes;
    if (!this.#inTransaction) await this.#makeDurable();
    return { rows, ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }) };
  }

  async *streamQuery(): AsyncGenerator<never> {
    await Promise.resolve();
    throw new Error('rows are not streamed: a page of a list is small, and a stream would hold the connection');
  }

  begin(): void {
    this.#open.statements.run('begin', []);
    this.#inTransaction = true;
  }

  async commit(): Promise<void> {
    this.#open.statements.run('commit', []);
    this.#inTransaction = false;
    await this.#makeDurable();
  }

  rollBack(): void {
    // SQLite itself rolls back after some errors, a full disk among them (https://www.sqlite.org/lang_transaction.html): a
    // second rollback would fail, and hide the cause. After the commit, the open transaction is another one.
    if (this.#inTransaction && this.#open.file.inTransaction) this.#open.statements.run('rollback', []);
    this.#inTransaction = false;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease();
  }

  /** The next transaction begins while this one waits for the disk. */
  async #makeDurable(): Promise<void> {
    if (!this.#hasWritten) return;
    this.release();
    await this.#open.logSync.done();
  }
}
