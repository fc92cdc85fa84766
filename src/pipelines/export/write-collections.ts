import { DAMAGED_BEFORE_SNAPSHOT, located } from '../../extjson/index.ts';
import type { BlockReference } from '../../snapshot/repository/index.ts';
import { mapOrdered, type BlockSession } from '../threads/index.ts';
import { CollectionExport } from './collection-export.ts';
import type { ExportObject, ExportOptions } from './contract.ts';
import { DataObject } from './data-object.ts';
import { metadataObject } from './final-files.ts';
import type { ExportKeys } from './keys.ts';
import type { ObjectList } from './object-list.ts';
import type { ObjectQueue } from './object-queue.ts';
import { planExport, type PlannedObject } from './plan.ts';
import type { ProgressTally } from './progress.ts';

/** The tools that the steps of an export share. */
interface ExportTools {
  readonly keys: ExportKeys;
  readonly session: BlockSession;
  readonly queue: ObjectQueue;
  readonly list: ObjectList;
  readonly tally: ProgressTally;
}

/** A step that the main thread does in order. */
type Step =
  | { readonly kind: 'begin'; readonly collection: CollectionExport }
  | {
      readonly kind: 'keep';
      readonly collection: CollectionExport;
      readonly object: PlannedObject;
      readonly recorded: ExportObject;
    }
  | {
      readonly kind: 'append';
      readonly collection: CollectionExport;
      readonly data: DataObject;
      readonly block: BlockReference;
      /** The number of the block's first document within the collection, from 0. */
      readonly firstDocument: number;
    };

/**
 * Writes the metadata and the data objects of all collections, except those of an earlier attempt. Some objects are
 * still being written when it resolves.
 */
export async function writeCollections(options: ExportOptions, tools: ExportTools): Promise<void> {
  const { pool, mode, signal, snapshot } = options;
  const { session, queue, list } = tools;
  const encode = async (step: Step) => {
    if (step.kind !== 'append') return step;
    const { block, collection, firstDocument } = step;
    const { sha256, bytes } = block;
    const stored = await snapshot.storedBlock(block, { signal });
    try {
      return { ...step, encoded: await session.run('encode', { block: { stored, sha256, bytes }, mode }) };
    } catch (thrown) {
      throw located(thrown, {
        collection: collection.name,
        documentsBefore: firstDocument,
        hint: DAMAGED_BEFORE_SNAPSHOT,
      });
    }
  };
  const steps = mapOrdered(stepsOf(options, tools), pool.blocksUnderWay, encode, {
    most: pool.bytesUnderWay,
    of: (step) => (step.kind === 'append' ? step.block.bytes : 0),
  });
  for await (const step of steps) {
    signal.throwIfAborted();
    switch (step.kind) {
      case 'begin':
        await writeMetadata(step.collection, tools);
        break;
      case 'keep': {
        const arrived = step.collection.beginObject();
        list.keep(step.recorded);
        step.collection.add({ ...step.object, blocks: step.object.blocks.length });
        arrived();
        break;
      }
      case 'append':
        await step.data.append(step.block, step.encoded, queue, list);
        break;
    }
  }
}

function* stepsOf(
  { snapshot, replicaSetName }: ExportOptions,
  { keys, list, tally }: ExportTools,
): Generator<Step, void, undefined> {
  const begin = (collection: CollectionExport['collection']): CollectionExport =>
    new CollectionExport(collection, tally);
  for (const { collection, object } of planExport(snapshot, begin)) {
    if (object === undefined) {
      yield { kind: 'begin', collection };
      continue;
    }
    const { database, name } = collection.collection;
    const key = keys.data(database, name, replicaSetName, object.number);
    const recorded = list.recorded(key);
    if (recorded !== undefined && holds(recorded, object)) {
      yield { kind: 'keep', collection, object, recorded };
      continue;
    }
    const data = new DataObject(key, object, collection);
    let { firstDocument } = object;
    for (const block of object.blocks) {
      yield { kind: 'append', collection, data, block, firstDocument };
      firstDocument += block.documents;
    }
  }
}

/** Whether the recorded object of an earlier attempt is the planned object. */
function holds(recorded: ExportObject, { firstBlock, blocks, documents }: PlannedObject): boolean {
  return recorded.firstBlock === firstBlock && recorded.blocks === blocks.length && recorded.documents === documents;
}

async function writeMetadata(collection: CollectionExport, { keys, queue, list }: ExportTools): Promise<void> {
  const metadata = metadataObject(keys, collection.collection);
  const recorded = list.recorded(metadata.key);
  if (recorded?.sha256 === metadata.sha256) {
    const arrived = collection.beginObject();
    list.keep(recorded);
    arrived();
    return;
  }
  const expected = { key: metadata.key, documents: 0, firstBlock: 0, blocks: 0 };
  await queue.add(metadata, list.expect(expected, collection));
}
