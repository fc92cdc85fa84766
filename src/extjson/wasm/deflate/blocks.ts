import { writeBlock } from './block-writer';
import { updatePrices } from './prices';
import { blockIsFull, startBlock } from './sequences';

/** Writes the block up to `position` and starts the next one there. */
export function endBlock(position: usize): void {
  writeBlock(position);
  updatePrices();
  startBlock(position);
}

@inline
export function endBlockIfFull(position: usize): void {
  if (blockIsFull(position)) endBlock(position);
}
