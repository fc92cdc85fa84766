import { createHash, randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../../kernel/errors.ts';
import { syncDirectory } from '../../kernel/sync-directory.ts';
import type { WrittenObject } from '../contract.ts';
import { objectExists } from '../errors.ts';
import type { Retry } from '../../kernel/retry.ts';
import { pathOf } from './folders.ts';
import { requireBucket, uploadsFolderOf, type Bucket } from './marker.ts';

/** Hashing a piece takes 1 ms or less, because hashing blocks the event loop. */
const PIECE_BYTES = 1024 * 1024;

/** A temporary file of a bucket with several writers that was not written for this long is removed, because its put was probably killed. */
export const LEFTOVER_AGE_MS = 60 * 60 * 1000;

/** What file systems without hard links say. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Writes a body to a temporary file part by part, syncs the file, then renames it. No part is copied, because a failed write is
 * retried while its part is still lent.
 * @param options.durable false: nothing is synced.
 * @param options.ifAbsent whether a file that is there stays.
 * @throws AppError `OBJECT_STORE_GONE`, `OBJECT_STORE_FOREIGN`, before anything is created.
 */
export async function upload(
  bucket: Bucket,
  key: string,
  body: AsyncIterable<Uint8Array>,
  options: {
    readonly retry: Retry;
    readonly signal: AbortSignal | undefined;
    readonly durable: boolean;
    readonly ifAbsent: boolean;
  },
): Promise<WrittenObject> {
  const { retry, signal, durable, ifAbsent } = options;
  const temporary = join(uploadsFolderOf(bucket), randomBytes(16).toString('hex'));
  const handle = await retry(() => openNew(bucket, temporary), signal);
  let path: string;
  let written: WrittenObject;
  try {
    try {
      path = await retry(() => pathOf(bucket.root, key, true), signal);
      written = await write(handle, body, retry, signal);
      // Not retried, because a second call may succeed although the first one lost data.
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    if (ifAbsent) await moveIfAbsent({ temporary, path, key }, (call) => retry(call, signal));
    else await retry(() => rename(temporary, path), signal);
  } catch (thrown) {
    await unlink(temporary).catch(() => undefined);
    throw thrown;
  }
  if (durable) await syncDirectory(dirname(path));
  return written;
}

/**
 * Gives a file a second name, which fails if the name is taken, and takes the first name away.
 * @throws AppError `OBJECT_EXISTS`
 */
async function moveIfAbsent(
  { temporary, path, key }: { readonly temporary: string; readonly path: string; readonly key: string },
  retried: (call: () => Promise<void>) => Promise<void>,
): Promise<void> {
  try {
    await retried(() => link(temporary, path));
  } catch (thrown) {
    const code = codeOf(thrown) ?? '';
    if (code === 'EEXIST') throw objectExists(key, thrown);
    if (!WITHOUT_LINKS.has(code)) throw thrown;
    await reserve(path, key);
    await retried(() => rename(temporary, path)).catch(async (failed: unknown) => {
      await unlink(path).catch(() => undefined);
      throw failed;
    });
    return;
  }
  // One that stays is removed like those of killed processes.
  await unlink(temporary).catch(() => undefined);
}

/**
 * Makes an empty file, which a rename replaces: file systems without hard links have this, too. A process that is killed between both leaves
 * the empty file.
 * @throws AppError `OBJECT_EXISTS`
 */
async function reserve(path: string, key: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close();
  } catch (thrown) {
    throw codeOf(thrown) === 'EEXIST' ? objectExists(key, thrown) : thrown;
  }
}

async function openNew(bucket: Bucket, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') await requireBucket(bucket);
    throw thrown;
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
      // Hashed here because another thread writes the piece at the same time.
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

/**
 * Removes the temporary files of killed processes. Those of versions without ids of buckets are beside the folder of the id.
 * @param which.writtenBefore the files that were last written before this time, in milliseconds since the Unix epoch.
 */
export async function sweepLeftovers(bucket: Bucket, which: { readonly writtenBefore: number }): Promise<void> {
  const folders = new Set([uploadsFolderOf({ ...bucket, id: undefined }), uploadsFolderOf(bucket)]);
  for (const folder of folders) await sweepFolder(folder, which);
}

async function sweepFolder(folder: string, { writtenBefore }: { readonly writtenBefore: number }): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    const path = join(folder, name);
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs < writtenBefore) await unlink(path);
    } catch (thrown) {
      // ENOENT: another process has renamed or removed the file.
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
    }
  }
}
