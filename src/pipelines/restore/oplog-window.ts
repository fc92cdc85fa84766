import { documentLength, unpackBlock } from '../../snapshot/blocks/index.ts';
import type { BlockReference, Snapshot } from '../../snapshot/repository/index.ts';
import { isOplog, oplogTimeOf, type OplogTime } from '../../snapshot/targets/index.ts';
import type { OplogWindow } from './contract.ts';

/**
 * The moments of the first and the last entry of a snapshot's oplog. Two blocks are read, because entries are in the order of their time.
 * @returns undefined if the snapshot has no oplog, or an empty one.
 * @throws AppError `OPLOG_DAMAGED`, and those of the repository.
 */
export async function oplogWindowOf(snapshot: Snapshot, signal: AbortSignal): Promise<OplogWindow | undefined> {
  const blocks = blocksOfOplog(snapshot);
  const [first, last] = [blocks.at(0), blocks.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const timesIn = async (block: BlockReference): Promise<readonly OplogTime[]> => {
    const bson = unpackBlock(await snapshot.storedBlock(block, { signal }), block);
    const ends = { first: 0, last: 0 };
    for (let at = 0; at < bson.byteLength; at += documentLength(bson, at)) ends.last = at;
    return [oplogTimeOf(entryAt(bson, ends.first)), oplogTimeOf(entryAt(bson, ends.last))];
  };
  const [begin] = await timesIn(first);
  const [, end] = await timesIn(last);
  return begin === undefined || end === undefined ? undefined : { first: begin, last: end };
}

function entryAt(bson: Uint8Array, at: number): Uint8Array {
  return bson.subarray(at, at + documentLength(bson, at));
}

function blocksOfOplog(snapshot: Snapshot): readonly BlockReference[] {
  const blocks: BlockReference[] = [];
  let isInOplog = false;
  for (const { collection, block } of snapshot.entries()) {
    if (collection !== undefined) isInOplog = isOplog(collection);
    else if (isInOplog) blocks.push(block);
  }
  return blocks;
}
