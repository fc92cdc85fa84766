import { codeOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';
import type {
  BlockPacker,
  MendedBlock,
  Snapshot,
  SnapshotRepository,
  SnapshotTotals,
  SnapshotWriter,
} from './contract.ts';
import { BlockStore } from './block-store.ts';
import { removeUnnamed, type Removed } from './garbage.ts';
import { idOfManifest, manifestKey, MANIFESTS_PREFIX } from './manifest-format.ts';
import { checkManifest, readEntries } from './manifest-reader.ts';
import { ManifestWriter } from './manifest-writer.ts';

/**
 * The repository in a bucket. A process must make one of it and no more: what its captures count on is known to that one.
 * While one process captures, no other one may delete; docs/formats/snapshot-repository.md says why.
 */
export function createSnapshotRepository(store: ObjectStore, options: RepositoryOptions = {}): SnapshotRepository {
  return new Repository(store, options);
}

export interface RepositoryOptions {
  /** Called when a capture has stored a damaged block anew. */
  readonly onBlockMended?: (block: MendedBlock) => void;
}

class Repository implements SnapshotRepository {
  readonly #store: ObjectStore;
  readonly #blocks: BlockStore;
  readonly #removals = new Set<Promise<Removed>>();

  constructor(store: ObjectStore, { onBlockMended = () => undefined }: RepositoryOptions) {
    this.#store = store;
    this.#blocks = new BlockStore(store, onBlockMended);
  }

  beginSnapshot(id: string, packer: BlockPacker): SnapshotWriter {
    const key = manifestKey(id);
    const blocks = this.#blocks;
    const store = this.#store;
    const manifest = new ManifestWriter();
    /** What each block takes, once it is known to be there and undamaged: it is then not read again for this snapshot. */
    const pinned = new Map<string, number | undefined>();
    const release = (): void => {
      const released = [...pinned.keys()];
      pinned.clear();
      // A removal that is under way may have read the manifests before this one was there.
      void Promise.allSettled(this.#removals).then(() => {
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

  async openSnapshot(id: string): Promise<Snapshot> {
    const store = this.#store;
    const blocks = this.#blocks;
    return {
      ...(await checkManifest(store, id)),
      entries: () => readEntries(store, id),
      storedBlock: (block) => blocks.get(block.sha256),
    };
  }

  async *snapshotIds(): AsyncGenerator<string, void, undefined> {
    for await (const { key } of this.#store.list(MANIFESTS_PREFIX)) {
      const id = idOfManifest(key);
      if (id !== undefined) yield id;
    }
  }

  async deleteSnapshot(id: string, signal?: AbortSignal): Promise<void> {
    const candidates = new Map<string, number>();
    try {
      for await (const { block } of readEntries(this.#store, id)) {
        if (block !== undefined) candidates.set(block.sha256, block.storedBytes);
      }
    } catch (thrown) {
      // A damaged manifest goes too; what it named and no other one does is left to the collection of garbage.
      const code = codeOf(thrown);
      if (code === 'SNAPSHOT_NOT_FOUND') return;
      if (code !== 'SNAPSHOT_MANIFEST_CORRUPT') throw thrown;
    }
    // First the manifest: if what follows is interrupted, blocks are left over, and never is one missing.
    await this.#store.delete(manifestKey(id));
    await this.#removeUnnamed(candidates, signal);
  }

  async collectGarbage(signal?: AbortSignal): Promise<Removed> {
    const candidates = new Map<string, number>();
    for await (const { sha256, bytes } of this.#blocks.list()) {
      signal?.throwIfAborted();
      candidates.set(sha256, bytes);
    }
    return this.#removeUnnamed(candidates, signal);
  }

  async #removeUnnamed(candidates: Map<string, number>, signal?: AbortSignal): Promise<Removed> {
    const removal = removeUnnamed(this.#blocks, candidates, this.#namedBlocks(), signal);
    this.#removals.add(removal);
    try {
      return await removal;
    } finally {
      this.#removals.delete(removal);
    }
  }

  /** The blocks of every snapshot. A damaged manifest ends it: what it names is not known, so nothing may be deleted. */
  async *#namedBlocks(): AsyncGenerator<string, void, undefined> {
    for await (const id of this.snapshotIds()) {
      try {
        for await (const { block } of readEntries(this.#store, id)) if (block !== undefined) yield block.sha256;
      } catch (thrown) {
        if (codeOf(thrown) !== 'SNAPSHOT_NOT_FOUND') throw thrown;
      }
    }
  }
}
