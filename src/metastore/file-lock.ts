import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { codeOf } from '../kernel/errors.ts';

const OWNER_ONLY_FILE = 0o600;

// Keeps the lock files reachable, because the garbage collector closes a database that nothing refers to.
const held = new Set<SqliteDatabase.Database>();

/** An exclusive right, which the operating system takes back when the process ends in any way. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the lock of a file, which is an open exclusive transaction on a small SQLite file, so no stale lock can remain. A missing file is
 * made, for its owner only.
 * @returns undefined while someone else holds the lock, also in another container.
 * @throws what opening the file throws.
 */
export function lockFile(path: string): FileLock | undefined {
  makeLockFile(path);
  const file = new SqliteDatabase(path, { timeout: 0 });
  try {
    file.exec('begin exclusive');
  } catch (thrown) {
    file.close();
    if (codeOf(thrown)?.startsWith('SQLITE_BUSY') === true) return undefined;
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

/** SQLite would make a file that others may read, and would give its journal the mode of the file. */
export function makeLockFile(path: string): void {
  // Closing a file gives up the locks that this process holds on it (fcntl(2)), so one that is there is not opened.
  if (!existsSync(path)) closeSync(openSync(path, 'a', OWNER_ONLY_FILE));
  chmodSync(path, OWNER_ONLY_FILE);
}
