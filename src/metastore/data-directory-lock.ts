import { chmodSync, closeSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import { makeDirectorySync } from '../kernel/make-directory.ts';

const LOCK_FILE = 'lock.sqlite';
const REMOVALS_FILE = 'removals.sqlite';
const OWNER_ONLY = 0o700;
const OWNER_ONLY_FILE = 0o600;

// Keeps the lock files reachable, because the garbage collector closes a database that nothing refers to.
const held = new Set<SqliteDatabase.Database>();

/** An exclusive right, which the operating system takes back when the process ends in any way. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Locks the data directory for this process. A missing directory is created, readable by its owner only.
 *
 * The lock is an open exclusive transaction on a small SQLite file, so no stale lock can remain.
 * @throws AppError `DATA_DIRECTORY_IN_USE` while another process holds the lock, `DATA_DIRECTORY_UNUSABLE` if the directory
 * cannot be created or written.
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  try {
    makeDirectorySync(resolve(directory), OWNER_ONLY);
    // Made here, so that its owner is that of the directory even if another user makes the first backup.
    makeLockFile(join(directory, REMOVALS_FILE));
    return lockFile(join(directory, LOCK_FILE));
  } catch (cause) {
    if (isBusy(cause)) {
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

/**
 * Takes the right to remove from the repository of a data directory. A collection of garbage and a backup take it in turn, also
 * from different processes, so that nothing leaves the repository while it is copied.
 * @returns undefined while the other one has it.
 */
export function lockRemovals(directory: string): DataDirectoryLock | undefined {
  try {
    return lockFile(join(directory, REMOVALS_FILE));
  } catch (thrown) {
    if (isBusy(thrown)) return undefined;
    throw thrown;
  }
}

function isBusy(thrown: unknown): boolean {
  return codeOf(thrown)?.startsWith('SQLITE_BUSY') === true;
}

function makeLockFile(path: string): void {
  // SQLite would make a file that others may read, and would give its journal the mode of the file.
  closeSync(openSync(path, 'a', OWNER_ONLY_FILE));
  chmodSync(path, OWNER_ONLY_FILE);
}

function lockFile(path: string): DataDirectoryLock {
  makeLockFile(path);
  const file = new SqliteDatabase(path, { timeout: 0 });
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
}
