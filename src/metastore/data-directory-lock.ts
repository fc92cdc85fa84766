import { chmodSync, closeSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import { makeDirectorySync } from '../kernel/make-directory.ts';

const LOCK_FILE = 'lock.sqlite';
const OWNER_ONLY = 0o700;
const OWNER_ONLY_FILE = 0o600;

// Keeps the lock files reachable, because the garbage collector closes a database that nothing refers to.
const held = new Set<SqliteDatabase.Database>();

/** The exclusive right of one process to a data directory. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Locks the data directory for this process. A missing directory is created, readable by its owner only.
 *
 * The lock is an open exclusive transaction on a small SQLite file. No stale lock can remain, because the operating system
 * releases the lock when the process ends in any way.
 * @throws AppError `DATA_DIRECTORY_IN_USE` while another process holds the lock, `DATA_DIRECTORY_UNUSABLE` if the directory
 * cannot be created or written.
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  try {
    makeDirectorySync(resolve(directory), OWNER_ONLY);
    const lockFile = join(directory, LOCK_FILE);
    // SQLite would make a file that others may read, and would give its journal the mode of the file.
    closeSync(openSync(lockFile, 'a', OWNER_ONLY_FILE));
    chmodSync(lockFile, OWNER_ONLY_FILE);
    const file = new SqliteDatabase(lockFile, { timeout: 0 });
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
