import { releaseBytes } from '../../kernel/release-bytes.ts';
import { MAX_BLOCK_BYTES } from './boundary.ts';

/**
 * Reusable memory for the blocks of a capture. New memory for each block would cost time of the system and of the
 * garbage collector. Memory that comes back from another thread can be reused, too.
 */
export class BlockMemory {
  readonly #spare: ArrayBuffer[] = [];

  /** Returns memory for a block of usual size. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(MAX_BLOCK_BYTES));
  }

  /**
   * @param bytes memory of `take`, or any part of it. Other memory is released. The caller must not use the bytes any
   * more.
   */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.buffer.byteLength === MAX_BLOCK_BYTES) this.#spare.push(bytes.buffer);
    else releaseBytes(bytes);
  }

  /** Releases all memory that is not taken. */
  release(): void {
    for (const buffer of this.#spare.splice(0)) releaseBytes(new Uint8Array(buffer));
  }
}
