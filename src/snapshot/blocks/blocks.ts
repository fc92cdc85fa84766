import { AppError } from '../../kernel/errors.ts';
import type { BlockMemory } from './block-memory.ts';
import { MAX_BLOCK_BYTES, MIN_BLOCK_BYTES, endsBlock } from './boundary.ts';
import { documentLength, MAX_DOCUMENT_BYTES, MIN_DOCUMENT_BYTES } from './document-length.ts';

/** A run of whole documents, in memory of its own. */
export interface Block {
  readonly bson: Uint8Array<ArrayBuffer>;
  readonly documents: number;
  /** The offset of the last document. */
  readonly lastDocument: number;
}

/**
 * Cuts a stream of BSON into blocks of whole documents. Only the length, the end byte and the _id of each document are
 * read here. The checker validates the rest.
 * @param pieces cut anywhere.
 * @param origin the name of the stream in errors. @param memory provides the memory of the blocks.
 * @throws AppError `SOURCE_NOT_BSON`, `SOURCE_TRUNCATED`, with the offset.
 */
export async function* cutIntoBlocks(
  pieces: AsyncIterable<Uint8Array>,
  origin: string,
  memory: BlockMemory,
): AsyncGenerator<Block, void, undefined> {
  const cutter = new BlockCutter(origin, memory);
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.byteLength;) {
      taken += cutter.fill(piece.subarray(taken));
      let block: Block | undefined;
      while ((block = cutter.next()) !== undefined) yield block;
    }
  }
  const last = cutter.finish();
  if (last !== undefined) yield last;
}

const NO_MEMORY = new Uint8Array(0);

/**
 * The first bytes of a stream get no more memory than they need. The garbage collector counts reserved megabytes, so
 * thousands of small collections with a full block each would keep it busy.
 */
const SMALL_BYTES = 1024 * 1024;

class BlockCutter {
  readonly #origin: string;
  readonly #memory: BlockMemory;
  #buffer = NO_MEMORY;
  #filled = 0;
  /** The end of the whole documents found so far in the buffer. */
  #scanned = 0;
  #documents = 0;
  /** The start of the last whole document found so far. */
  #lastDocument = 0;
  /** The offset of the buffer's start in the stream. */
  #offset = 0;

  constructor(origin: string, memory: BlockMemory) {
    this.#origin = origin;
    this.#memory = memory;
  }

  /** @returns the number of bytes that fitted. Then call `next` until it returns nothing, which makes room again. */
  fill(piece: Uint8Array): number {
    this.#makeRoom(Math.min(this.#filled + piece.byteLength, MAX_BLOCK_BYTES));
    const part = piece.subarray(0, this.#buffer.byteLength - this.#filled);
    this.#buffer.set(part, this.#filled);
    this.#filled += part.byteLength;
    return part.byteLength;
  }

  /** Returns the next block if its end is in the buffer. */
  next(): Block | undefined {
    while (this.#filled - this.#scanned >= 4) {
      const length = this.#checkedLength();
      const end = this.#scanned + length;
      if (end > MAX_BLOCK_BYTES && this.#scanned > 0) return this.#cut();
      if (end > this.#filled) {
        this.#makeRoom(end);
        return undefined;
      }
      if (this.#buffer[end - 1] !== 0) {
        throw this.#notBson(`the document's end byte is missing at byte ${this.#offset + end - 1}`);
      }
      const start = this.#scanned;
      this.#scanned = end;
      this.#lastDocument = start;
      this.#documents++;
      if (end >= MAX_BLOCK_BYTES) return this.#cut();
      if (end >= MIN_BLOCK_BYTES && endsBlock(this.#buffer, start, end)) return this.#cut();
    }
    // No further document fits into the rest of the block.
    return this.#filled >= MAX_BLOCK_BYTES && this.#scanned > 0 ? this.#cut() : undefined;
  }

  finish(): Block | undefined {
    if (this.#filled > this.#scanned) {
      throw new AppError({
        code: 'SOURCE_TRUNCATED',
        message:
          `${this.#origin} ends at byte ${this.#offset + this.#filled} in the middle of the document ` +
          `that begins at byte ${this.#offset + this.#scanned}`,
        hint: 'The dump was cut off: make it again.',
      });
    }
    return this.#documents === 0 ? undefined : this.#cut();
  }

  #checkedLength(): number {
    const length = documentLength(this.#buffer, this.#scanned);
    if (length >= MIN_DOCUMENT_BYTES && length <= MAX_DOCUMENT_BYTES) return length;
    throw this.#notBson(`a document cannot have ${length} bytes`);
  }

  #notBson(reason: string): AppError {
    return new AppError({
      code: 'SOURCE_NOT_BSON',
      message: `${this.#origin} holds no BSON document at byte ${this.#offset + this.#scanned}: ${reason}`,
      hint: 'The file is damaged or not a BSON file. Make the dump again.',
    });
  }

  /** Makes the buffer large enough for a block, or for a document that is larger. */
  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    const bigger = this.#memoryFor(bytes);
    bigger.set(this.#buffer.subarray(0, this.#filled));
    this.#memory.giveBack(this.#buffer);
    this.#buffer = bigger;
  }

  #memoryFor(bytes: number): Uint8Array<ArrayBuffer> {
    const isFirst = this.#offset === 0;
    if (isFirst && bytes <= SMALL_BYTES) {
      return new Uint8Array(Math.min(Math.max(bytes, 2 * this.#buffer.byteLength), SMALL_BYTES));
    }
    return bytes <= MAX_BLOCK_BYTES ? this.#memory.take() : new Uint8Array(bytes);
  }

  /** Cuts the block off. The block takes over the buffer. */
  #cut(): Block {
    const block: Block = {
      bson: this.#buffer.subarray(0, this.#scanned),
      documents: this.#documents,
      lastDocument: this.#lastDocument,
    };
    const rest = this.#buffer.subarray(this.#scanned, this.#filled);
    this.#offset += this.#scanned;
    this.#scanned = 0;
    this.#documents = 0;
    this.#buffer = NO_MEMORY;
    this.#filled = 0;
    if (rest.byteLength > 0) this.fill(rest);
    return block;
  }
}
