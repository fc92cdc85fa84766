import type { BadValue, BlockFindings, FindingCounts } from '../../extjson/index.ts';
import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import type { BlockName, HashedBlock } from '../blocks/index.ts';
import type { CollectionInfo, Consistency, LeftOut } from '../contract.ts';

/** A stored run of whole documents. */
export interface BlockReference {
  /** The block's name: the SHA-256 of the uncompressed bytes in lower-case hex. */
  readonly sha256: string;
  /** The number of uncompressed bytes. */
  readonly bytes: number;
  readonly documents: number;
  /** The number of bytes in the repository. */
  readonly storedBytes: number;
}

/** A collection in a snapshot. */
export interface SnapshotCollection extends CollectionInfo, FindingCounts {
  readonly documents: number;
  /** Bytes of uncompressed BSON. */
  readonly bytes: number;
  /** The number of its blocks, which follow the collection in `Snapshot.entries`. */
  readonly blocks: number;
}

/** A bad value with its collection as `database.collection`. */
export interface LocatedBadValue extends BadValue {
  readonly collection: string;
}

/** The properties of a snapshot. Times are milliseconds since the Unix epoch. */
export interface SnapshotHeader {
  readonly id: string;
  readonly clusterName: string;
  /** The start of the capture. */
  readonly startedAt: number;
  readonly mongodbVersion: string;
  readonly consistency: Consistency;
  /** What the source had and the snapshot does not hold. */
  readonly leftOut: readonly LeftOut[];
  /**
   * The first values that an export cannot show as they are stored. `SnapshotTotals` counts all documents with such
   * values.
   */
  readonly badValues: readonly LocatedBadValue[];
}

export interface SnapshotTotals extends FindingCounts {
  readonly collections: number;
  readonly blocks: number;
  readonly documents: number;
  /** Bytes of uncompressed BSON. */
  readonly bytes: number;
  /** The bytes of the snapshot's blocks in the repository. They include blocks that other snapshots share. */
  readonly storedBytes: number;
}

/** A line of a snapshot's manifest: a collection, or a block of the collection before it. */
export type SnapshotEntry =
  | { readonly collection: SnapshotCollection; readonly block?: never }
  | {
      readonly block: BlockReference;
      readonly collection?: never;
    };

