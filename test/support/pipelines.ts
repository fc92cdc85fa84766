import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Clock } from '../../src/kernel/clock.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import type { ExportOptions } from '../../src/pipelines/index.ts';
import type { CollectionInfo, SnapshotSource, SourceCollection } from '../../src/snapshot/index.ts';

const clock: Clock = { now: () => Date.now() };

export const SNAPSHOT_ID = '0123456789abcdef01234567';

export function directoryStore(directory: string): Promise<ObjectStore> {
  return openObjectStore({ kind: 'local', directory }, { clock });
}

/** A store that keeps its objects in memory, for tests that make hundreds of them. */
export function memoryStore(): ObjectStore & { readonly objects: Map<string, Uint8Array<ArrayBuffer>> } {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const missing = (key: string): Error => Object.assign(new Error(`no object ${key}`), { code: 'OBJECT_NOT_FOUND' });
  const get = (key: string): Uint8Array<ArrayBuffer> => {
    const body = objects.get(key);
    if (body === undefined) throw missing(key);
    return body.slice();
  };
  return {
    objects,
    put: async (key, body, { signal } = {}) => {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(Uint8Array.from(part));
      signal?.throwIfAborted();
      const whole = Uint8Array.from(Buffer.concat(parts));
      objects.set(key, whole);
      return { bytes: whole.byteLength, sha256: createHash('sha256').update(whole).digest('hex') };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a rejection, not a throw
    get: async (key) => get(key),
    async *read(key) {
      await Promise.resolve();
      yield get(key);
    },
    head: (key) => {
      const body = objects.get(key);
      return Promise.resolve(body === undefined ? undefined : { key, bytes: body.byteLength });
    },
    list: (prefix) =>
      Readable.from(
        [...objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, body]) => ({ key, bytes: body.byteLength }))
          .sort((a, b) => (a.key < b.key ? -1 : 1)),
      ),
    delete: (key) => {
      objects.delete(key);
      return Promise.resolve();
    },
  };
}

/** A source of collections in memory. */
export function sourceOf(
  collections: readonly (Pick<CollectionInfo, 'database' | 'name'> &
    Partial<CollectionInfo> & { readonly pieces: () => Iterable<Uint8Array> })[],
): SnapshotSource {
  return {
    mongodbVersion: '8.0.4',
    consistency: { level: 'none', reason: 'Made up.' },
    collections: collections.map(({ pieces, ...info }): SourceCollection => ({
      type: 'collection',
      options: '{}',
      indexes: [],
      ...info,
      async *documents(signal) {
        for (const piece of pieces()) {
          await Promise.resolve();
          signal.throwIfAborted();
          yield Uint8Array.from(piece);
        }
      },
    })),
    close: () => Promise.resolve(),
  };
}

/** Options of an export that a test does not care about. */
export const EXPORT_DEFAULTS = {
  prefix: 'exported_snapshots/org/group/cluster/2026-08-10T0328/1786332505',
  replicaSetName: 'rs0',
  mode: 'canonical',
  product: 'longshore test',
  finished: [],
  signal: new AbortController().signal,
  completion: {
    orgId: '0123456789abcdef0123456a',
    orgName: 'Org',
    groupId: '0123456789abcdef0123456b',
    groupName: 'Group',
    clusterUniqueId: '0123456789abcdef0123456c',
    clusterName: 'cluster',
    labels: [],
    customData: [{ key: 'reason', value: 'test' }],
  },
} as const satisfies Partial<ExportOptions>;
