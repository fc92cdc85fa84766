import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../../../kernel/errors.ts';
import { syncDirectory } from '../../../../kernel/sync-directory.ts';
import { unreadable } from '../errors.ts';
import { unzippedIfZipped } from '../files.ts';
import type { Pieces } from '../piece-reader.ts';
import { readArchive } from './read-archive.ts';
import { spoolFailed } from './unpack.ts';

const OWNER_ONLY_FILE = 0o600;
const SUFFIX = '.archive';

/** Archives that clients sent and that wait for their snapshots. */
export class ArchiveUploads {
  readonly #directory: string;

  /** @param directory an existing directory for these archives alone. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The path of a received archive. */
  fileOf(id: string): string {
    return join(this.#directory, id + SUFFIX);
  }

  /**
   * Stores an archive while it arrives, and reads it at the same time, because only a complete archive is kept. The
   * archive is durable when the promise resolves, because the client may then remove its own.
   * @throws AppError `INVALID_DUMP`, `SPOOL_FULL`
   */
  async receive(id: string, bytes: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<void> {
    const partial = `${this.fileOf(id)}.partial`;
    try {
      const handle = await open(partial, 'wx', OWNER_ONLY_FILE);
      try {
        await checkArchive(stored(bytes, handle));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, this.fileOf(id));
      await syncDirectory(this.#directory);
    } catch (thrown) {
      await rm(partial, { force: true });
      throw codeOf(thrown)?.startsWith('Z_') === true ? unreadable('the archive', thrown) : spoolFailed(thrown);
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
  }

  /**
   * Removes all archives except those of these ids: archives that arrived in part, and those of snapshots that were
   * taken or failed.
   */
  async removeAllBut(ids: readonly string[]): Promise<void> {
    const kept = new Set(ids.map((id) => id + SUFFIX));
    for (const name of await readdir(this.#directory)) {
      if (!kept.has(name)) await rm(join(this.#directory, name), { force: true });
    }
  }
}

/** Reads an archive to its end. @throws AppError `INVALID_DUMP` if it is not complete. */
async function checkArchive(pieces: Pieces): Promise<void> {
  const unzipped = unzippedIfZipped(pieces, new AbortController().signal);
  const parts = readArchive(unzipped, 'the archive');
  while ((await parts.next()).done !== true);
}

async function* stored(bytes: AsyncIterable<Uint8Array<ArrayBuffer>>, handle: FileHandle): Pieces {
  for await (const piece of bytes) {
    await handle.appendFile(piece);
    yield piece;
  }
}
