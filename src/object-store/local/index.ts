import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, realpath, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, codeOf } from '../../kernel/errors.ts';
import { syncDirectory } from '../../kernel/sync-directory.ts';
import type {
  CallOptions,
  LocalStoreConfig,
  ObjectBody,
  ObjectComparison,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  WrittenObject,
} from '../contract.ts';
import { isMissingObject, objectNotFound } from '../errors.ts';
import { assertObjectKey } from '../key.ts';
import { createRetry, type Retry, type RetryPolicy } from '../../kernel/retry.ts';
import { bucketGone, classified, classifiedPut, mayPass, noDirectory } from './errors.ts';
import { isSymbolicLink, pathOf, symbolicLink } from './folders.ts';
import { listTree } from './listing.ts';
import { bucketIdOf, createBucket, giveId, requireBucket, UPLOADS_FOLDER, type Bucket } from './marker.ts';
import { LEFTOVER_AGE_MS, sweepLeftovers, upload } from './uploads.ts';

const READ_PIECE_BYTES = 256 * 1024;

/**
 * Opens a bucket in a directory: one file for each object, folders for the parts of the keys. Any directory can be read, and reading
 * changes nothing. Only a directory in which a bucket was created can be written. Opening a registered bucket removes the old leftovers of
 * killed processes. Opening a bucket exclusively removes all of them.
 * @throws AppError `OBJECT_STORE_GONE` if the directory does not exist, or is no bucket although one was registered;
 * `OBJECT_STORE_FOREIGN` if it is another bucket than the registered one.
 */
export async function openLocalStore(
  config: LocalStoreConfig,
  surroundings: {
    readonly clock: Clock;
    readonly retry?: RetryPolicy;
    readonly create?: boolean;
    readonly registered?: { readonly id: string | undefined };
    readonly knownId?: string;
    readonly isExclusive?: boolean;
  },
): Promise<ObjectStore> {
  const { clock, create = false, registered, knownId, isExclusive = false } = surroundings;
  const retry = createRetry(mayPass, surroundings.retry);
  // Every put proves the id, because the path of its temporary file has it.
  if (knownId !== undefined) return new LocalStore({ root: config.directory, id: knownId }, retry);
  try {
    const created = create ? await retry(() => createBucket(config.directory, clock)) : undefined;
    const root = await realpath(config.directory);
    const found = registered === undefined ? bucketIdOf : (directory: string) => giveId(directory, clock);
    const id = created ?? registered?.id ?? (await retry(() => found(root)));
    const bucket = { root, id };
    if (registered !== undefined) await requireBucket(bucket);
    if (isExclusive) await sweepLeftovers(bucket, { writtenBefore: Number.POSITIVE_INFINITY });
    else if (registered !== undefined) await sweepLeftovers(bucket, { writtenBefore: clock.now() - LEFTOVER_AGE_MS });
    return new LocalStore(bucket, retry);
  } catch (thrown) {
    if (['EEXIST', 'ENOTDIR'].includes(codeOf(thrown) ?? '')) throw noDirectory(config.directory, thrown);
    if (codeOf(thrown) === 'ENOENT') throw bucketGone(config.directory, thrown);
    throw classified('opening the bucket', config.directory, thrown);
  }
}

class LocalStore implements ObjectStore {
  readonly id: string | undefined;
  readonly #bucket: Bucket;
  readonly #root: string;
  readonly #retry: Retry;

  constructor(bucket: Bucket, retry: Retry) {
    this.id = bucket.id;
    this.#bucket = bucket;
    this.#root = bucket.root;
    this.#retry = retry;
  }

