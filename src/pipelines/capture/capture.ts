import { BsonError } from '../../extjson/index.ts';
import { codeOf } from '../../kernel/errors.ts';
import { BlockMemory, cutIntoBlocks } from '../../snapshot/blocks/index.ts';
import type { BlockPacker, SnapshotTotals, SnapshotWriter } from '../../snapshot/repository/index.ts';
import type { SourceCollection } from '../../snapshot/sources/index.ts';
import { BadValues } from './bad-values.ts';
import type { CaptureOptions, CaptureProgress } from './contract.ts';
import { capturedCollections, leftOutOfCapture } from './captured-collections.ts';
import { mapOrdered, type BlockSession } from '../threads/index.ts';

/** Each takes 8 MiB, however many threads there are; the main thread, which reads and cuts, feeds few of them. */
const MAX_BLOCKS_UNDER_WAY = 12;
/** How often a collection is read from its start before the attempt fails. */
const MAX_READINGS = 5;

const NOTHING = { documents: 0, bytes: 0 };

/**
 * Takes a snapshot: reads the source once, checks every document, and stores what the repository does not have yet. Nothing is a
 * snapshot until the promise resolves; what was stored until then is found again by the next attempt. The source stays open.
 *
 * @throws AppError `INVALID_BSON` for a damaged document, `BAD_VALUE_REFUSED` for a bad value where the capture is strict.
 */
export async function captureSnapshot(options: CaptureOptions): Promise<SnapshotTotals> {
  const { source, repository, pool, id, clusterName, startedAt, isStrict = false, signal } = options;
  const memory = new BlockMemory();
  const session = pool.beginSession(signal);
  const packer: BlockPacker = {
    hash: (bson) => session.run('hash', bson),
    pack: (bson, sha256) => session.run('pack', { bson, sha256 }),
    verify: (stored, name) => session.run('verify', { stored, name }),
  };
  try {
    const writer = repository.beginSnapshot(id, packer);
    try {
      const badValues = new BadValues(isStrict);
      await storeCollections(options, { session, writer, memory, badValues });
      const { mongodbVersion, consistency } = source;
      const leftOut = leftOutOfCapture(source);
      const header = { id, clusterName, startedAt, mongodbVersion, consistency, leftOut, badValues: badValues.named };
      return await writer.commit(header, signal);
    } finally {
      writer.discard();
    }
  } finally {
    session.end();
    memory.release();
  }
}

interface CaptureParts {
  readonly session: BlockSession;
  readonly writer: SnapshotWriter;
  readonly memory: BlockMemory;
  readonly badValues: BadValues;
}

async function storeCollections(options: CaptureOptions, parts: CaptureParts): Promise<void> {
  const { session, writer, memory, badValues } = parts;
  const { source, pool, signal, onProgress } = options;
  const collections = capturedCollections(source);
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
  /** What was stored of the collection begun last. */
  let tally = NOTHING;
  const limit = Math.min(pool.blocksUnderWay, MAX_BLOCKS_UNDER_WAY);
  const stored = mapOrdered(readAll(collections, memory, signal), limit, async (item) => {
    if (!('cut' in item)) return item;
    const { collection, documents, documentsBefore } = item.cut;
    const { bson, findings } = await session
      .run('check', { bson: item.cut.bson, maxBadValues: badValues.room })
      .catch((thrown: unknown) => {
        throw thrown instanceof BsonError ? thrown.inCollection(collection, documentsBefore) : thrown;
      });
    const { block, isNew, memory: free } = await writer.storeBlock(bson, documents, signal);
    memory.giveBack(free);
    return { stored: { block, isNew, findings } };
  });
  for await (const item of stored) {
    signal.throwIfAborted();
    if ('stored' in item) {
      const { block, isNew, findings } = item.stored;
      badValues.add(findings);
      writer.addBlock(block, findings);
      report({
        documents: progress.documents + block.documents,
        bytes: progress.bytes + block.bytes,
        newBytes: progress.newBytes + (isNew ? block.bytes : 0),
      });
      tally = { documents: tally.documents + block.documents, bytes: tally.bytes + block.bytes };
    } else if ('begun' in item) {
      writer.beginCollection(item.begun);
      badValues.beginCollection(nameOf(item.begun));
      tally = NOTHING;
    } else if ('abandoned' in item) {
      writer.abandonCollection();
      badValues.abandonCollection();
      report({ documents: progress.documents - tally.documents, bytes: progress.bytes - tally.bytes });
    } else {
      report({ collections: progress.collections + 1 });
    }
  }
}

/**
 * All collections' blocks in one stream, so that the next collection is read while the last one's blocks are stored. A collection whose
 * reading was interrupted is read again from its start, and one that was dropped is left out; the source names it.
 */
async function* readAll(collections: readonly SourceCollection[], memory: BlockMemory, signal: AbortSignal) {
  for (const collection of collections) {
    for (let readings = 1; ; readings++) {
      yield { begun: collection } as const;
      try {
        for await (const block of readBlocks(collection, memory, signal)) yield { cut: block } as const;
        break;
      } catch (thrown) {
        const code = codeOf(thrown);
        const isInterrupted = code === 'COLLECTION_INTERRUPTED' && readings < MAX_READINGS;
        if (!isInterrupted && code !== 'COLLECTION_DROPPED') throw thrown;
        yield { abandoned: collection } as const;
        if (!isInterrupted) break;
      }
    }
    yield { ended: collection } as const;
  }
}

async function* readBlocks(collection: SourceCollection, memory: BlockMemory, signal: AbortSignal) {
  const name = nameOf(collection);
  let documentsBefore = 0;
  for await (const block of cutIntoBlocks(collection.documents(signal), collection.origin ?? name, memory)) {
    signal.throwIfAborted();
    yield { ...block, collection: name, documentsBefore };
    documentsBefore += block.documents;
  }
}

function nameOf({ database, name }: SourceCollection): string {
  return `${database}.${name}`;
}
