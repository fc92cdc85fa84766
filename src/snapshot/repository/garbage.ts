import type { BlockStore } from './block-store.ts';

/** Name and stored size. */
type StoredBlocks = Map<string, number>;

export interface Removed {
  readonly blocks: number;
  /** As they were stored. */
  readonly bytes: number;
}

/**
 * Removes those of the blocks that no snapshot names and no capture counts on.
 * @param candidates what may go; emptied of what must stay.
 * @param named the names of the blocks of all snapshots there are.
 */
export async function removeUnnamed(
  blocks: BlockStore,
  candidates: StoredBlocks,
  named: AsyncIterable<string>,
  signal?: AbortSignal,
): Promise<Removed> {
  if (candidates.size === 0) return { blocks: 0, bytes: 0 };
  for await (const sha256 of named) {
    signal?.throwIfAborted();
    candidates.delete(sha256);
  }
  const removed = { blocks: 0, bytes: 0 };
  for (const [sha256, bytes] of candidates) {
    signal?.throwIfAborted();
    if (await blocks.delete(sha256)) {
      removed.blocks++;
      removed.bytes += bytes;
    }
  }
  return removed;
}
