import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import { nameOfBlock } from './block-store.ts';
import { manifestKey } from './manifest-format.ts';
import { readBlockNames } from './manifest-reader.ts';

/** The snapshots whose blocks are known at a time. A block takes about 130 bytes. */
const MOST_SNAPSHOTS = 4;

/**
 * Reads the objects of one snapshot as the repository stores them. Its readers may read this snapshot and no other one. So every key is
 * compared with what the snapshot has: a reader may know the name of another snapshot's block, because blocks are named after their content.
 */
export class SnapshotObjects {
  readonly #store: Pick<ObjectStore, 'read'>;
  /** The names of the blocks of the snapshots that were asked for last. A complete snapshot does not change. */
  readonly #blocks = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(store: Pick<ObjectStore, 'read'>) {
    this.#store = store;
  }

  /**
   * @param key of the snapshot's manifest, or of one of its blocks.
   * @returns undefined for any other key.
   * @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`; while it is read, what the store throws.
   */
  async read(snapshotId: string, key: string, options: CallOptions): Promise<AsyncIterable<Uint8Array> | undefined> {
    if (key !== manifestKey(snapshotId)) {
      const sha256 = nameOfBlock(key);
      if (sha256 === undefined || !(await this.#blocksOf(snapshotId)).has(sha256)) return undefined;
    }
    return this.#store.read(key, options);
  }

  async #blocksOf(snapshotId: string): Promise<ReadonlySet<string>> {
    const blocks = this.#blocks.get(snapshotId) ?? this.#readBlocks(snapshotId);
    // The first one is the one that was asked for longest ago, because a map keeps the order of insertion.
    this.#blocks.delete(snapshotId);
    this.#blocks.set(snapshotId, blocks);
    const [oldest] = this.#blocks.keys();
    if (oldest !== undefined && this.#blocks.size > MOST_SNAPSHOTS) this.#blocks.delete(oldest);
    try {
      return await blocks;
    } catch (thrown) {
      this.#blocks.delete(snapshotId);
      throw thrown;
    }
  }

  /** Several readers share the reading, so the signal of none of them ends it. */
  async #readBlocks(snapshotId: string): Promise<ReadonlySet<string>> {
    const blocks = new Set<string>();
    for await (const names of readBlockNames(this.#store, snapshotId, {})) for (const name of names) blocks.add(name);
    return blocks;
  }
}
