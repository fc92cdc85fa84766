import SqliteDatabase from 'better-sqlite3';
import { SqliteAdapter, SqliteDialect, SqliteDriver, type DatabaseConnection } from 'kysely';
import { AppError, messageOf } from '../kernel/errors.ts';
import { commitHooks } from './after-commit.ts';
import type { Database, Metastore } from './database.ts';
import { diskFault, namingDiskFaults } from './disk-faults.ts';
import { migrate } from './migrate.ts';
import { RecordingKysely } from './recorded-changes.ts';

/** The time that a statement waits for another process that reads the file (a backup tool, the sqlite3 shell). */
const BUSY_TIMEOUT_MS = 5000;

// SQLite's DDL is transactional (https://www.sqlite.org/lang_transaction.html). Kysely does not use that by default: a
// process that is killed during a migration would leave half a schema.
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class EmbeddedDriver extends SqliteDriver {
  readonly #file: SqliteDatabase.Database;

  constructor(file: SqliteDatabase.Database) {
    super({ database: namingDiskFaults(file) });
    this.#file = file;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await super.beginTransaction(connection);
    commitHooks.begin(connection);
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    commitHooks.committed(connection);
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    commitHooks.rolledBack(connection);
    // SQLite itself rolls back after some errors, a full disk among them (https://www.sqlite.org/lang_transaction.html): a
    // second rollback would fail, and hide the cause.
    if (this.#file.inTransaction) await super.rollbackTransaction(connection);
  }
}

class EmbeddedDialect extends SqliteDialect {
  readonly #file: SqliteDatabase.Database;

  constructor(file: SqliteDatabase.Database) {
    super({ database: file });
    this.#file = file;
  }

  override createDriver(): SqliteDriver {
    return new EmbeddedDriver(this.#file);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

/**
 * Opens the metadata of one machine, a SQLite file, and migrates its schema. A commit is durable when it returns. Kysely
 * gives the one connection to one transaction after another. Where the disk is full, read-only or broken, a statement or a commit
 * throws AppError `DATABASE_FULL`, `DATABASE_READ_ONLY` or `DATABASE_DISK_FAILED`, which are transient: nothing of its transaction
 * is stored then.
 * @param options.path of the file, which is created if it is missing; `:memory:` for a database that ends when it is closed.
 * @throws AppError `DATABASE_UNUSABLE`, `DATABASE_NOT_MIGRATED`, and those of a faulty disk.
 */
export async function openSqlite(options: { readonly path: string }): Promise<Metastore> {
  const file = openFile(options.path);
  const database: Database = new RecordingKysely({ dialect: new EmbeddedDialect(file) });
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
    file.pragma('synchronous = full');
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
