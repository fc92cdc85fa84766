import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type SqliteDatabase from 'better-sqlite3';
import type { SqliteDatabase as StatementSource } from 'kysely';
import { AppError, codeOf } from '../kernel/errors.ts';

/** What Kysely needs of a SQLite file, where each statement that meets a full disk throws `DATABASE_FULL`. */
export function namingFullDisk(file: SqliteDatabase.Database): StatementSource {
  function named<Result>(use: () => Result): Result {
    try {
      return use();
    } catch (thrown) {
      throw isFullDisk(file, thrown) ? databaseFull(thrown) : thrown;
    }
  }
  return {
    close: () => void file.close(),
    prepare(sql) {
      const statement = named(() => file.prepare(sql));
      return {
        reader: statement.reader,
        all: (parameters) => named(() => statement.all(parameters)),
        run: (parameters) => named(() => statement.run(parameters)),
        iterate: (parameters) => statement.iterate(parameters),
      };
    },
  };
}

/**
 * SQLite reports a full disk as `SQLITE_FULL` where it writes, and as an I/O error where it makes room for its shared memory or
 * synchronizes (https://www.sqlite.org/rescode.html). An I/O error has other causes, too, so the file system is asked.
 */
function isFullDisk(file: SqliteDatabase.Database, thrown: unknown): boolean {
  const code = codeOf(thrown) ?? '';
  if (code === 'SQLITE_FULL') return true;
  return code.startsWith('SQLITE_IOERR') && !file.memory && hasNoSpace(dirname(file.name));
}

function hasNoSpace(directory: string): boolean {
  try {
    return statfsSync(directory).bavail === 0;
  } catch {
    return false;
  }
}

function databaseFull(cause: unknown): AppError {
  return new AppError({
    code: 'DATABASE_FULL',
    message: 'the metadata cannot be written: the disk under the data directory is full',
    hint: 'Free space on the file system of the data directory; the work then goes on by itself.',
    transient: true,
    cause,
  });
}
