import { AppError, codeOf, messageOf } from '../../../kernel/errors.ts';

/** The directory is no dump that can be read whole, and why. */
export function invalidDump(path: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'INVALID_DUMP',
    message: `${path}: ${reason}`,
    hint: 'Give a directory that mongodump wrote to its end, with all its files.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What node:fs or node:zlib threw while a dump was read. */
export function unreadable(path: string, thrown: unknown): unknown {
  if (thrown instanceof AppError || (thrown instanceof Error && thrown.name === 'AbortError')) return thrown;
  const code = codeOf(thrown);
  if (code === 'ENOENT') return invalidDump(path, 'is missing', thrown);
  if (code === 'ELOOP') return symbolicLink(path, thrown);
  if (code?.startsWith('Z_') === true) return invalidDump(path, `is no whole gzip file (${messageOf(thrown)})`, thrown);
  return new AppError({
    code: 'DUMP_UNREADABLE',
    message: `${path} cannot be read: ${messageOf(thrown)}`,
    hint: 'Give the user that Longshore runs as read access to the dump.',
    transient: code === 'EMFILE' || code === 'EIO',
    cause: thrown,
  });
}

export function symbolicLink(path: string, cause?: unknown): AppError {
  return invalidDump(path, 'is a symbolic link, which may lead out of the dump', cause);
}
