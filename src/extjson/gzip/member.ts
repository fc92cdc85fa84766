import type { EncodedBlock } from '../contract.ts';
import { crc32Combine } from './crc32-combine.ts';

/**
 * RFC 1952, section 2.3: magic, deflate, no flags, no time, no level, unknown system. There is no time because equal
 * input must give equal bytes.
 */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/** An empty DEFLATE block with fixed codes and the final bit set (RFC 1951, section 3.2.3). */
const FINAL_BLOCK = [0x03, 0x00];

/**
 * A gzip member of blocks that were compressed separately, possibly by several threads. It is one member because some
 * readers stop after the first member. Blocks may be compressed in any order because they share no window. The bytes
 * come out in pieces, in the order of the calls. Nothing is copied or kept.
 */
export class GzipMember {
  #bytes = 0;
  #jsonBytes = 0;
  #documents = 0;
  #crc32 = 0;
  #finished = false;

  /** Bytes of gzip returned so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of JSON appended so far. */
  get jsonBytes(): number {
    return this.#jsonBytes;
  }

  /** Documents appended so far. */
  get documents(): number {
    return this.#documents;
  }

  /** Appends a block. @returns the next pieces of the member, with the block's own bytes. */
  append(block: EncodedBlock): Uint8Array<ArrayBuffer>[] {
    this.#assertOpen();
    const pieces = this.#bytes === 0 ? [Uint8Array.from(HEADER), block.deflate] : [block.deflate];
    for (const piece of pieces) this.#bytes += piece.byteLength;
    this.#crc32 = crc32Combine(this.#crc32, block.crc32, block.jsonBytes);
    this.#jsonBytes += block.jsonBytes;
    this.#documents += block.documents;
    return pieces;
  }

  /** Ends the member. @returns its last piece, which is the whole member if it has no block. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#assertOpen();
    this.#finished = true;
    const end = Uint8Array.from([...(this.#bytes === 0 ? HEADER : []), ...FINAL_BLOCK, ...new Uint8Array(8)]);
    const trailer = new DataView(end.buffer, end.byteLength - 8);
    trailer.setUint32(0, this.#crc32, true);
    trailer.setUint32(4, this.#jsonBytes % 2 ** 32, true);
    this.#bytes += end.byteLength;
    return end;
  }

  #assertOpen(): void {
    if (this.#finished) throw new Error('this gzip member is finished');
  }
}
