/** As many blocks as 128 GiB of documents have; about 4 MB. */
const MOST = 32 * 1024;

/**
 * The names of blocks in which a check found nothing. A block with the same name has the same bytes, so a capture of unchanged data need not
 * check it again. A process keeps the names that it met last.
 */
export class GoodBlocks {
  readonly #most: number;
  readonly #names = new Set<string>();
  #additions = 0;

  /** @param names those that are known already, the one that was met longest ago first. */
  constructor(names: Iterable<string> = [], most = MOST) {
    this.#most = most;
    for (const name of names) this.#keep(name);
  }

  /** The one that was met longest ago comes first. */
  get names(): Iterable<string> {
    return this.#names;
  }

  /** The number of calls of `add`. */
  get additions(): number {
    return this.#additions;
  }

  has(sha256: string): boolean {
    if (!this.#names.delete(sha256)) return false;
    this.#names.add(sha256);
    return true;
  }

  add(sha256: string): void {
    this.#additions++;
    this.#keep(sha256);
  }

  #keep(sha256: string): void {
    this.#names.add(sha256);
    const [oldest] = this.#names;
    if (this.#names.size > this.#most && oldest !== undefined) this.#names.delete(oldest);
  }
}
