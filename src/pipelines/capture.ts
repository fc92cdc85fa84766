import { cutIntoBlocks, type SnapshotTotals, type SourceCollection } from '../snapshot/index.ts';
import type { CaptureOptions, CaptureProgress } from './contract.ts';
import { isCaptured } from './exported.ts';
import { mapOrdered } from './map-ordered.ts';

/**
 * Blocks on their way to the repository at once: hashing and compressing take libuv's threads, of which there are four, and
 * one of those must be left for reading.
 */
const BLOCKS_AT_ONCE = 3;

/**
 * Takes a snapshot: reads the source once, and stores what the repository does not have yet. Nothing is a snapshot until
 * the promise resolves; what was stored until then is found again by the next attempt. The source stays open.
 */
export async function captureSnapshot(options: CaptureOptions): Promise<SnapshotTotals> {
  const { source, repository, id, clusterName, startedAt, signal, onProgress } = options;
  const collections = source.collections.filter(isCaptured);
  const writer = repository.beginSnapshot({
    id,
    clusterName,
    startedAt,
    mongodbVersion: source.mongodbVersion,
    consistency: source.consistency,
  });
  let progress: CaptureProgress = {
    collections: 0,
    totalCollections: collections.length,
    documents: 0,
    bytes: 0,
    newBytes: 0,
  };
  const report = (step: Partial<CaptureProgress>): void => {
    progress = { ...progress, ...step };
    onProgress?.(progress);
  };
  try {
    const stored = mapOrdered(readAll(collections, signal), BLOCKS_AT_ONCE, async (item) => {
      if (!('block' in item)) return item;
      const { bson, documents } = item.block;
      const block = await writer.storeBlock(bson, documents, signal);
      item.block.release();
      return { block };
    });
    for await (const item of stored) {
      signal.throwIfAborted();
      if ('block' in item) {
        const { block } = item;
        writer.addBlock(block);
        report({
          documents: progress.documents + block.documents,
          bytes: progress.bytes + block.bytes,
          newBytes: progress.newBytes + (block.isNew ? block.bytes : 0),
        });
      } else if ('begun' in item) {
        writer.beginCollection(item.begun);
      } else {
        report({ collections: progress.collections + 1 });
      }
    }
    return await writer.commit(signal);
  } finally {
    writer.discard();
  }
}

/** All collections' blocks in one stream, so that the next collection is read while the last one's blocks are stored. */
async function* readAll(collections: readonly SourceCollection[], signal: AbortSignal) {
  for (const collection of collections) {
    yield { begun: collection } as const;
    const origin = collection.origin ?? `${collection.database}.${collection.name}`;
    for await (const block of cutIntoBlocks(collection.documents(signal), origin)) {
      signal.throwIfAborted();
      yield { block } as const;
    }
    yield { ended: collection } as const;
  }
}
