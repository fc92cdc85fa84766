import { closeSync, openSync } from 'node:fs';
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
import { Type } from 'typebox';
import { AppError, messageOf } from '../kernel/errors.ts';
import { jsonReader } from '../kernel/json-reader.ts';
import type { Database, Metastore } from './database.ts';
import { diskFault } from './disk-faults.ts';
import { EmbeddedDriver } from './embedded-driver.ts';
import { LogSync, type SyncFile } from './log-sync.ts';
import { migrate, schemaState, type SchemaState } from './migrate.ts';
import { RecordingKysely } from './recorded-changes.ts';
import { rememberedReads, RememberedReads, type ActiveReference } from './remembered-reads.ts';
import { StatementCache } from './statement-cache.ts';

/** The time that a statement waits for another process that reads the file (a backup tool, the sqlite3 shell). */
const BUSY_TIMEOUT_MS = 5000;
const OWNER_ONLY_FILE = 0o600;

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
 * @throws AppError `DATABASE_UNUSABLE`, `DATABASE_NEWER`, `DATABASE_NOT_MIGRATED`, and those of a faulty disk.
 */
export async function openSqlite(options: { readonly path: string; readonly syncFile?: SyncFile }): Promise<Metastore> {
  const file = openFile(options.path);
  const database = databaseOf(file, new LogSync(file, options.syncFile));
  try {
    const migrated = await migrate(database, options.path);
    return { database, migrated, close: () => database.destroy() };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** An open metadata file that is only read, and its faults. */
export interface InspectedSqlite extends Omit<Metastore, 'migrated'> {
  readonly schema: SchemaState;
  /** What `integrity_check` and `foreign_key_check` of SQLite found, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Opens and checks the metadata of one machine. Another process may use it meanwhile. Nothing is migrated and nothing written.
 * @throws AppError `DATABASE_UNUSABLE`, and those of a faulty disk.
 */
export async function inspectSqlite(path: string): Promise<InspectedSqlite> {
  const file = openFile(path, { isReadOnly: true });
  const database = databaseOf(file, new LogSync(file));
  try {
    const problems = problemsOf(file);
    return { database, schema: await schemaState(database), problems, close: () => database.destroy() };
  } catch (thrown) {
    const fault = diskFault(file, thrown);
    file.close();
    throw fault ?? unusable(path, thrown);
  }
}

const readFound = jsonReader(Type.Array(Type.Object({ integrity_check: Type.String() })));
const readViolations = jsonReader(Type.Array(Type.Object({ table: Type.String(), parent: Type.String() })));

function problemsOf(file: SqliteDatabase.Database): readonly string[] {
  const found = readFound(file.pragma('integrity_check')).map(({ integrity_check: text }) => text);
  const violations = readViolations(file.pragma('foreign_key_check'));
  return [
    ...found.filter((text) => text !== 'ok').map((text) => `the database is damaged: ${text}`),
    ...violations.map(({ table, parent }) => `a row of ${table} refers to a row of ${parent} that is not there`),
  ];
}

/**
 * Copies a metadata file at one moment, while other processes may use it. The copy is one file without a log beside it.
 * @param to a path under which there is nothing. Only its owner may read the copy.
 * @throws AppError `DATABASE_UNUSABLE`, and those of a faulty disk.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  const file = openFile(from, { isReadOnly: true });
  try {
    closeSync(openSync(to, 'wx', OWNER_ONLY_FILE));
    // One step, because every change of another process between two steps would begin the copy anew.
    await file.backup(to, { progress: () => Number.MAX_SAFE_INTEGER });
  } catch (thrown) {
    throw diskFault(file, thrown) ?? unusable(from, thrown);
  } finally {
    file.close();
  }
  const copy = new SqliteDatabase(to);
  copy.pragma('journal_mode = delete');
  copy.close();
}

const ACTIVE_REFERENCES = `select child.name as "table", reference."table" as "to"
from sqlite_schema as child, pragma_foreign_key_list(child.name) as reference
where child.type = 'table' and reference.on_delete not in ('NO ACTION', 'RESTRICT')`;

function activeReferences(file: SqliteDatabase.Database): readonly ActiveReference[] {
  return file.prepare<[], ActiveReference>(ACTIVE_REFERENCES).all();
}

function databaseOf(file: SqliteDatabase.Database, logSync: LogSync): Database {
  const reads = new RememberedReads(() => activeReferences(file));
  const driver = new EmbeddedDriver({ file, statements: new StatementCache(file), logSync, reads });
  const database = new RecordingKysely({ dialect: new EmbeddedDialect(driver) });
  rememberedReads.set(database, reads);
  return database;
}

function openFile(path: string, { isReadOnly = false } = {}): SqliteDatabase.Database {
  let file: SqliteDatabase.Database | undefined;
  try {
    file = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS, readonly: isReadOnly });
    if (isReadOnly) {
      // The file is opened with the first read.
      file.pragma('schema_version');
      return file;
    }
    file.pragma('journal_mode = wal');
    // SQLite syncs when it moves the log into the database. LogSync syncs the log after commits.
    file.pragma('synchronous = normal');
    file.pragma('foreign_keys = on');
    return file;
  } catch (cause) {
    const fault = file && diskFault(file, cause);
    file?.close();
    if (fault !== undefined) throw fault;
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): AppError {
  return new AppError({
    code: 'DATABASE_UNUSABLE',
    message: `the database ${path} cannot be used: ${messageOf(cause)}`,
    hint: 'Check that the file is a SQLite database of Longshore and that this user may write it and its directory.',
    cause,
  });
}
