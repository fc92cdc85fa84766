import { documentLength, unpackBlock } from '../../snapshot/blocks/index.ts';
import type { BlockReference, Snapshot } from '../../snapshot/repository/index.ts';
import { oplogTimeOf } from '../../snapshot/targets/index.ts';
import type { OplogWindow } from './contract.ts';

/**
 * The moments of the first and the last entry of a snapshot's oplog. Two blocks are read, because entries are in the order of their time.
 * @param blocks those of the oplog.
 * @returns undefined if there are none.
 * @throws AppError `OPLOG_DAMAGED`, and those of the repository.
 */
export async function oplogWindowOf(
  snapshot: Snapshot,
  blocks: readonly BlockReference[],
  signal: AbortSignal,
): Promise<OplogWindow | undefined> {
  const [first, last] = [blocks.at(0), blocks.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const read = async (block: BlockReference): Promise<Uint8Array> =>
    unpackBlock(await snapshot.storedBlock(block, { signal }), block);
  const begin = await read(first);
  const end = first === last ? begin : await read(last);
  return { first: oplogTimeOf(entryAt(begin, 0)), last: oplogTimeOf(entryAt(end, lastEntry(end))) };
}

/** The entry that begins at an offset. */
export function entryAt(bson: Uint8Array, at: number): Uint8Array {
  return bson.subarray(at, at + documentLength(bson, at));
}

/** Where the last document begins. */
function lastEntry(bson: Uint8Array): number {
  let last = 0;
  for (let at = 0; at < bson.byteLength; at += documentLength(bson, at)) last = at;
  return last;
}
