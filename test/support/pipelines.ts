import type { Clock } from '../../src/kernel/clock.ts';
import { openObjectStore } from '../../src/object-store/all.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import type { ExportOptions } from '../../src/pipelines/export/index.ts';
import type { CollectionInfo } from '../../src/snapshot/contract.ts';
import { unpackBlock } from '../../src/snapshot/blocks/index.ts';
import type { BlockReference, Snapshot } from '../../src/snapshot/repository/index.ts';
import type { SnapshotSource, SourceCollection } from '../../src/snapshot/sources/index.ts';

const clock: Clock = { now: () => Date.now() };

export const SNAPSHOT_ID = '0123456789abcdef01234567';

export function directoryStore(directory: string): Promise<ObjectStore> {
  return openObjectStore({ kind: 'local', directory }, { clock, create: true });
}

/** The BSON of a block, verified. @throws AppError `BLOCK_MISSING`, `BLOCK_CORRUPT`. */
export async function readBlock(snapshot: Snapshot, block: BlockReference): Promise<Uint8Array<ArrayBuffer>> {
  return unpackBlock(await snapshot.storedBlock(block), block);
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
    leftOut: [],
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
