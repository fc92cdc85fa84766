import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '../../src/kernel/errors.ts';
import type {
  CallOptions,
  ObjectBody,
  ObjectInfo,
  ObjectStore,
  WrittenObject,
} from '../../src/object-store/contract.ts';
import { objectNotFound, storeFailed } from '../../src/object-store/errors.ts';
import { assertObjectKey, compareKeys } from '../../src/object-store/key.ts';
import { createRetry } from '../../src/object-store/retry.ts';

/** A bucket in memory, for tests that make hundreds of them. */
export interface MemoryStore extends ObjectStore {
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
  /** Makes the next so many requests fail as a lost connection does. */
  readonly disturb: (requests: number) => void;
}

const retry = createRetry((thrown) => thrown instanceof AppError && thrown.transient, { tries: 4, firstPauseMs: 1 });

/** As a driver for a service is: it gathers an object, then sends it as a whole, as often as it takes. */
export function memoryStore(): MemoryStore {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  let disturbed = 0;

  /** What the service does when it is reached, which takes a turn of the event loop. */
  async function request<T>(operation: string, key: string, serve: () => T, signal?: AbortSignal): Promise<T> {
    await turn();
    signal?.throwIfAborted();
    if (disturbed-- > 0) throw storeFailed(operation, key, new Error('the connection was lost'), true);
    return serve();
  }

  async function get(key: string, { signal }: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    assertObjectKey(key);
    const serve = (): Uint8Array<ArrayBuffer> => {
      const body = objects.get(key);
      if (body === undefined) throw objectNotFound(key);
      return body.slice();
    };
    return await retry(() => request('reading', key, serve, signal), signal);
  }

  return {
    objects,
    disturb: (requests) => void (disturbed = requests),

    async put(key, body, { signal } = {}): Promise<WrittenObject> {
      assertObjectKey(key);
      const whole = await gathered(body, signal);
      await retry(() => request('writing', key, () => objects.set(key, whole), signal), signal);
      return { bytes: whole.byteLength, sha256: sha256Of(whole) };
    },

    get,

    async *read(key, options) {
      yield await get(key, options);
    },

    async head(key, { signal } = {}): Promise<ObjectInfo | undefined> {
      assertObjectKey(key);
      const body = await retry(() => request('looking up', key, () => objects.get(key), signal), signal);
      return body && { key, bytes: body.byteLength };
    },

    async compare(key, acknowledged, { signal } = {}) {
      assertObjectKey(key);
      const body = await retry(() => request('looking up', key, () => objects.get(key), signal), signal);
      if (body === undefined) return 'missing';
      const same = body.byteLength === acknowledged.bytes && sha256Of(body) === acknowledged.sha256;
      return same ? 'same' : 'different';
    },

    async *list(prefix, { signal } = {}) {
      const serve = (): ObjectInfo[] =>
        [...objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, { byteLength }]) => ({ key, bytes: byteLength }))
          .sort((a, b) => compareKeys(a.key, b.key));
      yield* await retry(() => request('listing', prefix, serve, signal), signal);
    },

    async delete(key, { signal } = {}) {
      assertObjectKey(key);
      await retry(() => request('deleting', key, () => objects.delete(key), signal), signal);
    },
  };
}

const sha256Of = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

/** The parts are copied, because they are lent. */
async function gathered(body: ObjectBody, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of body) {
    signal?.throwIfAborted();
    parts.push(Uint8Array.from(part));
  }
  return Uint8Array.from(Buffer.concat(parts));
}
