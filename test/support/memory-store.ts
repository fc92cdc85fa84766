import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import { objectExists, objectNotFound, storeFailed } from '../../src/object-store/errors.ts';
import { compareKeys } from '../../src/object-store/key.ts';
import { createServiceStore } from '../../src/object-store/service/index.ts';

/** A bucket in memory, for tests that make hundreds of them. */
export interface MemoryStore extends ObjectStore {
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
  /** Makes this number of requests fail like a lost connection. */
  readonly disturb: (requests: number) => void;
}

/** A service in memory, with the code of the drivers of real services in front of it. */
export function memoryStore(): MemoryStore {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  let disturbed = 0;

  /** Simulates a request to the service, which takes a turn of the event loop. */
  async function reached(signal: AbortSignal): Promise<void> {
    await turn();
    signal.throwIfAborted();
    if (disturbed-- > 0) throw new Error('the connection was lost');
  }

  const store = createServiceStore(
    {
      createChecksum: () => createHash('md5'),

      async put(key, { parts }, signal, { ifAbsent }) {
        await reached(signal);
        if (ifAbsent && objects.has(key)) throw objectExists(key);
        objects.set(key, Uint8Array.from(Buffer.concat(parts)));
      },

      async open(key, from, signal) {
        await reached(signal);
        const body = objects.get(key);
        if (body === undefined) throw objectNotFound(key);
        async function* pieces(): AsyncGenerator<Uint8Array> {
          const piece = body?.slice(from?.bytes);
          await Promise.resolve();
          if (piece !== undefined && piece.byteLength > 0) yield piece;
        }
        return { bytes: body.byteLength, version: '', pieces: pieces() };
      },

      async look(key, signal) {
        await reached(signal);
        const body = objects.get(key);
        if (body === undefined) return undefined;
        return { bytes: body.byteLength, sha256: createHash('sha256').update(body).digest('hex') };
      },

      async list(prefix, _page, signal) {
        await reached(signal);
        const found = [...objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, { byteLength }]) => ({ key, bytes: byteLength }))
          .sort((a, b) => compareKeys(a.key, b.key));
        return { objects: found, next: undefined };
      },

      async delete(key, signal) {
        await reached(signal);
        objects.delete(key);
      },

      classified: (operation, key, thrown) => storeFailed(operation, key, thrown, true),
    },
    { retry: { tries: 4, firstPauseMs: 1 } },
  );
  return { ...store, objects, disturb: (requests) => void (disturbed = requests) };
}
