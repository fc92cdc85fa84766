import { sql, type Kysely } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { AppError, messageOf } from '../kernel/errors.ts';
import { migrations } from './migrations/index.ts';

/** How a schema differs from that of this version. */
export interface SchemaState {
  /** Migrations that this version would make. */
  readonly pending: readonly string[];
  /** Migrations of a newer version, which this one does not know. */
  readonly unknown: readonly string[];
  /** Whether the database has no schema yet. */
  readonly isNew: boolean;
}

export async function schemaState<Rows>(database: Kysely<Rows>): Promise<SchemaState> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  const isNew = !tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE);
  const made = new Set(isNew ? [] : await madeMigrations(database));
  return {
    isNew,
    pending: Object.keys(migrations).filter((name) => !made.has(name)),
    unknown: [...made].filter((name) => !Object.hasOwn(migrations, name)),
  };
}

async function madeMigrations<Rows>(database: Kysely<Rows>): Promise<readonly string[]> {
  const table = sql.table(DEFAULT_MIGRATION_TABLE);
  const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(database);
  return rows.map(({ name }) => name);
}

/**
 * Migrates the schema in one transaction. A process that is killed during the migration leaves the schema unchanged.
 * @param name of the database, for messages.
 * @returns the migrations that were made; none for a new database.
 * @throws AppError `DATABASE_NEWER`, `DATABASE_NOT_MIGRATED`, and those of a faulty disk.
 */
export async function migrate<Rows>(database: Kysely<Rows>, name: string): Promise<readonly string[]> {
  const state = await schemaState(database);
  if (state.unknown.length > 0) throw databaseNewer(name, state.unknown);
  const migrator = new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof AppError) throw error;
  if (error !== undefined) {
    throw new AppError({
      code: 'DATABASE_NOT_MIGRATED',
      message: `the schema of the database ${name} cannot be brought up to date: ${messageOf(error)}`,
      hint: 'Nothing was changed. Restore the database from a backup, or report the message.',
      cause: error,
    });
  }
  return state.isNew ? [] : state.pending;
}

/** The error of a database whose schema a newer version has made. */
export function databaseNewer(name: string, unknown: readonly string[]): AppError {
  return new AppError({
    code: 'DATABASE_NEWER',
    message: `a newer version of Longshore has used the database ${name}: it made ${unknown.join(', ')}, which this version does not know`,
    hint: 'Nothing was changed. Run that version or a newer one, or restore the backup that was made before the upgrade.',
  });
}
