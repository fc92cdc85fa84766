import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

const LOCK_FILE = 'lock.sqlite';

// A lock must not go because its owner keeps no reference: an unreachable database is closed by the garbage collector.
const held = new Set<SqliteDatabase.Database>();

/** The right of one process to a data directory. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Takes the data directory, which is made where there is none (readable by its owner only), for this process alone.
 *
 * The lock is an exclusive transaction on a small SQLite file of its own, held open: the operating system drops it when the
 * process ends in whatever way, so that no stale lock is ever left behind.
 * @throws AppError `DATA_DIRECTORY_IN_USE` while another process has it, `DATA_DIRECTORY_UNUSABLE` where it cannot be made
 * or written.
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = new SqliteDatabase(join(directory, LOCK_FILE), { timeout: 0 });
    try {
      file.exec('begin exclusive');
    } catch (thrown) {
      file.close();
      throw thrown;
    }
    held.add(file);
    return {
      release() {
        held.delete(file);
        file.close();
      },
    };
  } catch (cause) {
    if (codeOf(cause)?.startsWith('SQLITE_BUSY') === true) {
      throw new AppError({
        code: 'DATA_DIRECTORY_IN_USE',
        message: `another Longshore process is using the data directory ${directory}`,
        hint: 'Stop that process, or give this one a data directory of its own with --data-dir.',
        cause,
      });
    }
    throw new AppError({
      code: 'DATA_DIRECTORY_UNUSABLE',
      message: `the data directory ${directory} cannot be used: ${messageOf(cause)}`,
      hint: 'Give a directory that this user may write, with --data-dir.',
      cause,
    });
  }
}
