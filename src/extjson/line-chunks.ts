import { JSON_FAULT, jsonError } from './json-faults.ts';
import { MAX_LINE_BYTES } from './parser-limits.ts';

const LINE_FEED = 0x0a;
/** Enough that a thread is not asked too often, and little enough that several chunks take little memory. */
const CHUNK_BYTES = 1 << 20;

/**
 * Cuts a stream of text into chunks of whole lines for a `DocumentParser`. Each chunk has a buffer of its own, which may
 * move to a thread. At most one line and two chunks are in memory.
 */
export class LineChunks {
  readonly #maxLineBytes: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** The end of the last whole line among `#bytes`. */
  #wholeBytes = 0;

  /** @param maxLineBytes a longer line is refused. Tests give a small one. */
  constructor(maxLineBytes = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * Takes the next text of the stream, which must not change before the next chunk was taken, and gives the chunks that
   * are whole.
   * @throws ExtendedJsonError if a line is too long. Its line counts from the first line that was not given yet.
   */
  *append(text: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    for (let start = 0; start < text.length; start += CHUNK_BYTES) {
      const piece = text.subarray(start, start + CHUNK_BYTES);
      const lastLineFeed = piece.lastIndexOf(LINE_FEED);
      if (lastLineFeed >= 0) this.#wholeBytes = this.#bytes + lastLineFeed + 1;
      this.#pieces.push(piece);
      this.#bytes += piece.length;
      if (this.#bytes >= CHUNK_BYTES && this.#wholeBytes > 0) yield this.#take(this.#wholeBytes);
      if (this.#bytes - this.#wholeBytes > this.#maxLineBytes) throw jsonError(JSON_FAULT.lineTooLong, 1, 1);
    }
  }

  /** Ends the stream. @returns the rest, whose last line may lack its line feed; undefined if there is none. */
  finish(): Uint8Array<ArrayBuffer> | undefined {
    return this.#bytes > 0 ? this.#take(this.#bytes) : undefined;
  }

  /** Copies the first bytes to a chunk and keeps the rest. */
  #take(bytes: number): Uint8Array<ArrayBuffer> {
    const chunk = new Uint8Array(bytes);
    let filled = 0;
    const rest: Uint8Array[] = [];
    for (const piece of this.#pieces) {
      const part = piece.subarray(0, bytes - filled);
      chunk.set(part, filled);
      filled += part.length;
      if (part.length < piece.length) rest.push(piece.subarray(part.length));
    }
    this.#pieces = rest;
    this.#bytes -= bytes;
    this.#wholeBytes = 0;
    return chunk;
  }
}
