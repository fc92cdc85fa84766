import type { BlockReference } from './contract.ts';

const NAME_BYTES = 32;
const NUMBERS = 3;
const FIRST_CAPACITY = 64;

/**
 * The blocks of a snapshot in 44 bytes each. A snapshot of a terabyte has 250,000 blocks, and objects would take
 * several times as much.
 */
export class BlockList {
  #names = Buffer.alloc(FIRST_CAPACITY * NAME_BYTES);
  /** Bytes, documents and stored bytes of each block. 32 bits are enough, because a block is far below 4 GiB. */
  #numbers = new Uint32Array(FIRST_CAPACITY * NUMBERS);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ sha256, bytes, documents, storedBytes }: BlockReference): void {
    if (this.#names.byteLength === this.#length * NAME_BYTES) this.#grow();
    this.#names.write(sha256, this.#length * NAME_BYTES, 'hex');
    this.#numbers.set([bytes, documents, storedBytes], this.#length * NUMBERS);
    this.#length++;
  }

  /** Yields `count` blocks, beginning with the block number `first`. */
  *slice(first: number, count: number): Generator<BlockReference, void, undefined> {
    for (let index = first; index < first + count; index++) {
      const sha256 = this.#names.toString('hex', index * NAME_BYTES, (index + 1) * NAME_BYTES);
      const [bytes = 0, documents = 0, storedBytes = 0] = this.#numbers.subarray(
        index * NUMBERS,
        (index + 1) * NUMBERS,
      );
      yield { sha256, bytes, documents, storedBytes };
    }
  }

  #grow(): void {
    this.#names = Buffer.concat([this.#names], 2 * this.#names.byteLength);
    const numbers = new Uint32Array(2 * this.#numbers.length);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
