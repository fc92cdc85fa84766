import { isTransient } from '../../kernel/errors.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import { mapOrdered } from '../threads/index.ts';
import type { RestoreBlock, RestoreOptions } from './contract.ts';
import { countDiffers } from './errors.ts';
import { nameOf } from './names.ts';
import type { PlannedCollection } from './plan.ts';
import type { CollectionTally } from './progress.ts';
import type { RestoreRecord } from './record.ts';

/** The number of writings of a collection from its start before the restore fails. */
const MAX_WRITINGS = 5;

type Parts = Pick<RestoreOptions, 'target' | 'pool' | 'signal'> & {
  readonly planned: PlannedCollection;
  readonly record: RestoreRecord;
  readonly tally: CollectionTally;
  /** Whether the indexes follow later. */
  readonly withoutIndexes: boolean;
};

/** Writes the documents and the indexes of a collection, from where the record says that an earlier attempt came to. */
export async function writeCollection(parts: Parts): Promise<void> {
  const { planned, record, target, signal, tally, withoutIndexes } = parts;
  const { info, name, collection } = planned;
  const before = record.of(name);
  tally.add({ documents: before?.hash.documents ?? 0 });
  if (before?.state === 'begun') {
    await writeDocuments(parts);
    record.set(name, 'written');
    await record.save();
  }
  if (before?.state !== 'done' && !withoutIndexes) await target.createIndexes(info, signal);
  record.set(name, 'done');
  tally.end(collection.bytes);
}

async function writeDocuments(parts: Parts): Promise<void> {
  const { planned, record, target, signal, tally } = parts;
  const { info, name } = planned;
  const isWrittenAgain = target.writing(info).continuesAt === 'collection';
  for (let writings = 1; ; writings++) {
    try {
      await writeBlocks(parts);
      return;
    } catch (thrown) {
      const mayPass = isTransient(thrown) && writings < MAX_WRITINGS;
      if (!isWrittenAgain || !mayPass) throw thrown;
    }
    tally.reset();
    await target.drop(info, signal);
    await target.createCollection(info, signal);
    record.begin(name, { merged: false });
  }
}

/** Writes the blocks that the record lacks. */
async function writeBlocks({ planned, record, target, pool, signal, tally }: Parts): Promise<void> {
  const { collection, info, name } = planned;
  const write = async ({ bson, hash }: RestoreBlock) => {
    const bytes = bson.byteLength;
    await target.writeBlock(info, bson, signal);
    releaseBytes(bson);
    return { hash, bytes };
  };
  const onBytes = (bytes: number): void => tally.add({ bytes });
  const blocks = collection.blocks(record.of(name)?.hash.documents ?? 0, { pool, signal, onBytes });
  for await (const { hash, bytes } of mapOrdered(blocks, target.writing(info).blocksAtOnce, write)) {
    signal.throwIfAborted();
    await record.add(name, hash, bytes);
    tally.add({ documents: hash.documents });
  }
  const documents = record.of(name)?.hash.documents ?? 0;
  const expected = collection.documents;
  if (expected !== undefined && documents !== expected) throw countDiffers(nameOf(collection), expected, documents);
}
