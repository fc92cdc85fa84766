import type { BadValue, BlockFindings, FindingCounts } from '../../extjson/index.ts';
import type { CallOptions } from '../../object-store/contract.ts';
import type { BlockName, HashedBlock } from '../blocks/index.ts';
import type { CollectionInfo, Consistency, LeftOut } from '../contract.ts';

/** One stored run of whole documents. */
export interface BlockReference {
  /** Of the uncompressed bytes, lower-case hex: the block's name. */
  readonly sha256: string;
  /** Uncompressed. */
  readonly bytes: number;
  readonly documents: number;
  /** What it takes in the repository. */
  readonly storedBytes: number;
}

/** A collection as a snapshot holds it. */
export interface SnapshotCollection extends CollectionInfo, FindingCounts {
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  /** How many it has; they follow the collection in `Snapshot.entries`. */
  readonly blocks: number;
}

/** A bad value, and the collection that it is in as `database.collection`. */
export interface LocatedBadValue extends BadValue {
  readonly collection: string;
}

/** Everything a snapshot says of itself but its collections. Times are milliseconds since the Unix epoch. */
export interface SnapshotHeader {
  readonly id: string;
  readonly clusterName: string;
  /** When the capture began. */
  readonly startedAt: number;
  readonly mongodbVersion: string;
  readonly consistency: Consistency;
  /** What the source had and the snapshot does not hold. */
  readonly leftOut: readonly LeftOut[];
  /** The first of the values that an export cannot show as they are stored; `SnapshotTotals` counts all documents that have some. */
  readonly badValues: readonly LocatedBadValue[];
}

export interface SnapshotTotals extends FindingCounts {
  readonly collections: number;
  readonly blocks: number;
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  /** What the snapshot's blocks take in the repository, blocks that other snapshots share included. */
  readonly storedBytes: number;
}

/** One line of a snapshot's manifest: a collection, or a block of the collection that came last. */
export type SnapshotEntry =
  | { readonly collection: SnapshotCollection; readonly block?: never }
  | {
      readonly block: BlockReference;
      readonly collection?: never;
    };

