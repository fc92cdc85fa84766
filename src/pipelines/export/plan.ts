import type { BlockReference, Snapshot, SnapshotCollection } from '../../snapshot/repository/index.ts';
import type { LeftOut } from '../../snapshot/contract.ts';
import { whyNotExported } from './exported-collections.ts';

/**
 * Where an export object ends. Its size is told beforehand from what its blocks take in the repository: zstd of the BSON is
 * about as long as gzip of the Extended JSON. So the cuts hang on the snapshot alone, and an export that is resumed makes
 * the same objects, whatever encoder it has; gzip comes to about 64 MiB.
 */
export const STORED_BYTES_PER_OBJECT = 56 * 1024 * 1024;

/** And before so much BSON: zstd finds more in very repetitive data than gzip can, and a store may hold an object in memory. */
export const BSON_BYTES_PER_OBJECT = 1024 * 1024 * 1024;

/** The blocks of one data object. */
export interface PlannedObject {
  /** Within the collection, from 0. */
  readonly number: number;
  /** Of its blocks, counted within the collection from 0. */
  readonly firstBlock: number;
  readonly blocks: readonly BlockReference[];
}

/** A collection of an export, or a data object of the collection that came last; of an empty collection there are none. */
export type PlannedStep =
  | { readonly collection: SnapshotCollection; readonly object?: never }
  | { readonly object: PlannedObject; readonly collection?: never };

/** What an export writes, in order. */
export async function* planExport(snapshot: Snapshot): AsyncGenerator<PlannedStep, void, undefined> {
  let exported = false;
  let number = 0;
  let firstBlock = 0;
  let blocks: BlockReference[] = [];
  let storedBytes = 0;
  let bsonBytes = 0;
  const cut = (): PlannedStep => {
    const object = { number, firstBlock, blocks };
    number++;
    firstBlock += blocks.length;
    blocks = [];
    storedBytes = bsonBytes = 0;
    return { object };
  };
  for await (const { collection, block } of snapshot.entries()) {
    if (collection !== undefined) {
      if (blocks.length > 0) yield cut();
      exported = whyNotExported(collection) === undefined;
      number = firstBlock = 0;
      if (exported) yield { collection };
    } else if (exported) {
      const full =
        storedBytes + block.storedBytes > STORED_BYTES_PER_OBJECT || bsonBytes + block.bytes > BSON_BYTES_PER_OBJECT;
      if (blocks.length > 0 && full) yield cut();
      blocks.push(block);
      storedBytes += block.storedBytes;
      bsonBytes += block.bytes;
    }
  }
  if (blocks.length > 0) yield cut();
}

export interface ExportSize {
  readonly collections: number;
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  /** What the source had and the export does not hold. */
  readonly leftOut: readonly LeftOut[];
}

/** How much of the snapshot is exported, and what is not. */
export async function sizeOfExport(snapshot: Snapshot): Promise<ExportSize> {
  const size = { collections: 0, documents: 0, bytes: 0 };
  const notHeld = [...snapshot.header.leftOut];
  for await (const { collection } of snapshot.entries()) {
    if (collection === undefined) continue;
    const reason = whyNotExported(collection);
    if (reason !== undefined) {
      notHeld.push({ name: `${collection.database}.${collection.name}`, reason });
      continue;
    }
    size.collections++;
    size.documents += collection.documents;
    size.bytes += collection.bytes;
  }
  return { ...size, leftOut: notHeld };
}
