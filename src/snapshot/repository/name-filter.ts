import { randomBytes } from 'node:crypto';

/**
 * Four bits for each name. With 16 bits of memory for each name, 1 of 400 other names is mistaken for an added name.
 */
const HASHES = 4;
const BITS_PER_NAME = 16;
const DIGITS_PER_HASH = 8;
const MIN_EXPONENT = 13;
/** 64 MiB. With 50 million names, 1 of 100 other names is mistaken for an added name. */
const MAX_EXPONENT = 29;

/**
 * A Bloom filter of the names of blocks: a set in bounded memory. It never lacks a name that was added, but it may
 * claim a name that was not added. The names are hashes, so parts of a name serve as its hashes. A random factor lets
 * two filters err about different names.
 */
export class NameFilter {
  readonly #bits: Uint8Array;
  readonly #shift: number;
  readonly #factor: number;

  /** @param expected the largest number of names that will be added. */
  constructor(expected: number) {
    const wanted = Math.ceil(Math.log2(Math.max(1, expected * BITS_PER_NAME)));
    const exponent = Math.min(Math.max(wanted, MIN_EXPONENT), MAX_EXPONENT);
    this.#bits = new Uint8Array(2 ** (exponent - 3));
    this.#shift = 32 - exponent;
    this.#factor = randomBytes(4).readUInt32LE() | 1;
  }

  /** @param sha256 lower-case hex. */
  add(sha256: string): void {
    for (let hash = 0; hash < HASHES; hash++) {
      const bit = this.#bitOf(sha256, hash);
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  /** Returns false only for a name that was not added. */
  mayHave(sha256: string): boolean {
    for (let hash = 0; hash < HASHES; hash++) {
      const bit = this.#bitOf(sha256, hash);
      if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  #bitOf(sha256: string, hash: number): number {
    const start = hash * DIGITS_PER_HASH;
    return Math.imul(parseInt(sha256.slice(start, start + DIGITS_PER_HASH), 16), this.#factor) >>> this.#shift;
  }
}