/** A snapshot that is complete: its manifest was read to the end and its checksum fits. */
export interface Snapshot {
  readonly header: SnapshotHeader;
  readonly totals: SnapshotTotals;
  /** By database then name. */
  readonly collections: readonly SnapshotCollection[];
  /** Yields the collections, each followed by its blocks, from memory. */
  entries(): Iterable<SnapshotEntry>;
  /** A block as it is stored, not verified. @throws AppError `BLOCK_MISSING`, `BLOCK_UNREADABLE`. */
  storedBlock(block: BlockReference, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Does what a block costs of a processor's time, in other threads or here. The block's memory is given away with the call, and what was
 * given is not to be used again.
 */
export interface BlockPacker {
  /** Finds a block's name, and gives the block back. */
  hash(bson: Uint8Array<ArrayBuffer>): Promise<HashedBlock>;
  /**
   * Makes of a block what the repository stores. @param sha256 its name.
   * @returns it in the block's memory, or in other where that has no room.
   */
  pack(bson: Uint8Array<ArrayBuffer>, sha256: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Verifies what is stored under the block's name, by its seal if it has one. @throws AppError `BLOCK_CORRUPT`. */
  verify(stored: Uint8Array<ArrayBuffer>, name: BlockName): Promise<void>;
}

/**
 * Writes one snapshot. Calls come one at a time but for `storeBlock`, of which several may be under way. Ends with `commit` or
 * `discard`; until then no deletion takes a block away that it counts on.
 */
export interface SnapshotWriter {
  /** Stores a block unless it is there already and undamaged. @param bson its memory goes to the packer, and comes back with the answer. */
  storeBlock(bson: Uint8Array<ArrayBuffer>, documents: number, signal: AbortSignal): Promise<BlockStored>;
  /** Counts on a block of a checkpoint. @returns whether it is there and as long as it was. */
  takeOverBlock(block: BlockReference, signal: AbortSignal): Promise<boolean>;
  /** What follows belongs to this collection. */
  beginCollection(info: CollectionInfo): void;
  /** Adds the next block to the collection begun last. @param found in its documents. */
  addBlock(block: BlockReference, found: FindingCounts): void;
  /** Forgets the collection begun last, with its blocks: it was dropped, or is to be read again. */
  abandonCollection(): void;
  /** Writes the manifest: only now is there a snapshot. @param header its id is that with which the snapshot was begun. */
  commit(header: SnapshotHeader, signal: AbortSignal): Promise<SnapshotTotals>;
  /** Gives up what was not committed; after `commit` it does nothing. Blocks written stay until the next collection of garbage. */
  discard(): void;
}

/** One step of a capture, in the order in which the manifest gets it. A collection is named by its place in the list of all. */
export type CheckpointEntry =
  | 'begun'
  | {
      readonly block: BlockReference;
      readonly findings: BlockFindings;
      /** The element `_id` of its last document in hexadecimal digits, where that has one that reading can go on behind. */
      readonly lastId?: string;
    }
  | 'abandoned'
  | 'ended';

/** How far earlier attempts at a snapshot came. Its blocks are stored, and no collection of garbage removes them. */
export interface Checkpoint {
  /** When the first of them began, milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** What the source said of its reading last. */
  readonly place: string;
  /** All that the snapshot is to hold. */
  readonly collections: readonly CollectionInfo[];
  readonly leftOut: readonly LeftOut[];
  /** How many pieces it has in the repository. */
  readonly pieces: number;
  entries(): AsyncIterable<CheckpointEntry>;
}

export interface CheckpointStart extends Pick<Checkpoint, 'startedAt' | 'collections'> {
  /** From 1. A later attempt has a higher number. */
  readonly attempt: number;
  readonly continues?: Checkpoint | undefined;
}

/** Writes a checkpoint while a snapshot is captured. */
export interface CheckpointWriter {
  add(entry: CheckpointEntry): void;
  /** Stores what was added since the last time. @param now what the source says of its reading, and what is left out so far. */
  save(now: Pick<Checkpoint, 'place' | 'leftOut'>, signal: AbortSignal): Promise<void>;
  /** Removes the checkpoint, because the snapshot is whole. */
  remove(signal: AbortSignal): Promise<void>;
}

export interface BlockStored {
  readonly block: BlockReference;
  /** Whether it was written. */
  readonly isNew: boolean;
  /** What the block was in, or what came of it, for blocks to come. */
  readonly memory: Uint8Array<ArrayBuffer>;
}

/** A damaged block that a capture has replaced, because it captured the same content. */
export interface MendedBlock {
  readonly sha256: string;
  /** What was wrong with what was stored: AppError `BLOCK_CORRUPT` or `OBJECT_UNREADABLE`. */
  readonly error: unknown;
}

/** Where snapshots live. One per repository and process: it knows which blocks its own captures count on. */
export interface SnapshotRepository {
  /** A snapshot of the same id, such as an earlier attempt's, is there until `commit` replaces it. */
  beginSnapshot(id: string, packer: BlockPacker): SnapshotWriter;
  /** Nothing is written before the first `save`. */
  beginCheckpoint(id: string, start: CheckpointStart): CheckpointWriter;
  /** What earlier attempts at a snapshot left; undefined where that is nothing that can be used. */
  openCheckpoint(id: string, signal: AbortSignal): Promise<Checkpoint | undefined>;
  /** @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`. */
  openSnapshot(id: string, options?: CallOptions): Promise<Snapshot>;
  /** Ids of the snapshots, in their order. */
  snapshotIds(options?: CallOptions): AsyncIterable<string>;
  /** Every block that is stored, whether a snapshot names it or not. */
  storedBlocks(options?: CallOptions): AsyncIterable<StoredBlockInfo>;
  /** Removes the checkpoint of a snapshot, for an attempt that cannot go on with it. */
  deleteCheckpoint(id: string, options?: CallOptions): Promise<void>;
  /** Removes the snapshot and its checkpoint. Its blocks go with the next collection of garbage. No error where there is no such snapshot. */
  deleteSnapshot(id: string, options?: CallOptions): Promise<void>;
  /**
   * Removes the blocks that no snapshot names: those of deleted snapshots, and what captures left that did not come to their end. It may
   * be killed at any moment and begun anew. By chance it may leave a few of these blocks, which a later collection finds.
   * @throws AppError `SNAPSHOT_MANIFEST_CORRUPT` where the damaged manifest is that of a known snapshot: nothing is removed.
   */
  collectGarbage(options?: GarbageOptions): Promise<CollectedGarbage>;
}

/** A block as the list of the repository shows it. */
export type StoredBlockInfo = Pick<BlockReference, 'sha256' | 'storedBytes'>;

export interface GarbageOptions {
  readonly signal?: AbortSignal;
  /** Whether there is such a snapshot. A damaged manifest of no snapshot is removed. Absent: there is. */
  readonly isKnown?: (id: string) => Promise<boolean>;
}

/** What a collection of garbage removed. */
export interface CollectedGarbage {
  readonly blocks: number;
  /** As they were stored. */
  readonly bytes: number;
}
