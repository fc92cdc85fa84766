import { join, resolve } from 'node:path';
import { AppError, messageOf } from '../kernel/errors.ts';
import { makeDirectorySync } from '../kernel/make-directory.ts';
import { lockFile, makeLockFile, type FileLock } from './file-lock.ts';

const LOCK_FILE = 'lock.sqlite';
const REMOVALS_FILE = 'removals.sqlite';
const OWNER_ONLY = 0o700;

/**
 * Locks the data directory for this process. A missing directory is created, readable by its owner only.
 * @throws AppError `DATA_DIRECTORY_IN_USE` while another process holds the lock, `DATA_DIRECTORY_UNUSABLE` if the directory
 * cannot be created or written.
 */
export function lockDataDirectory(directory: string): FileLock {
  const lock = lockIn(directory);
  if (lock !== undefined) return lock;
  throw new AppError({
    code: 'DATA_DIRECTORY_IN_USE',
    message: `another Longshore process is using the data directory ${directory}`,
    hint: 'Stop that process, or give this one a data directory of its own with --data-dir.',
  });
}

function lockIn(directory: string): FileLock | undefined {
  try {
    makeDirectorySync(resolve(directory), OWNER_ONLY);
    // Made here, so that its owner is that of the directory even if another user makes the first backup.
    makeLockFile(join(directory, REMOVALS_FILE));
    return lockFile(join(directory, LOCK_FILE));
  } catch (cause) {
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
export function lockRemovals(directory: string): FileLock | undefined {
  return lockFile(join(directory, REMOVALS_FILE));
}
