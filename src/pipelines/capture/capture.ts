import { DAMAGED_BEFORE_SNAPSHOT, located } from '../../extjson/index.ts';
import { codeOf } from '../../kernel/errors.ts';
import { BlockMemory, cutIntoBlocks, idElement } from '../../snapshot/blocks/index.ts';
import type { BlockPacker, Checkpoint, SnapshotTotals } from '../../snapshot/repository/index.ts';
import type { SourceCollection } from '../../snapshot/sources/index.ts';
import { BadValues } from './bad-values.ts';
import { BlockChecks } from './block-checks.ts';
import { Checkpoints, takeOver, type Start } from './checkpoints.ts';
import type { CaptureOptions, CheckpointOptions } from './contract.ts';
import { capturedCollections, leftOutOfCapture } from './captured-collections.ts';
import { Draft } from './draft.ts';
import { mapOrdered } from '../threads/index.ts';

/**
 * The limit of blocks in progress. Each takes 8 MiB. The main thread, which reads and cuts, feeds only a few threads.
 */
const MAX_BLOCKS_UNDER_WAY = 12;
/** The number of readings of a collection from its start before the attempt fails. */
const MAX_READINGS = 5;

const FROM_THE_START: Start = { ended: 0 };

/**
 * Takes a snapshot: reads the source once, checks every document, and stores the blocks that the repository lacks. The
 * snapshot exists when the promise resolves. After a failure, the next attempt finds the stored blocks. If the source
 * can continue the reading, the next attempt does not read their documents again. The source stays open.
 * @throws AppError `INVALID_BSON` for a damaged document, `BAD_VALUE_REFUSED` for a bad value in a strict capture.
 */
export async function captureSnapshot(options: CaptureOptions): Promise<SnapshotTotals> {
  const { source, repository, pool, id, clusterName, startedAt, isStrict = false, signal } = options;
  const memory = new BlockMemory();
  const session = pool.beginSession(signal);
  const checks = new BlockChecks(session, options.goodBlocks);
  const packer: BlockPacker = {
    hash: (bson) => checks.hash(bson, draft.badValues.room),
    pack: (bson, sha256) => session.run('pack', { bson, sha256 }),
    verify: (stored, name) => session.run('verify', { stored, name }),
  };
  const collections = capturedCollections(source);
  const { onProgress } = options;
  const progress = { totalCollections: collections.length, onProgress };
  const newDraft = (): Draft => new Draft(repository.beginSnapshot(id, packer), new BadValues(isStrict), progress);
  let draft = newDraft();
  try {
    const earlier = options.checkpoints?.earlier;
    let start = earlier === undefined ? FROM_THE_START : await takeOver(earlier, collections, draft, signal);
    const continues = start === undefined ? undefined : earlier;
    if (start === undefined) {
      draft.writer.discard();
      draft = newDraft();
      start = FROM_THE_START;
    }
    const checkpoints = options.checkpoints && beginCheckpoints(options, options.checkpoints, collections, continues);
    await storeCollections(options, { collections, start, checks, memory, draft, checkpoints });
    const { mongodbVersion, consistency } = source;
    const leftOut = leftOutOfCapture(source);
    const badValues = draft.badValues.named;
    const header = { id, clusterName, startedAt, mongodbVersion, consistency, leftOut, badValues };
    const totals = await draft.writer.commit(header, signal);
    await checkpoints?.remove(signal);
    return totals;
  } finally {
    draft.writer.discard();
    session.end();
    memory.release();
  }
}

function beginCheckpoints(
  { repository, id, startedAt, source }: CaptureOptions,
  { attempt, clock }: CheckpointOptions,
  collections: readonly SourceCollection[],
  continues: Checkpoint | undefined,
): Checkpoints | undefined {
  if (source.place === undefined) return undefined;
  return new Checkpoints(repository.beginCheckpoint(id, { attempt, startedAt, collections, continues }), source, clock);
}

