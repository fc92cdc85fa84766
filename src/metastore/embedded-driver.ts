import type SqliteDatabase from 'better-sqlite3';
import type { DatabaseConnection, Driver, QueryResult } from 'kysely';
import { commitHooks } from './after-commit.ts';
import { JointCommit } from './joint-commit.ts';
import type { LogSync } from './log-sync.ts';
import { noteWrite } from './recorded-changes.ts';
import type { RememberedReads } from './remembered-reads.ts';
import type { StatementCache } from './statement-cache.ts';

/** What the driver needs of an open SQLite file. */
interface OpenFile {
  readonly file: SqliteDatabase.Database;
  readonly statements: StatementCache;
  readonly logSync: LogSync;
  readonly reads: RememberedReads;
}

/**
 * Kysely's driver for one SQLite file with one connection. A transaction gives the connection to the next one when it has run, and ends
 * when it is committed and the log is on the disk. Transactions that wait for the connection are committed together with the one before
 * them, up to a number. So a transaction must not wait for another one.
 */
export class EmbeddedDriver implements Driver {
  readonly #open: OpenFile;
  readonly #jointCommit: JointCommit;
  /** Ends when the last of those that wait for the connection has released it. */
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(open: OpenFile) {
    this.#open = open;
    this.#jointCommit = new JointCommit(open.file, open.statements, () => open.reads.forgetAll());
  }

  async init(): Promise<void> {
    // The file is open already.
  }

  async acquireConnection(): Promise<Lease> {
    const before = this.#queue;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#queue = promise;
    this.#waiting++;
    await before;
    this.#waiting--;
    return new Lease(this.#open, this.#jointCommit, () => {
      if (this.#waiting === 0 || this.#jointCommit.isFull) this.#jointCommit.commit();
      resolve(undefined);
    });
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
  readonly #jointCommit: JointCommit;
  readonly #onRelease: () => void;
  #inTransaction = false;
  #hasWritten = false;
  #released = false;

  constructor(open: OpenFile, jointCommit: JointCommit, onRelease: () => void) {
    this.#open = open;
    this.#jointCommit = jointCommit;
    this.#onRelease = onRelease;
  }

  async executeQuery<Row>({
    sql,
    parameters,
  }: {
    sql: string;
    parameters: readonly unknown[];
  }): Promise<QueryResult<Row>> {
    // A statement outside a transaction must not see rows that may be taken back, and is its own commit.
    if (!this.#inTransaction) this.#jointCommit.commit();
    if (this.#open.statements.writes(sql)) {
      noteWrite(this.#inTransaction);
      this.#open.reads.noteWrite(sql);
      this.#hasWritten = true;
    }
    const { rows, changes } = this.#jointCommit.run<Row>(sql, parameters);
    if (!this.#inTransaction) await this.#makeDurable();
    return { rows, ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }) };
  }

  async *streamQuery(): AsyncGenerator<never> {
    await Promise.resolve();
    throw new Error('rows are not streamed: a page of a list is small, and a stream would hold the connection');
  }

  begin(): void {
    this.#jointCommit.begin();
    this.#inTransaction = true;
  }

  /** The next transaction begins while this one waits for its commit. */
  async commit(): Promise<void> {
    const committed = this.#jointCommit.finish();
    this.#inTransaction = false;
    this.release();
    await committed;
    await this.#makeDurable();
  }

  rollBack(): void {
    // A commit that has failed is rolled back already.
    if (this.#inTransaction) this.#jointCommit.rollBack();
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
