import { isId } from '../../kernel/ids.ts';
import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';
import type {
  BlockPacker,
  Checkpoint,
  CheckpointStart,
  CheckpointWriter,
  CollectedGarbage,
  GarbageOptions,
  MendedBlock,
  Snapshot,
  SnapshotReader,
  SnapshotRepository,
  SnapshotTotals,
  SnapshotWriter,
  StoredBlockInfo,
} from './contract.ts';
import { BlockStore, readStoredBlock } from './block-store.ts';
import { createCheckpointWriter, deleteCheckpoint, openCheckpoint } from './checkpoint.ts';
import { collectGarbage } from './garbage.ts';
import { idOfManifest, manifestKey, MANIFESTS_PREFIX } from './manifest-format.ts';
import { readEntries, readSnapshot } from './manifest-reader.ts';
import { ManifestWriter } from './manifest-writer.ts';

/**
 * Creates the repository in a bucket. A process must create only one, because each repository knows only its own
 * captures. While one process captures, no other process may delete: docs/formats/snapshot-repository.md explains why.
 */
export function createSnapshotRepository(store: ObjectStore, options: RepositoryOptions = {}): SnapshotRepository {
  return new Repository(store, options);
}

/**
 * Opens a snapshot where its objects can be read, and nothing else of a repository need be there.
 * @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`.
 */
export async function openSnapshot(store: SnapshotReader, id: string, options: CallOptions = {}): Promise<Snapshot> {
  const snapshot = await readSnapshot(store, id, options);
  return { ...snapshot, storedBlock: (block, { signal } = {}) => readStoredBlock(store, block, { signal }) };
}

export interface RepositoryOptions {
  /** Called when a capture has stored a damaged block anew. */
  readonly onBlockMended?: (block: MendedBlock) => void;
}

class Repository implements SnapshotRepository {
  readonly #store: ObjectStore;
  readonly #blocks: BlockStore;
  readonly #collections = new Set<Promise<CollectedGarbage>>();

  constructor(store: ObjectStore, { onBlockMended = () => undefined }: RepositoryOptions) {
    this.#store = store;
    this.#blocks = new BlockStore(store, onBlockMended);
  }

  beginSnapshot(id: string, packer: BlockPacker): SnapshotWriter {
    const key = manifestKey(id);
    const blocks = this.#blocks;
    const store = this.#store;
    const manifest = new ManifestWriter();
    /**
     * The stored size of each block that is known to be present and undamaged. Such a block is not read again for this
     * snapshot.
     */
    const pinned = new Map<string, number | undefined>();
    const release = (): void => {
      const released = [...pinned.keys()];
      pinned.clear();
      // A running collection of garbage may have read the manifests before this one was written.
      void Promise.allSettled(this.#collections).then(() => {
        for (const sha256 of released) blocks.unpin(sha256);
      });
    };
    return {
      async storeBlock(bson, documents, signal) {
        const pin = (sha256: string): number | undefined => {
          if (!pinned.has(sha256)) {
            pinned.set(sha256, undefined);
            blocks.pin(sha256);
          }
          return pinned.get(sha256);
        };
        const bytes = bson.byteLength;
        const { sha256, storedBytes, isNew, memory } = await blocks.put(bson, packer, pin, signal);
        if (pinned.has(sha256)) pinned.set(sha256, storedBytes);
        return { block: { sha256, bytes, documents, storedBytes }, isNew, memory };
      },
      async takeOverBlock({ sha256, storedBytes }, signal) {
        if (!pinned.has(sha256)) {
          pinned.set(sha256, undefined);
          blocks.pin(sha256);
        }
        return (await blocks.storedBytes(sha256, { signal })) === storedBytes;
      },
      beginCollection: (info) => manifest.beginCollection(info),
      addBlock: (block, found) => manifest.addBlock(block, found),
      abandonCollection: () => manifest.abandonCollection(),
      async commit(header, signal): Promise<SnapshotTotals> {
        if (header.id !== id) throw new Error(`the snapshot ${id} ends with the header of ${header.id}`);
        const { parts, totals } = manifest.finish(header);
        const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
        assertWritten(key, { bytes }, await store.put(key, parts, { signal }));
        release();
        return totals;
      },
      discard: release,
    };
  }

  beginCheckpoint(id: string, start: CheckpointStart): CheckpointWriter {
    return createCheckpointWriter(this.#store, id, start);
  }

  async openCheckpoint(id: string, signal: AbortSignal): Promise<Checkpoint | undefined> {
    return await openCheckpoint(this.#store, id, { signal });
  }

  async deleteCheckpoint(id: string, options: CallOptions = {}): Promise<void> {
    await deleteCheckpoint(this.#store, id, options);
  }

  async openSnapshot(id: string, options: CallOptions = {}): Promise<Snapshot> {
    return await openSnapshot(this.#store, id, options);
  }

  async *collectionNames(
    id: string,
    options: CallOptions = {},
  ): AsyncGenerator<{ readonly database: string; readonly name: string }, void, undefined> {
    for await (const { collection } of readEntries(this.#store, id, options)) {
      if (collection !== undefined) yield { database: collection.database, name: collection.name };
    }
  }

  async *snapshotIds(options: CallOptions = {}): AsyncGenerator<string, void, undefined> {
    for await (const { key } of this.#store.list(MANIFESTS_PREFIX, options)) {
      const id = idOfManifest(key);
      if (id !== undefined) yield id;
    }
  }

  storedBlocks(options: CallOptions = {}): AsyncIterable<StoredBlockInfo> {
    return this.#blocks.list(options);
  }

  async deleteSnapshot(id: string, options: CallOptions = {}): Promise<void> {
    if (!isId(id)) return;
    await this.#store.delete(manifestKey(id), options);
    await deleteCheckpoint(this.#store, id, options);
  }

  async collectGarbage(options: GarbageOptions = {}): Promise<CollectedGarbage> {
    const collection = collectGarbage(this.#store, this.#blocks, options);
    this.#collections.add(collection);
    try {
      return await collection;
    } finally {
      this.#collections.delete(collection);
    }
  }
}
