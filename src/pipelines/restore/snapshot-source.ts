import { infoOf } from '../../snapshot/collection-info.ts';
import type { BlockReference, Snapshot, SnapshotCollection } from '../../snapshot/repository/index.ts';
import { isOplog } from '../../snapshot/targets/index.ts';
import { mapOrdered } from '../threads/index.ts';
import type { BlocksOptions, RestoreBlock, RestoreCollection, RestoreSource } from './contract.ts';
import { countDiffers } from './errors.ts';
import { nameOf } from './names.ts';
import { oplogWindowOf } from './oplog-window.ts';

/** Several collections are read at the same time, so each keeps few blocks in memory. A block has 4 MiB on average. */
const BLOCKS_AHEAD = 3;
const BYTES_AHEAD = 12 * 1024 * 1024;

/** Opens a snapshot of the repository for a restore. */
export function restoreSourceOfSnapshot(snapshot: Snapshot): RestoreSource {
  const { header, collections } = snapshot;
  const blocks = blocksByCollection(snapshot);
  const blocksOf = (collection: SnapshotCollection): readonly BlockReference[] => blocks.get(collection) ?? [];
  const open = (collection: SnapshotCollection): RestoreCollection => ({
    ...infoOf(collection),
    documents: collection.documents,
    bytes: collection.bytes,
    blocks: (skipped, options) => readBlocks(snapshot, collection, blocksOf(collection), skipped, options),
  });
  const oplog = collections.find(isOplog);
  return {
    description: `snapshot ${header.id}`,
    identity: `snapshot ${header.id}`,
    mongodbVersion: header.mongodbVersion,
    leftOut: header.leftOut,
    collections: collections.map(open),
    ...(oplog === undefined
      ? {}
      : {
          oplog: {
            entries: open(oplog),
            window: (signal: AbortSignal) => oplogWindowOf(snapshot, blocksOf(oplog), signal),
          },
        }),
  };
}

/** The blocks of each collection. The entries are read once, because a snapshot may have many collections. */
function blocksByCollection(snapshot: Snapshot): ReadonlyMap<SnapshotCollection, readonly BlockReference[]> {
  const lists = new Map<SnapshotCollection, BlockReference[]>();
  let number = 0;
  let current: BlockReference[] = [];
  for (const { collection, block } of snapshot.entries()) {
    if (collection !== undefined) {
      current = [];
      lists.set(snapshot.collections[number++] ?? collection, current);
    } else current.push(block);
  }
  return lists;
}

async function* readBlocks(
  snapshot: Snapshot,
  collection: SnapshotCollection,
  blocks: readonly BlockReference[],
  skipped: number,
  { pool, signal, onBytes }: BlocksOptions,
): AsyncGenerator<RestoreBlock, void, undefined> {
  const wanted: BlockReference[] = [];
  let before = 0;
  for (const block of blocks) {
    if (before >= skipped) wanted.push(block);
    else onBytes?.(block.bytes);
    before += block.documents;
  }
  const session = pool.beginSession(signal);
  const read = async (block: BlockReference): Promise<RestoreBlock> => {
    const stored = await snapshot.storedBlock(block, { signal });
    const bson = await session.run('unpack', { stored, sha256: block.sha256, bytes: block.bytes });
    const hashed = await session.run('hashDocuments', bson);
    const { documents } = hashed.hash;
    if (documents !== block.documents) {
      throw countDiffers(`a block of ${nameOf(collection)}`, block.documents, documents);
    }
    onBytes?.(block.bytes);
    return hashed;
  };
  try {
    const limit = { most: BYTES_AHEAD, of: ({ bytes }: BlockReference) => bytes };
    for await (const block of mapOrdered(wanted, BLOCKS_AHEAD, read, limit)) {
      signal.throwIfAborted();
      yield block;
    }
  } finally {
    session.end();
  }
}
