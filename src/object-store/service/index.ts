import { createHash } from 'node:crypto';
import { AppError, isTransient } from '../../kernel/errors.ts';
import type { CallOptions, ObjectComparison, ObjectInfo, ObjectStore, WrittenObject } from '../contract.ts';
import { isMissingObject, type StoreOperation } from '../errors.ts';
import { assertObjectKey, isObjectKey } from '../key.ts';
import { createRetry, type RetryPolicy } from '../../kernel/retry.ts';
import type { ListedPage, ObjectService, ServiceObject } from './contract.ts';
import { withDeadline } from './deadline.ts';
import { gather } from './gather.ts';
import { inKeyOrder } from './key-order.ts';
import { ObjectReading } from './reading.ts';

/** Makes a bucket of a service an object store: adds retries, deadlines, whole bodies, errors, and the order of listings. */
export function createServiceStore(service: ObjectService, options: { readonly retry?: RetryPolicy }): ObjectStore {
  const retry = createRetry(isTransient, options.retry);

  async function request<T>(
    operation: StoreOperation,
    key: string,
    call: (signal: AbortSignal) => Promise<T>,
    { signal, bodyBytes = 0 }: CallOptions & { readonly bodyBytes?: number },
  ): Promise<T> {
    const once = async (): Promise<T> => {
      try {
        return await withDeadline(call, bodyBytes, signal);
      } catch (thrown) {
        signal?.throwIfAborted();
        throw thrown instanceof AppError ? thrown : service.classified(operation, key, thrown);
      }
    };
    return await retry(once, signal);
  }

  async function* read(key: string, options: CallOptions = {}): AsyncGenerator<Uint8Array> {
    assertObjectKey(key);
    const reading = new ObjectReading(service, key);
    try {
      for (;;) {
        const piece = await request('reading', key, (signal) => reading.next(signal), options);
        if (piece === undefined) return;
        yield piece;
      }
    } finally {
      reading.close();
    }
  }

  async function look(key: string, options: CallOptions): Promise<ServiceObject | undefined> {
    assertObjectKey(key);
    return await request('looking up', key, (signal) => service.look(key, signal), options);
  }

  async function sha256Of(key: string, options: CallOptions): Promise<string> {
    const hash = createHash('sha256');
    for await (const piece of read(key, options)) hash.update(piece);
    return hash.digest('hex');
  }

  /** Leaves out the empty objects with which consoles mark folders, and other keys that no method takes. */
  async function* listed(prefix: string, options: CallOptions): AsyncGenerator<ObjectInfo> {
    let next: string | undefined;
    do {
      const from = next;
      const page: ListedPage = await request(
        'listing',
        prefix,
        (signal) => service.list(prefix, from, signal),
        options,
      );
      for (const object of page.objects) if (isObjectKey(object.key)) yield object;
      ({ next } = page);
    } while (next !== undefined);
  }

  return {
    read,

    async put(key, body, { signal, ifAbsent = false } = {}): Promise<WrittenObject> {
      assertObjectKey(key);
      const whole = await gather(body, service.createChecksum(), signal);
      const { bytes, sha256 } = whole;
      const send = (limited: AbortSignal) => service.put(key, whole, limited, { ifAbsent });
      await request('writing', key, send, { ...(signal && { signal }), bodyBytes: bytes });
      return { bytes, sha256 };
    },

    async get(key, options): Promise<Uint8Array<ArrayBuffer>> {
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of read(key, options)) {
        pieces.push(piece);
        bytes += piece.byteLength;
      }
      const whole = new Uint8Array(bytes);
      let position = 0;
      for (const piece of pieces) {
        whole.set(piece, position);
        position += piece.byteLength;
      }
      return whole;
    },

    async head(key, options = {}): Promise<ObjectInfo | undefined> {
      const found = await look(key, options);
      return found && { key, bytes: found.bytes };
    },

    async compare(key, acknowledged, options = {}): Promise<ObjectComparison> {
      const found = await look(key, options);
      if (found === undefined) return 'missing';
      if (found.bytes !== acknowledged.bytes) return 'different';
      try {
        const sha256 = found.sha256 ?? (await sha256Of(key, options));
        return sha256 === acknowledged.sha256 ? 'same' : 'different';
      } catch (thrown) {
        if (isMissingObject(thrown)) return 'missing';
        throw thrown;
      }
    },

    list: (prefix, options = {}) => inKeyOrder(listed(prefix, options)),

    async delete(key, options = {}): Promise<void> {
      assertObjectKey(key);
      try {
        await request('deleting', key, (signal) => service.delete(key, signal), options);
      } catch (thrown) {
        if (!isMissingObject(thrown)) throw thrown;
      }
    },
  };
}
