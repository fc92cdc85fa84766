type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
type Reader = (signal: AbortSignal, after?: Uint8Array) => Pieces;
type Piece = IteratorResult<Uint8Array<ArrayBuffer>, void>;

interface Begun {
  readonly signal: AbortSignal;
  readonly pieces: Pieces;
  readonly first: Promise<Piece>;
}

/**
 * Reads collections in sequence, and begins the next few while one is read, because thousands of small collections
 * would each wait for the server. Only the first piece of each begun collection is in memory.
 */
export class ReadAhead {
  readonly #readers: readonly Reader[];
  /** The number of collections that are begun at the same time, with the requested one. */
  readonly #parallel: number;
  readonly #begun = new Map<number, Begun>();

  constructor(readers: readonly Reader[], parallel: number) {
    this.#readers = readers;
    this.#parallel = parallel;
  }

  /** Yields the pieces of a collection. A collection may be read again. */
  async *read(index: number, signal: AbortSignal, after?: Uint8Array): Pieces {
    const { pieces, first } = this.#take(index, signal, after);
    for (let next = index + 1; next < index + this.#parallel; next++) this.#begin(next, signal);
    try {
      const piece = await first;
      if (piece.done === true) return;
      yield piece.value;
      yield* pieces;
    } finally {
      await pieces.return();
    }
  }

  /** Ends the collections that were begun but never requested. */
  async close(): Promise<void> {
    const begun = [...this.#begun.values()];
    this.#begun.clear();
    await Promise.all(begun.map(({ pieces }) => pieces.return().catch(() => undefined)));
  }

  #take(index: number, signal: AbortSignal, after: Uint8Array | undefined): Begun {
    const found = this.#begun.get(index);
    this.#begun.delete(index);
    if (found?.signal === signal && after === undefined) return found;
    // The collection was begun for a reader that has ended.
    void found?.pieces.return().catch(() => undefined);
    const begun = this.#begin(index, signal, after);
    this.#begun.delete(index);
    if (begun === undefined) throw new RangeError(`there is no collection ${index}`);
    return begun;
  }

  #begin(index: number, signal: AbortSignal, after?: Uint8Array): Begun | undefined {
    const reader = this.#readers[index];
    if (reader === undefined || this.#begun.has(index)) return this.#begun.get(index);
    const pieces = reader(signal, after);
    const first = pieces.next();
    // The request for the collection throws the rejection. Until then it must not count as unhandled.
    first.catch(() => undefined);
    const begun = { signal, pieces, first };
    this.#begun.set(index, begun);
    return begun;
  }
}
