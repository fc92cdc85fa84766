import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { Metastore } from './database.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';

/** How long a statement waits for another process that reads the file (a backup tool, the sqlite3 shell). */
const BUSY_TIMEOUT_MS = 5000;

// SQLite's DDL is transactional (https://www.sqlite.org/lang_transaction.html). Kysely does not rely on that by default,
// and would leave half a schema behind when the process is killed in the middle of a migration.
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class EmbeddedDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

/**
 * Opens the metadata of one machine, a SQLite file, and brings its schema up to date. A commit is on the disk when it
 * returns. There is one connection: Kysely hands it to one transaction after another.
 * @param options.path of the file, made where there is none; `:memory:` for a database that is gone when it is closed.
 * @throws AppError `DATABASE_UNUSABLE`, `DATABASE_NOT_MIGRATED`
 */
export async function openSqlite(options: { readonly path: string }): Promise<Metastore> {
  const file = openFile(options.path);
  const database = new Kysely<Schema>({ dialect: new EmbeddedDialect({ database: file }) });
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
    file?.close();
    throw new AppError({
      code: 'DATABASE_UNUSABLE',
      message: `the database ${path} cannot be opened: ${messageOf(cause)}`,
      hint: 'Check that the file is a SQLite database of Longshore and that this user may write it and its directory.',
      cause,
    });
  }
}