interface CaptureParts {
  readonly collections: readonly SourceCollection[];
  readonly start: Start;
  readonly checks: BlockChecks;
  readonly memory: BlockMemory;
  readonly draft: Draft;
  readonly checkpoints: Checkpoints | undefined;
}

async function storeCollections(options: CaptureOptions, parts: CaptureParts): Promise<void> {
  const { checks, memory, draft, checkpoints } = parts;
  const { pool, signal } = options;
  const limit = Math.min(pool.blocksUnderWay, MAX_BLOCKS_UNDER_WAY);
  const store = async (item: ReadItem) => {
    if (!('cut' in item)) return item;
    const { bson, collection, documents, documentsBefore, lastId } = item.cut;
    try {
      const { block, isNew, memory: free } = await draft.writer.storeBlock(bson, documents, signal);
      memory.giveBack(free);
      return { stored: { block, isNew, findings: checks.of(block.sha256), lastId } };
    } catch (thrown) {
      throw located(thrown, { collection, documentsBefore, hint: DAMAGED_BEFORE_SNAPSHOT });
    }
  };
  const stored = mapOrdered(readAll(parts, signal), limit, store, {
    most: pool.bytesUnderWay,
    of: (item) => ('cut' in item ? item.cut.bson.byteLength : 0),
  });
  for await (const item of stored) {
    signal.throwIfAborted();
    if ('stored' in item) {
      const { block, isNew, findings, lastId } = item.stored;
      draft.addBlock(block, findings, isNew);
      await checkpoints?.add({ block, findings, ...(lastId === undefined ? {} : { lastId }) }, signal);
    } else if ('begun' in item) {
      draft.beginCollection(item.begun);
      await checkpoints?.add('begun', signal);
    } else if ('abandoned' in item) {
      draft.abandonCollection();
      await checkpoints?.add('abandoned', signal);
    } else {
      draft.endCollection();
      await checkpoints?.add('ended', signal);
    }
  }
}

/**
 * Yields the blocks of all collections in one stream, because the next collection is read while blocks of the last one
 * are stored. An interrupted collection is read again from its start. A dropped collection is left out, and the source
 * names it.
 */
async function* readAll({ collections, start, memory }: CaptureParts, signal: AbortSignal) {
  let { begun } = start;
  for (const collection of collections.slice(start.ended)) {
    for (let readings = 1; ; readings++) {
      if (begun === undefined) yield { begun: collection } as const;
      try {
        for await (const block of readBlocks(collection, begun, memory, signal)) yield { cut: block } as const;
        break;
      } catch (thrown) {
        const code = codeOf(thrown);
        const isInterrupted = code === 'COLLECTION_INTERRUPTED' && readings < MAX_READINGS;
        if (!isInterrupted && code !== 'COLLECTION_DROPPED') throw thrown;
        yield { abandoned: collection } as const;
        if (!isInterrupted) break;
      } finally {
        begun = undefined;
      }
    }
    yield { ended: collection } as const;
  }
}

/** A block that was read, or where a collection begins, ends or is abandoned. */
type ReadItem = ReturnType<typeof readAll> extends AsyncGenerator<infer Item> ? Item : never;

async function* readBlocks(
  collection: SourceCollection,
  begun: Start['begun'],
  memory: BlockMemory,
  signal: AbortSignal,
) {
  const name = `${collection.database}.${collection.name}`;
  let documentsBefore = begun?.documents ?? 0;
  const documents = collection.documents(signal, begun?.lastId);
  for await (const block of cutIntoBlocks(documents, collection.origin ?? name, memory)) {
    signal.throwIfAborted();
    const lastId = collection.isInOrder === true ? idElement(block.bson, block.lastDocument) : undefined;
    const position = lastId === undefined ? {} : { lastId: Buffer.from(lastId).toString('hex') };
    yield { ...block, ...position, collection: name, documentsBefore };
    documentsBefore += block.documents;
  }
}
