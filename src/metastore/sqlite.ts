import SqliteDatabase from 'better-sqlite3';
import {
  type Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type QueryCompiler,
} from 'kysely';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { Database, Metastore } from './database.ts';
import { diskFault } from './disk-faults.ts';
import { EmbeddedDriver } from './embedded-driver.ts';
import { LogSync, type SyncFile } from './log-sync.ts';
import { migrate } from './migrate.ts';
import { RecordingKysely } from './recorded-changes.ts';
import { StatementCache } from './statement-cache.ts';

/** The time that a statement waits for another process that reads the file (a backup tool, the sqlite3 shell). */
const BUSY_TIMEOUT_MS = 5000;

class EmbeddedAdapter extends SqliteAdapter {
  // SQLite's DDL is transactional (https://www.sqlite.org/lang_transaction.html). Kysely does not use that by default: a
  // process that is killed during a migration would leave half a schema.
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  // The driver gives the one connection from one to the next.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class EmbeddedDialect implements Dialect {
  readonly #driver: EmbeddedDriver;

  constructor(driver: EmbeddedDriver) {
    this.#driver = driver;
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createAdapter(): DialectAdapter {
    return new EmbeddedAdapter();
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(database);
  }
}

/**
 * Opens the metadata of one machine, a SQLite file, and migrates its schema. A transaction is durable when it returns. Transactions are
 * written one after another, and those under way reach the disk together. Where the disk is full, read-only or broken, a statement or a commit
 * throws AppError `DATABASE_FULL`, `DATABASE_READ_ONLY` or `DATABASE_DISK_FAILED`, which are transient: nothing of its transaction
 * is stored then.
 * @param options.path of the file, which is created if it is missing; `:memory:` for a database that ends when it is closed.
 * @param options.syncFile brings the write-ahead log to the disk; absent: `fdatasync`.
 * @throws AppError `DATABASE_UNUSABLE`, `DATABASE_NOT_MIGRATED`, and those of a faulty disk.
 */
export async function openSqlite(options: { readonly path: string; readonly syncFile?: SyncFile }): Promise<Metastore> {
  const file = openFile(options.path);
  const logSync = new LogSync(file, options.syncFile);
  const driver = new EmbeddedDriver({ file, statements: new StatementCache(file), logSync });
  const database: Database = new RecordingKysely({ dialect: new EmbeddedDialect(driver) });
  try {
    await migrate(database, options.path);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
  return { database, close: () => database.destroy() };
}

function openFile(path: string): SqliteDatabase.Database {
  let file: SqliteDatabase.Database | undefined;
  try {
    file = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS });
    file.pragma('journal_mode = wal');
    // SQLite syncs when it moves the log into the database. LogSync syncs the log after commits.
    file.pragma('synchronous = normal');
    file.pragma('foreign_keys = on');
    return file;
  } catch (cause) {
    const fault = file && diskFault(file, cause);
    file?.close();
    if (fault !== undefined) throw fault;
    throw new AppError({
      code: 'DATABASE_UNUSABLE',
      message: `the database ${path} cannot be opened: ${messageOf(cause)}`,
      hint: 'Check that the file is a SQLite database of Longshore and that this user may write it and its directory.',
      cause,
    });
  }
}
