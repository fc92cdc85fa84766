import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type SqliteDatabase from 'better-sqlite3';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

/**
 * Writes a file of its own beside the database. @returns the system's error code if that fails, such as `EDQUOT`;
 * otherwise undefined.
 */
export type DiskProbe = (directory: string) => string | undefined;

/** More than SQLite writes at a time: a page of 4 KiB, and 32 KiB of its shared memory. */
const PROBE_BYTES = 64 * 1024;
const PROBE_FILE = '.longshore-disk-probe';

/**
 * The transient error for a statement that a fault of the disk ended; undefined for other errors of SQLite. SQLite reports a full disk as
 * `SQLITE_FULL` in most cases. It reports a used-up quota, a file system that became read-only and a broken disk as I/O
 * errors, and keeps the system's error code to itself (https://www.sqlite.org/rescode.html). So the disk is tried again.
 * @returns AppError `DATABASE_FULL`, `DATABASE_READ_ONLY` or `DATABASE_DISK_FAILED`
 */
export function diskFault(
  file: Pick<SqliteDatabase.Database, 'memory' | 'name'>,
  thrown: unknown,
  probe: DiskProbe = probeDisk,
): AppError | undefined {
  const code = codeOf(thrown) ?? '';
  if (code === 'SQLITE_FULL') return databaseFull('the disk under the data directory is full', thrown);
  if (!/^SQLITE_(IOERR|READONLY|CANTOPEN)/.test(code)) return undefined;
  const system = file.memory ? undefined : probe(dirname(file.name));
  return systemFault(system ?? '', thrown) ?? (code.startsWith('SQLITE_IOERR') ? diskFailed(code, thrown) : undefined);
}

/**
 * The transient error for a sync of the log that failed.
 * @returns AppError `DATABASE_FULL`, `DATABASE_READ_ONLY` or `DATABASE_DISK_FAILED`
 */
export function syncFault(thrown: unknown): AppError {
  const code = codeOf(thrown) ?? '';
  return systemFault(code, thrown) ?? diskFailed(code, thrown);
}

/** @param code the system's error code. */
function systemFault(code: string, cause: unknown): AppError | undefined {
  switch (code) {
    case 'ENOSPC':
      return databaseFull('the disk under the data directory is full', cause);
    case 'EDQUOT':
      return databaseFull('the disk quota of the data directory is used up', cause);
    case 'EROFS':
      return new AppError({
        code: 'DATABASE_READ_ONLY',
        message: 'the metadata cannot be written: the file system of the data directory is read-only',
        hint:
          'A system makes a file system read-only when its disk fails: look at the log of the system. Once the file system can ' +
          'be written, the work goes on by itself.',
        transient: true,
        cause,
      });
    default:
      return undefined;
  }
}

function databaseFull(reason: string, cause: unknown): AppError {
  return new AppError({
    code: 'DATABASE_FULL',
    message: `the metadata cannot be written: ${reason}`,
    hint: 'Free space on the file system of the data directory, or have the quota raised; the work then goes on by itself.',
    transient: true,
    cause,
  });
}

function diskFailed(code: string, cause: unknown): AppError {
  return new AppError({
    code: 'DATABASE_DISK_FAILED',
    message: `the metadata cannot be read or written: ${messageOf(cause)} (${code})`,
    hint: 'Look for errors of the disk in the log of the system, and keep a copy of the data directory before you repair the disk.',
    transient: true,
    cause,
  });
}

function probeDisk(directory: string): string | undefined {
  const path = join(directory, PROBE_FILE);
  try {
    const descriptor = openSync(path, 'w', 0o600);
    try {
      writeSync(descriptor, Buffer.alloc(PROBE_BYTES));
      // A network file system reports a full disk and a used-up quota only now.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return undefined;
  } catch (thrown) {
    return codeOf(thrown);
  } finally {
    try {
      rmSync(path, { force: true });
    } catch {
      // On a read-only file system the file stays.
    }
  }
}
