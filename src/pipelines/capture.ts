import { BlockMemory, cutIntoBlocks, type SnapshotTotals, type SourceCollection } from '../snapshot/index.ts';
import type { CaptureOptions, CaptureProgress } from './contract.ts';
import { isCaptured } from './exported.ts';
import { mapOrdered } from './map-ordered.ts';

/**
 * Takes a snapshot: reads the source once, and stores what the repository does not have yet. Nothing is a snapshot until
 * the promise resolves; what was stored until then is found again by the next attempt. The source stays open.
 */
export async function captureSnapshot(options: CaptureOptions): Promise<SnapshotTotals> {
  const { source, repository, pool, id, clusterName, startedAt, signal, onProgress } = options;
  const collections = source.collections.filter(isCaptured);
  const { mongodbVersion, consistency } = source;
  const memory = new BlockMemory();
  const packing = pool.beginJob(signal);
  const writer = repository.beginSnapshot({ id, clusterName, startedAt, mongodbVersion, consistency }, packing);
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
    const stored = mapOrdered(readAll(collections, memory, signal), pool.blocksUnderWay, async (item) => {
      if (!('cut' in item)) return item;
      const { bson, documents } = item.cut;
      const stored = await writer.storeBlock(bson, documents, signal);
      memory.giveBack(stored.memory);
      return { block: stored.block, isNew: stored.isNew };
    });
    for await (const item of stored) {
      signal.throwIfAborted();
      if ('block' in item) {
        const { block, isNew } = item;
        writer.addBlock(block);
        report({
          documents: progress.documents + block.documents,
          bytes: progress.bytes + block.bytes,
          newBytes: progress.newBytes + (isNew ? block.bytes : 0),
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
    packing.end();
    memory.release();
  }
}

/** All collections' blocks in one stream, so that the next collection is read while the last one's blocks are stored. */
async function* readAll(collections: readonly SourceCollection[], memory: BlockMemory, signal: AbortSignal) {
  for (const collection of collections) {
    yield { begun: collection } as const;
    const origin = collection.origin ?? `${collection.database}.${collection.name}`;
    for await (const block of cutIntoBlocks(collection.documents(signal), origin, memory)) {
      signal.throwIfAborted();
      yield { cut: block } as const;
    }
    yield { ended: collection } as const;
  }
}