/** A complete snapshot: its manifest was read to the end, and its checksum is right. */
export interface Snapshot {
  readonly header: SnapshotHeader;
  readonly totals: SnapshotTotals;
  /** Sorted by database, then by name. */
  readonly collections: readonly SnapshotCollection[];
  /** Yields the collections, each followed by its blocks, from memory. */
  entries(): Iterable<SnapshotEntry>;
  /** Reads a block in its stored form without verifying it. @throws AppError `BLOCK_MISSING`, `BLOCK_UNREADABLE`. */
  storedBlock(block: BlockReference, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where the objects of a snapshot are read. Every `ObjectStore` is such a place. */
export interface SnapshotReader extends Pick<ObjectStore, 'read'> {
  /**
   * Reads a whole block into a new buffer, which the caller owns.
   * @param options.mostBytes the size that no block of this name exceeds. Whoever reads from a stranger reads no more than that.
   * @throws AppError `OBJECT_NOT_FOUND`
   */
  get(key: string, options: CallOptions & { readonly mostBytes: number }): Promise<Uint8Array<ArrayBuffer>>;
}

/** CPU-bound work on a block, in other threads or in this one. A call takes ownership of the block's memory. */
export interface BlockPacker {
  /** Computes a block's name, and returns the block. */
  hash(bson: Uint8Array<ArrayBuffer>): Promise<HashedBlock>;
  /**
   * Packs a block for storing. @param sha256 its name.
   * @returns the packed block, in the block's memory if it fits there.
   */
  pack(bson: Uint8Array<ArrayBuffer>, sha256: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Verifies a stored block by its seal if it has one. @throws AppError `BLOCK_CORRUPT`. */
  verify(stored: Uint8Array<ArrayBuffer>, name: BlockName): Promise<void>;
}

/**
 * Writes one snapshot. Only calls of `storeBlock` may overlap. The writer ends with `commit` or `discard`. Until then
 * no deletion removes a block that it relies on.
 */
export interface SnapshotWriter {
  /**
   * Stores a block unless an undamaged one is stored already. @param bson its memory goes to the packer and comes back
   * with the result.
   */
  storeBlock(bson: Uint8Array<ArrayBuffer>, documents: number, signal: AbortSignal): Promise<BlockStored>;
  /** Relies on a block of a checkpoint. @returns whether it is stored with the same length. */
  takeOverBlock(block: BlockReference, signal: AbortSignal): Promise<boolean>;
  /** Begins a collection. */
  beginCollection(info: CollectionInfo): void;
  /** Adds the next block to the collection begun last. @param found the findings in its documents. */
  addBlock(block: BlockReference, found: FindingCounts): void;
  /** Removes the collection begun last, with its blocks, because it was dropped or is read again. */
  abandonCollection(): void;
  /** Writes the manifest, which makes the snapshot exist. @param header its id must be that of `beginSnapshot`. */
  commit(header: SnapshotHeader, signal: AbortSignal): Promise<SnapshotTotals>;
  /**
   * Ends the writer without a snapshot. It has no effect after `commit`. Written blocks stay until the next collection
   * of garbage.
   */
  discard(): void;
}

/**
 * A step of a capture. The steps have the order of the manifest. The number of a collection is its place in the list of
 * all.
 */
export type CheckpointEntry =
  | 'begun'
  | {
      readonly block: BlockReference;
      readonly findings: BlockFindings;
      /**
       * The element `_id` of the block's last document in hexadecimal digits; absent if reading cannot continue after
       * it.
       */
      readonly lastId?: string;
    }
  | 'abandoned'
  | 'ended';

/** The progress of earlier attempts at a snapshot. Its blocks are stored, and no collection of garbage removes them. */
export interface Checkpoint {
  /** The start of the first attempt, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** The last `place` of the source. */
  readonly place: string;
  /** The collections that the snapshot will hold. */
  readonly collections: readonly CollectionInfo[];
  readonly leftOut: readonly LeftOut[];
  /** The number of its pieces in the repository. */
  readonly pieces: number;
  entries(): AsyncIterable<CheckpointEntry>;
}

export interface CheckpointStart extends Pick<Checkpoint, 'startedAt' | 'collections'> {
  /** Starts at 1. A later attempt has a higher number. */
  readonly attempt: number;
  readonly continues?: Checkpoint | undefined;
}

/** Writes a checkpoint during a capture. */
export interface CheckpointWriter {
  add(entry: CheckpointEntry): void;
  /** Stores the steps since the last call. @param now the source's `place`, and what is left out so far. */
  save(now: Pick<Checkpoint, 'place' | 'leftOut'>, signal: AbortSignal): Promise<void>;
  /** Removes the checkpoint, because the snapshot is complete. */
  remove(signal: AbortSignal): Promise<void>;
}

export interface BlockStored {
  readonly block: BlockReference;
  /** Whether the block was written. */
  readonly isNew: boolean;
  /** The block's memory, or that of its packed form, for further blocks. */
  readonly memory: Uint8Array<ArrayBuffer>;
}

/** A damaged block that a capture has replaced, because it captured the same content. */
export interface MendedBlock {
  readonly sha256: string;
  /** The damage of the stored block: AppError `BLOCK_CORRUPT` or `OBJECT_UNREADABLE`. */
  readonly error: unknown;
}

/**
 * The store of snapshots. Each process has one for each repository, because it knows the blocks that the captures of
 * its process rely on.
 */
export interface SnapshotRepository {
  /**
   * Begins a snapshot. An existing snapshot with this id, such as that of an earlier attempt, stays until `commit`
   * replaces it.
   */
  beginSnapshot(id: string, packer: BlockPacker): SnapshotWriter;
  /** Begins a checkpoint. Nothing is written before the first `save`. */
  beginCheckpoint(id: string, start: CheckpointStart): CheckpointWriter;
  /** Returns the progress of earlier attempts; undefined if it cannot be used. */
  openCheckpoint(id: string, signal: AbortSignal): Promise<Checkpoint | undefined>;
  /** @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`. */
  openSnapshot(id: string, options?: CallOptions): Promise<Snapshot>;
  /**
   * The names of the snapshot's collections, sorted by database, then by name. Nothing else of the manifest is kept.
   * @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`.
   */
  collectionNames(id: string, options?: CallOptions): AsyncIterable<Pick<CollectionInfo, 'database' | 'name'>>;
  /** The ids of the snapshots, sorted. */
  snapshotIds(options?: CallOptions): AsyncIterable<string>;
  /** All stored blocks, with those that no snapshot names. */
  storedBlocks(options?: CallOptions): AsyncIterable<StoredBlockInfo>;
  /** Removes the checkpoint of a snapshot, because an attempt cannot continue it. */
  deleteCheckpoint(id: string, options?: CallOptions): Promise<void>;
  /**
   * Removes the snapshot and its checkpoint. The next collection of garbage removes its blocks. A missing snapshot is
   * no error.
   */
  deleteSnapshot(id: string, options?: CallOptions): Promise<void>;
  /**
   * Removes the blocks that no snapshot and no checkpoint names: those of deleted snapshots and of interrupted
   * captures. The function may be killed at any moment and called again. By chance it may leave a few of these blocks,
   * which a later call finds.
   * @throws AppError `SNAPSHOT_MANIFEST_CORRUPT` if the manifest of a known snapshot is damaged. Nothing is removed
   * then.
   */
  collectGarbage(options?: GarbageOptions): Promise<CollectedGarbage>;
}

/** A block in the list of the repository. */
export type StoredBlockInfo = Pick<BlockReference, 'sha256' | 'storedBytes'>;

export interface GarbageOptions {
  readonly signal?: AbortSignal;
  /**
   * Whether a snapshot of this id exists. A damaged manifest of an unknown snapshot is removed. Absent: all ids are
   * known.
   */
  readonly isKnown?: (id: string) => Promise<boolean>;
}

/** The result of a collection of garbage. */
export interface CollectedGarbage {
  readonly blocks: number;
  /** The stored bytes of the removed blocks. */
  readonly bytes: number;
}
