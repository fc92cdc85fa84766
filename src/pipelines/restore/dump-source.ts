import { located } from '../../extjson/index.ts';
import { BlockMemory, cutIntoBlocks, documentLength } from '../../snapshot/blocks/index.ts';
import { infoOf } from '../../snapshot/collection-info.ts';
import type { SnapshotSource, SourceCollection } from '../../snapshot/sources/index.ts';
import { oplogTimeOf, type OplogTime } from '../../snapshot/targets/index.ts';
import { mapOrdered } from '../threads/index.ts';
import type { BlocksOptions, OplogWindow, RestoreBlock, RestoreCollection, RestoreSource } from './contract.ts';
import { nameOf } from './names.ts';
import { entryAt } from './oplog-window.ts';

const DAMAGED_IN_DUMP =
  'If the document is whole in the deployment, make the dump again; otherwise leave the collection out with --exclude.';

/** Several collections are read at the same time, so each keeps few blocks in memory. The memory of a block has 8 MiB. */
const BLOCKS_AHEAD = 2;

/**
 * Opens a dump for a restore. Every document is checked while it is read. The number of documents is not known before, so nothing
 * is compared with it. The source of the documents stays open.
 * @param facts.identity as in `RestoreSource`.
 */
export function restoreSourceOfDump(
  source: SnapshotSource,
  facts: Pick<RestoreSource, 'description' | 'identity'>,
): RestoreSource {
  const { mongodbVersion, leftOut, collections, oplog } = source;
  const all = oplog === undefined ? collections : [...collections, oplog];
  return {
    ...facts,
    ...{ mongodbVersion, leftOut, collections: all.map(collectionOf) },
    ...(oplog === undefined
      ? {}
      : { oplog: { entries: collectionOf(oplog), window: (signal: AbortSignal) => windowOf(oplog, signal) } }),
  };
}

function collectionOf(collection: SourceCollection): RestoreCollection {
  return {
    ...infoOf(collection),
    bytes: collection.bytes ?? 0,
    blocks: (skipped, options) => readBlocks(collection, skipped, options),
  };
}

async function* readBlocks(
  collection: SourceCollection,
  skipped: number,
  { pool, signal, onBytes }: BlocksOptions,
): AsyncGenerator<RestoreBlock, void, undefined> {
  const session = pool.beginSession(signal);
  const check = async ({ bson, bytes, documentsBefore }: UncheckedBlock): Promise<RestoreBlock> => {
    const checked = await session.run('check', { bson, maxBadValues: 0 }).catch((thrown: unknown) => {
      throw located(thrown, { collection: nameOf(collection), documentsBefore, hint: DAMAGED_IN_DUMP });
    });
    const hashed = await session.run('hashDocuments', checked.bson);
    // Only progress that has an end is told, because nobody knows the length of the documents in a zipped file.
    if (collection.bytes !== undefined) onBytes?.(bytes);
    return hashed;
  };
  try {
    for await (const block of mapOrdered(blocksAfter(collection, skipped, signal), BLOCKS_AHEAD, check)) {
      signal.throwIfAborted();
      yield block;
    }
  } finally {
    session.end();
  }
}

interface UncheckedBlock {
  readonly bson: Uint8Array<ArrayBuffer>;
  /** The bytes that were read for it, with those of skipped documents. */
  readonly bytes: number;
  readonly documentsBefore: number;
}

/** Cuts the documents of a collection into blocks, without the first ones. */
async function* blocksAfter(
  collection: SourceCollection,
  skipped: number,
  signal: AbortSignal,
): AsyncGenerator<UncheckedBlock, void, undefined> {
  const memory = new BlockMemory();
  let documentsBefore = 0;
  let bytes = 0;
  try {
    for await (const { bson, documents } of blocksOf(collection, memory, signal)) {
      bytes += bson.byteLength;
      const toSkip = Math.min(documents, Math.max(0, skipped - documentsBefore));
      const wanted = bson.subarray(lengthOf(bson, toSkip));
      if (wanted.byteLength === 0) memory.giveBack(bson);
      else {
        yield { bson: wanted, bytes, documentsBefore: documentsBefore + toSkip };
        bytes = 0;
      }
      documentsBefore += documents;
    }
  } finally {
    memory.release();
  }
}

function blocksOf(collection: SourceCollection, memory: BlockMemory, signal: AbortSignal) {
  return cutIntoBlocks(collection.documents(signal), collection.origin ?? nameOf(collection), memory);
}

/** The bytes of the first documents. */
function lengthOf(bson: Uint8Array, documents: number): number {
  let end = 0;
  for (let number = 0; number < documents; number++) end += documentLength(bson, end);
  return end;
}

/** The moments of the first and the last entry. The whole oplog is read, because only its end shows the last entry. */
async function windowOf(oplog: SourceCollection, signal: AbortSignal): Promise<OplogWindow | undefined> {
  const memory = new BlockMemory();
  let first: OplogTime | undefined;
  let last: OplogTime | undefined;
  try {
    for await (const { bson, lastDocument } of blocksOf(oplog, memory, signal)) {
      first ??= oplogTimeOf(entryAt(bson, 0));
      last = oplogTimeOf(entryAt(bson, lastDocument));
      memory.giveBack(bson);
    }
  } finally {
    memory.release();
  }
  return first === undefined || last === undefined ? undefined : { first, last };
}
