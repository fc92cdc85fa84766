import { BlockMemory, countDocuments, cutIntoBlocks } from '../../blocks/index.ts';
import type { CollectionInfo } from '../../contract.ts';
import { openMongodumpSource, type SourceCollection } from '../../sources/index.ts';
import type { RestoreTarget } from '../contract.ts';
import { notInStandingDump } from './errors.ts';

/** Nothing is written, and more of them at a time only take memory. */
const COLLECTIONS_AT_ONCE = 2;

/**
 * Opens a dump as a target that no restore writes, because others need it as it is. What is read back is what the dump holds, so a restore
 * succeeds if the dump holds it already, and otherwise ends with its differences.
 * @throws AppError of the dump.
 */
export async function openStandingDump(directory: string): Promise<RestoreTarget> {
  const source = await openMongodumpSource(directory, { allowEmpty: true });
  const find = ({ database, name, type }: CollectionInfo): SourceCollection => {
    const found = source.collections.find((each) => each.database === database && each.name === name);
    if (found?.type !== type) throw notInStandingDump(`${database}.${name}`, directory);
    return found;
  };
  const requireOne = async (info: CollectionInfo, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    await Promise.resolve(find(info));
  };
  return {
    description: `the dump ${directory}`,
    collectionsAtOnce: COLLECTIONS_AT_ONCE,
    keepsOplog: false,
    // Nothing is in the way of a restore that writes nothing.
    inspect: () => Promise.resolve([]),
    drop: () => Promise.resolve(),
    writing: () => ({ blocksAtOnce: COLLECTIONS_AT_ONCE, continuesAt: 'block' }),
    createCollection: requireOne,
    writeBlock: (_info, bson) => Promise.resolve({ inserted: 0, present: countDocuments(bson) }),
    createIndexes: () => Promise.resolve(),
    createView: requireOne,
    async *readBack(info, signal) {
      const pieces = find(info).documents(signal);
      for await (const { bson } of cutIntoBlocks(pieces, `${info.database}.${info.name}`, new BlockMemory()))
        yield bson;
    },
    finish: () => Promise.resolve(),
    close: () => source.close(),
  };
}
