import { releaseBytes } from '../../kernel/release-bytes.ts';
import { MAX_BLOCK_BYTES } from './boundary.ts';

/**
 * Memory for the blocks of a capture, used again and again: fresh memory takes the system's time, and the garbage collector's.
 * Memory that was given to another thread and came back will do as well.
 */
export class BlockMemory {
  readonly #spare: ArrayBuffer[] = [];

  /** Room for a block of usual size. */
  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(MAX_BLOCK_BYTES));
  }

  /** @param bytes what was taken, or any part of it, or other memory, which is released. It must not be used any more. */
  giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.buffer.byteLength === MAX_BLOCK_BYTES) this.#spare.push(bytes.buffer);
    else releaseBytes(bytes);
  }

  /** Gives all that is not taken back to the system. */
  release(): void {
    for (const buffer of this.#spare.splice(0)) releaseBytes(new Uint8Array(buffer));
  }
}
