import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError, messageOf } from '../kernel/errors.ts';
import { migrations } from './migrations/index.ts';

/**
 * Migrates the schema in one transaction. A process that is killed during the migration leaves the schema unchanged.
 * @param name of the database, for messages.
 * @throws AppError `DATABASE_NOT_MIGRATED`, and those of a faulty disk.
 */
export async function migrate<Rows>(database: Kysely<Rows>, name: string): Promise<void> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof AppError) throw error;
  if (error !== undefined) {
    throw new AppError({
      code: 'DATABASE_NOT_MIGRATED',
      message: `the schema of the database ${name} cannot be brought up to date: ${messageOf(error)}`,
      hint: 'A database that a newer Longshore has used needs that version; otherwise restore the database from a backup.',
      cause: error,
    });
  }
}
