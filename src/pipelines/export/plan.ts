import type { BlockReference, Snapshot, SnapshotCollection } from '../../snapshot/repository/index.ts';
import { whyNotExported } from './contents.ts';

/**
 * The largest sum of stored bytes of the blocks of one export object. Zstd of the BSON is about as long as gzip of the Extended
 * JSON, so the gzip of an object is about 64 MiB. The limit depends on the snapshot alone, because a resumed export must make the
 * same objects with any encoder.
 */
export const STORED_BYTES_PER_OBJECT = 56 * 1024 * 1024;

/**
 * The largest sum of BSON bytes of the blocks of one export object. Very repetitive data needs this second limit, because zstd
 * compresses it better than gzip, and a store may hold an object in memory.
 */
export const BSON_BYTES_PER_OBJECT = 1024 * 1024 * 1024;

/** The blocks of one data object. */
export interface PlannedObject {
  /** The number of the object within the collection, from 0. */
  readonly number: number;
  /** The number of its first block within the collection, from 0. */
  readonly firstBlock: number;
  /** The number of its first document within the collection, from 0. */
  readonly firstDocument: number;
  readonly blocks: readonly BlockReference[];
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
}

/**
 * A step without an object begins a collection. The data objects of the collection follow. An empty collection has
 * none.
 */
export interface PlannedStep<Collection> {
  readonly collection: Collection;
  readonly object?: PlannedObject;
}

/** Yields what an export writes, in order. @param begin makes the value that all steps of a collection carry. */
export function* planExport<Collection extends object>(
  snapshot: Snapshot,
  begin: (collection: SnapshotCollection) => Collection,
): Generator<PlannedStep<Collection>, void, undefined> {
  /** Undefined while the blocks belong to a collection that is not exported. */
  let collection: Collection | undefined;
  let object = new ObjectPlan();
  for (const entry of snapshot.entries()) {
    if (entry.collection !== undefined) {
      if (collection !== undefined && !object.isEmpty) yield { collection, object };
      object = new ObjectPlan();
      collection = whyNotExported(entry.collection) === undefined ? begin(entry.collection) : undefined;
      if (collection !== undefined) yield { collection };
    } else if (collection !== undefined) {
      if (!object.hasRoom(entry.block)) {
        yield { collection, object };
        object = new ObjectPlan(object);
      }
      object.add(entry.block);
    }
  }
  if (collection !== undefined && !object.isEmpty) yield { collection, object };
}

class ObjectPlan implements PlannedObject {
  readonly number: number;
  readonly firstBlock: number;
  readonly firstDocument: number;
  readonly blocks: BlockReference[] = [];
  documents = 0;
  bytes = 0;
  #storedBytes = 0;

  /** @param previous the preceding object of the same collection. */
  constructor(previous?: PlannedObject) {
    this.number = previous === undefined ? 0 : previous.number + 1;
    this.firstBlock = previous === undefined ? 0 : previous.firstBlock + previous.blocks.length;
    this.firstDocument = previous === undefined ? 0 : previous.firstDocument + previous.documents;
  }

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  hasRoom(block: BlockReference): boolean {
    if (this.isEmpty) return true;
    return (
      this.#storedBytes + block.storedBytes <= STORED_BYTES_PER_OBJECT &&
      this.bytes + block.bytes <= BSON_BYTES_PER_OBJECT
    );
  }

  add(block: BlockReference): void {
    this.blocks.push(block);
    this.documents += block.documents;
    this.bytes += block.bytes;
    this.#storedBytes += block.storedBytes;
  }
}
