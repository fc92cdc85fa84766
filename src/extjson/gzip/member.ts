import type { EncodedBlock } from '../contract.ts';
import { crc32Combine } from './crc32-combine.ts';

/** RFC 1952, section 2.3: magic, deflate, no flags, no time (so equal input gives equal bytes), no level, unknown system. */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/** An empty DEFLATE block with fixed codes and the final bit set (RFC 1951, section 3.2.3). */
const FINAL_BLOCK = [0x03, 0x00];

/**
 * One gzip member put together from blocks that were compressed apart, possibly by several threads. A single member, because
 * some readers stop after the first.
 *
 * The bytes come out in pieces, in the order of the calls; nothing is copied or kept. The blocks share no window, so each
 * stands for itself and any order of compressing them is right.
 */
export class GzipMember {
  #bytes = 0;
  #jsonBytes = 0;
  #documents = 0;
  #crc32 = 0;
  #finished = false;

  /** Bytes of gzip given out so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of JSON in it so far. */
  get jsonBytes(): number {
    return this.#jsonBytes;
  }

  /** Documents in it so far. */
  get documents(): number {
    return this.#documents;
  }

  /** @returns the next pieces of the member, the block's own bytes among them. */
  append(block: EncodedBlock): Uint8Array<ArrayBuffer>[] {
    this.#assertOpen();
    const pieces = this.#bytes === 0 ? [Uint8Array.from(HEADER), block.deflate] : [block.deflate];
    for (const piece of pieces) this.#bytes += piece.byteLength;
    this.#crc32 = crc32Combine(this.#crc32, block.crc32, block.jsonBytes);
    this.#jsonBytes += block.jsonBytes;
    this.#documents += block.documents;
    return pieces;
  }

  /** @returns the end of the member: its last piece. Of a member without blocks, the whole of it. */
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