  async put(
    key: string,
    body: ObjectBody,
    { signal, durable = true, ifAbsent = false }: PutOptions = {},
  ): Promise<WrittenObject> {
    assertLocalKey(key);
    signal?.throwIfAborted();
    let failedBody: { readonly thrown: unknown } | undefined;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        yield* body;
      } catch (thrown) {
        failedBody = { thrown };
        throw thrown;
      }
    }
    try {
      return await upload(this.#bucket, key, watched(), { retry: this.#retry, signal, durable, ifAbsent });
    } catch (thrown) {
      signal?.throwIfAborted();
      if (failedBody !== undefined) throw failedBody.thrown;
      if (codeOf(thrown) === 'ENOENT') await requireBucket(this.#bucket);
      throw classifiedPut(key, thrown);
    }
  }

  async get(key: string, { signal }: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const handle = await this.#open(key, signal);
    try {
      const { size } = await handle.stat();
      const body = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const bytesRead = await this.#readInto(handle, body.subarray(filled), filled, signal);
        if (bytesRead === 0) return body.slice(0, filled);
        filled += bytesRead;
      }
      return body;
    } catch (thrown) {
      signal?.throwIfAborted();
      throw classified('reading', key, thrown);
    } finally {
      await handle.close();
    }
  }

  async *read(key: string, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array> {
    const handle = await this.#open(key, signal);
    try {
      for (let position = 0; ;) {
        const piece = new Uint8Array(READ_PIECE_BYTES);
        const bytesRead = await this.#readInto(handle, piece, position, signal);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } catch (thrown) {
      signal?.throwIfAborted();
      throw classified('reading', key, thrown);
    } finally {
      await handle.close();
    }
  }

  async head(key: string, { signal }: CallOptions = {}): Promise<ObjectInfo | undefined> {
    assertLocalKey(key);
    try {
      const found = await this.#retry(async () => lstat(await pathOf(this.#root, key, false)), signal);
      return found.isFile() ? { key, bytes: found.size } : undefined;
    } catch (thrown) {
      signal?.throwIfAborted();
      if (codeOf(thrown) === 'ENOTDIR') return undefined;
      const error = classified('looking up', key, thrown);
      if (isMissingObject(error)) return undefined;
      throw error;
    }
  }

  /** Reads the object, because a directory keeps no checksums. */
  async compare(key: string, acknowledged: WrittenObject, { signal }: CallOptions = {}): Promise<ObjectComparison> {
    let handle: FileHandle;
    try {
      handle = await this.#open(key, signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (isSymbolicLink(thrown)) return 'different';
      if (!isMissingObject(thrown)) throw thrown;
      await requireBucket(this.#bucket);
      return 'missing';
    }
    try {
      const { size } = await handle.stat();
      if (size !== acknowledged.bytes) return 'different';
      const hash = createHash('sha256');
      const piece = new Uint8Array(Math.min(size, READ_PIECE_BYTES));
      for (let position = 0; position < size;) {
        const bytesRead = await this.#readInto(handle, piece, position, signal);
        // Cut since.
        if (bytesRead === 0) return 'different';
        hash.update(piece.subarray(0, bytesRead));
        position += bytesRead;
      }
      return hash.digest('hex') === acknowledged.sha256 ? 'same' : 'different';
    } catch (thrown) {
      signal?.throwIfAborted();
      throw classified('reading', key, thrown);
    } finally {
      await handle.close();
    }
  }

  async *list(prefix: string, { signal }: CallOptions = {}): AsyncGenerator<ObjectInfo> {
    try {
      yield* listTree(this.#root, prefix, (call) => this.#retry(call, signal));
    } catch (thrown) {
      signal?.throwIfAborted();
      throw classified('listing', prefix, thrown);
    }
  }

  async delete(key: string, { signal }: CallOptions = {}): Promise<void> {
    if ((await this.head(key, { signal })) === undefined) return;
    try {
      const path = await this.#retry(() => pathOf(this.#root, key, false), signal);
      await this.#retry(() => unlink(path), signal);
      await syncDirectory(dirname(path));
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = classified('deleting', key, thrown);
      if (!isMissingObject(error)) throw error;
    }
  }

  async #readInto(
    handle: FileHandle,
    buffer: Uint8Array,
    position: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const { bytesRead } = await this.#retry(() => handle.read(buffer, 0, buffer.byteLength, position), signal);
    return bytesRead;
  }

  async #open(key: string, signal: AbortSignal | undefined): Promise<FileHandle> {
    assertLocalKey(key);
    try {
      return await this.#retry(() => openFile(this.#root, key), signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (codeOf(thrown) === 'ENOTDIR') throw objectNotFound(key, thrown);
      throw classified('reading', key, thrown);
    }
  }
}

async function openFile(root: string, key: string): Promise<FileHandle> {
  const path = await pathOf(root, key, false);
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw symbolicLink(key, path);
  if (!found.isFile()) throw objectNotFound(key);
  // O_NOFOLLOW, because a symbolic link may have replaced the file after the check.
  return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
}

function assertLocalKey(key: string): void {
  assertObjectKey(key);
  if (key === UPLOADS_FOLDER || key.startsWith(`${UPLOADS_FOLDER}/`)) {
    throw new AppError({
      code: 'INVALID_OBJECT_KEY',
      message: `${JSON.stringify(key)} is not a key for an object: a directory bucket keeps unfinished objects there`,
    });
  }
}
