import { closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { syncDirectorySync } from '../kernel/sync-directory.ts';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/**
 * Refuses a file that other users may open. Windows has no such mode bits and is not checked.
 * @throws AppError `FILE_NOT_PRIVATE`
 */
export function requirePrivateFile(file: string): void {
  const mode = statSync(file).mode & 0o777;
  if (process.platform === 'win32' || (mode & GROUP_AND_OTHERS) === 0) return;
  throw new AppError({
    code: 'FILE_NOT_PRIVATE',
    message: `${file} holds a secret, and others than its owner may open it (mode ${mode.toString(8).padStart(4, '0')})`,
    hint: `Run: chmod 600 ${file}`,
  });
}

/** Writes a file that only its owner may open. The file is complete and durable when the function returns. */
export function writePrivateFile(file: string, text: string): void {
  const partial = `${file}.partial`;
  const descriptor = openSync(partial, 'w', OWNER_ONLY);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(partial, file);
  syncDirectorySync(dirname(file));
}
