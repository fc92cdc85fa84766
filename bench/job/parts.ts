import { createReadStream } from 'node:fs';
import { BlockMemory, cutIntoBlocks } from '../../src/snapshot/blocks/index.ts';
import { hashBlock, packBlock } from '../../src/snapshot/blocks/index.ts';

/** The parts of a capture: the speed of each part on one core, in MB of BSON per second. */
export interface CaptureParts {
  readonly read: number;
  readonly cut: number;
  readonly hash: number;
  /** Compressing with zstd, and sealing. */
  readonly pack: number;
}

const SAMPLE_BYTES = 96 << 20;

/** Measures the parts on the beginning of a file of BSON documents that the system has in its cache. */
export async function measureParts(bson: string): Promise<CaptureParts> {
  const pieces: Uint8Array[] = [];
  const read = await rate(async () => {
    for await (const piece of createReadStream(bson, { highWaterMark: 1 << 20, end: SAMPLE_BYTES - 1 })) {
      if (piece instanceof Uint8Array) pieces.push(piece);
    }
    return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  });
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  const cut = await rate(async () => {
    try {
      for await (const block of cutIntoBlocks(stream(pieces), bson, new BlockMemory())) blocks.push(block.bson);
    } catch (thrown) {
      // The sample ends inside a document.
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'SOURCE_TRUNCATED')) throw thrown;
    }
    return sizeOf(blocks);
  });
  const hash = await rate(() => {
    for (const block of blocks) hashBlock(block);
    return sizeOf(blocks);
  });
  const bytes = sizeOf(blocks);
  const pack = await rate(() => {
    // Takes the blocks' memory.
    for (const block of blocks) packBlock(block, '00');
    return bytes;
  });
  return { read, cut, hash, pack };
}

function sizeOf(blocks: readonly Uint8Array[]): number {
  return blocks.reduce((sum, block) => sum + block.byteLength, 0);
}

// eslint-disable-next-line @typescript-eslint/require-await -- stands for a stream
async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function rate(work: () => number | Promise<number>): Promise<number> {
  const start = performance.now();
  const bytes = await work();
  return bytes / 1000 / (performance.now() - start);
}
