import { AppError, codeOf, messageOf } from '../../../kernel/errors.ts';

/** The directory is not a complete dump. @param reason the rest of a sentence whose subject is the path: `is not a file`. */
export function invalidDump(path: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'INVALID_DUMP',
    message: `${path} ${reason}`,
    hint: 'Give what mongodump wrote to its end: a directory with all its files, or a whole archive.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file was changed while it was read. `before` and `now` are its sizes in bytes. */
export function changed(path: string, before: bigint, now: bigint): AppError {
  return new AppError({
    code: 'INVALID_DUMP',
    message: `${path} was written to while it was read (it had ${before} bytes and has ${now})`,
    hint: 'Wait until mongodump has ended and leave the dump as it is, then try again.',
  });
}

/** Converts what node:fs or node:zlib threw while a dump was read. */
export function unreadable(path: string, thrown: unknown): unknown {
  if (thrown instanceof AppError || (thrown instanceof Error && thrown.name === 'AbortError')) return thrown;
  const code = codeOf(thrown);
  if (code === 'ENOENT') return invalidDump(path, 'does not exist', thrown);
  if (code === 'ELOOP') return symbolicLink(path, thrown);
  if (code?.startsWith('Z_') === true)
    return invalidDump(path, `is not a complete gzip file (${messageOf(thrown)})`, thrown);
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
