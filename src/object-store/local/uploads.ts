import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf } from '../../kernel/errors.ts';
import type { WrittenObject } from '../contract.ts';
import type { Retry } from '../retry.ts';
import { bucketGone } from './errors.ts';
import { pathOf, syncFolder } from './folders.ts';

/**
 * Where bodies are written before they get their name: in the bucket, so that a rename suffices, but no key's folder. It is made
 * with the bucket and never again, so it also tells a bucket from the empty directory that an unmounted file system leaves.
 */
export const UPLOADS_FOLDER = '.longshore-uploads';

/** Hashing this much takes a millisecond or less: between two pieces the event loop gets its turn. */
const PIECE_BYTES = 1024 * 1024;

/** A file that nothing was written to for this long belongs to a put that was killed; one that only paused is made again. */
const LEFTOVER_AGE_MS = 60 * 60 * 1000;

/**
 * Writes a body to a temporary file as it comes, and gives it its name when it is whole and on disk. A write that fails for a
 * moment is made again while its part is still lent, so that no part needs to be kept.
 * @throws AppError `OBJECT_STORE_GONE`, before anything is made.
 */
export async function upload(
  root: string,
  key: string,
  body: AsyncIterable<Uint8Array>,
  retry: Retry,
  signal: AbortSignal | undefined,
): Promise<WrittenObject> {
  const temporary = join(root, UPLOADS_FOLDER, randomBytes(16).toString('hex'));
  const handle = await retry(() => openNew(root, temporary), signal);
  let path: string;
  let written: WrittenObject;
  try {
    try {
      path = await retry(() => pathOf(root, key, true), signal);
      written = await write(handle, body, retry, signal);
      // Not made again: the second call may say that all is well about data that the first one lost.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await retry(() => rename(temporary, path), signal);
  } catch (thrown) {
    await unlink(temporary).catch(() => undefined);
    throw thrown;
  }
  await syncFolder(dirname(path));
  return written;
}

async function openNew(root: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (thrown) {
    throw codeOf(thrown) === 'ENOENT' ? bucketGone(root, thrown) : thrown;
  }
}

/** Makes a directory a bucket, durably; does nothing where it is one. */
export async function createBucket(directory: string): Promise<void> {
  const made = await mkdir(join(directory, UPLOADS_FOLDER), { recursive: true });
  if (made === undefined) return;
  await syncFolder(directory);
  await syncFolder(dirname(directory));
}

/** @throws AppError `OBJECT_STORE_GONE` */
export async function requireBucket(root: string): Promise<void> {
  try {
    await stat(join(root, UPLOADS_FOLDER));
  } catch (thrown) {
    throw codeOf(thrown) === 'ENOENT' ? bucketGone(root, thrown) : thrown;
  }
}

async function write(
  handle: FileHandle,
  body: AsyncIterable<Uint8Array>,
  retry: Retry,
  signal: AbortSignal | undefined,
): Promise<WrittenObject> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of body) {
    for (let start = 0; start < part.byteLength; start += PIECE_BYTES) {
      signal?.throwIfAborted();
      const piece = part.subarray(start, start + PIECE_BYTES);
      const writing = writeWhole(handle, piece, bytes, retry, signal);
      // While another thread writes it.
      hash.update(piece);
      await writing;
      bytes += piece.byteLength;
    }
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function writeWhole(
  handle: FileHandle,
  piece: Uint8Array,
  position: number,
  retry: Retry,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let done = 0; done < piece.byteLength;) {
    const from = done;
    const write = () => handle.write(piece, from, piece.byteLength - from, position + from);
    done += (await retry(write, signal)).bytesWritten;
  }
}

/** Removes what killed processes left behind. */
export async function sweepLeftovers(root: string, clock: Clock): Promise<void> {
  const folder = join(root, UPLOADS_FOLDER);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  for (const name of names) {
    const path = join(folder, name);
    try {
      const { mtimeMs } = await stat(path);
      if (clock.now() - mtimeMs > LEFTOVER_AGE_MS) await unlink(path);
    } catch (thrown) {
      // Another process finished or swept it meanwhile.
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
    }
  }
}
