import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, codeOf } from '../../../../kernel/errors.ts';
import { readArchiveFile } from '../files.ts';
import { readArchive, type Prelude } from './read-archive.ts';

const OWNER_ONLY_FILE = 0o600;

/** An unpacked archive: its collections, and the files with their documents. */
export interface Unpacked {
  readonly prelude: Prelude;
  /** @param collection its index in the prelude. */
  readonly fileOf: (collection: number) => string;
}

/** @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE` */
export async function readPrelude(path: string): Promise<Prelude> {
  for await (const part of readArchive(readArchiveFile(path, new AbortController().signal), path)) {
    if ('prelude' in part) return part.prelude;
  }
  throw new Error('an archive has a prelude or is refused');
}

/**
 * Writes the documents of each collection of an archive to a file of its own.
 * @param directory an empty directory. Its files get numbers as names, because names in an archive may contain
 * anything.
 * @throws AppError `INVALID_DUMP`, `DUMP_UNREADABLE`, `SPOOL_FULL`
 */
export async function unpackArchive(path: string, directory: string, signal: AbortSignal): Promise<Unpacked> {
  const fileOf = (collection: number): string => join(directory, `${collection}.bson`);
  const files = new AppendedFiles(fileOf);
  let prelude: Prelude | undefined;
  try {
    for await (const part of readArchive(readArchiveFile(path, signal), path)) {
      if ('prelude' in part) prelude = part.prelude;
      else if ('documents' in part) await files.append(part.collection, part.documents);
      // A collection without documents has a file, too.
      else await files.append(part.ended, new Uint8Array());
    }
  } finally {
    await files.close();
  }
  if (prelude === undefined) throw new Error('an archive has a prelude or is refused');
  return { prelude, fileOf };
}

/**
 * Appends to many files, and has one file open at a time. Collections alternate after megabytes, and an archive may
 * have more collections than a process may have open files.
 */
class AppendedFiles {
  readonly #fileOf: (collection: number) => string;
  #open: { readonly collection: number; readonly handle: FileHandle } | undefined;

  constructor(fileOf: (collection: number) => string) {
    this.#fileOf = fileOf;
  }

  async append(collection: number, bytes: Uint8Array): Promise<void> {
    try {
      if (this.#open?.collection !== collection) {
        await this.close();
        this.#open = { collection, handle: await open(this.#fileOf(collection), 'a', OWNER_ONLY_FILE) };
      }
      await this.#open.handle.appendFile(bytes);
    } catch (cause) {
      throw spoolFailed(cause);
    }
  }

  async close(): Promise<void> {
    const opened = this.#open;
    this.#open = undefined;
    await opened?.handle.close();
  }
}

/** Converts what node:fs threw while an archive was written to the spool. */
export function spoolFailed(cause: unknown): unknown {
  if (codeOf(cause) !== 'ENOSPC' && codeOf(cause) !== 'EDQUOT') return cause;
  return new AppError({
    code: 'SPOOL_FULL',
    message: 'the disk is full on which an archive is unpacked while it is read',
    hint: 'Free as much space as the documents of the archive take unpacked, or choose another disk: the data directory of a server, or TMPDIR of a command that reads the archive itself.',
    transient: true,
    cause,
  });
}
