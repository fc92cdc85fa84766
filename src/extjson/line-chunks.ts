import { JSON_FAULT, jsonError } from './json-faults.ts';
import { MAX_LINE_BYTES } from './parser-limits.ts';

const LINE_FEED = 0x0a;
/** Enough that a thread is not asked too often, and little enough that several chunks take little memory. */
const CHUNK_BYTES = 1 << 20;
/** The usual size of a piece of the stream, which may be behind a chunk. */
const PIECE_BYTES = 1 << 18;

interface LineChunksOptions {
  readonly chunkBytes?: number;
  readonly maxLineBytes?: number;
}

/**
 * Cuts a stream of text into chunks of whole lines for a `DocumentParser`. Each chunk has a buffer of its own, which may
 * move to a thread. At most one line and two chunks are in memory.
 */
export class LineChunks {
  readonly #maxLineBytes: number;
  readonly #chunkBytes: number;
  /** The text that was not given yet, at the beginning of a buffer that has room for more. */
  #buffer = new Uint8Array(0);
  #bytes = 0;
  /** The end of the last whole line among `#bytes`. */
  #wholeBytes = 0;

  /**
   * @param options.chunkBytes the size of a chunk, at least.
   * @param options.maxLineBytes a longer line is refused. Tests give a small one.
   */
  constructor({ chunkBytes = CHUNK_BYTES, maxLineBytes = MAX_LINE_BYTES }: LineChunksOptions = {}) {
    this.#chunkBytes = chunkBytes;
    this.#maxLineBytes = maxLineBytes;
  }

  /**
   * Takes the next text of the stream, which is copied, and gives the chunks that are whole. The text must not change before the last of
   * them was taken.
   * @throws ExtendedJsonError if a line is too long. Its line counts from the first line that was not given yet.
   */
  *append(text: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    for (let start = 0; start < text.length; start += this.#chunkBytes) {
      const piece = text.subarray(start, start + this.#chunkBytes);
      const lastLineFeed = piece.lastIndexOf(LINE_FEED);
      if (lastLineFeed >= 0) this.#wholeBytes = this.#bytes + lastLineFeed + 1;
      this.#makeRoom(this.#bytes + piece.length);
      this.#buffer.set(piece, this.#bytes);
      this.#bytes += piece.length;
      if (this.#bytes >= this.#chunkBytes && this.#wholeBytes > 0) yield this.#take(this.#wholeBytes);
      if (this.#bytes - this.#wholeBytes > this.#maxLineBytes) throw jsonError(JSON_FAULT.lineTooLong, 1, 1);
    }
  }

  /** Ends the stream. @returns the rest, whose last line may lack its line feed; undefined if there is none. */
  finish(): Uint8Array<ArrayBuffer> | undefined {
    return this.#bytes > 0 ? this.#take(this.#bytes) : undefined;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#buffer.length, this.#chunkBytes + PIECE_BYTES));
    larger.set(this.#buffer.subarray(0, this.#bytes));
    this.#buffer = larger;
  }

  /** Gives the first bytes away with their buffer, and keeps the rest in another one. */
  #take(bytes: number): Uint8Array<ArrayBuffer> {
    const chunk = this.#buffer.subarray(0, bytes);
    const rest = this.#buffer.subarray(bytes, this.#bytes);
    this.#buffer = new Uint8Array(0);
    this.#bytes = 0;
    this.#wholeBytes = 0;
    if (rest.length > 0) {
      this.#makeRoom(rest.length);
      this.#buffer.set(rest);
      this.#bytes = rest.length;
    }
    return chunk;
  }
}
