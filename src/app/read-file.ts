import { readFileSync, statSync, type Stats } from 'node:fs';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';

const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Reads a file that people edit. A byte-order mark is left out, because editors on Windows write one.
 * @throws the error of the system.
 */
export function editedTextOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
}

/** Returns undefined if there is nothing under the path. @throws AppError `FILE_UNREADABLE`, such as for missing rights. */
export function statOf(path: string): Stats | undefined {
  return unlessAbsent(path, () => statSync(path));
}

/** Returns undefined if there is no such file. @throws AppError `FILE_UNREADABLE`, such as for missing rights. */
export function textOf(file: string): string | undefined {
  return unlessAbsent(file, () => readFileSync(file, 'utf8'));
}

function unlessAbsent<Value>(path: string, read: () => Value): Value | undefined {
  try {
    return read();
  } catch (cause) {
    if (ABSENT.has(codeOf(cause) ?? '')) return undefined;
    throw new AppError({
      code: 'FILE_UNREADABLE',
      message: `${path} cannot be read: ${messageOf(cause)}`,
      hint: 'Run the command as the user to whom it belongs, or give that user the right to read it.',
      cause,
    });
  }
}
