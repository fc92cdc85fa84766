/**
 * Calls `work` for the items, several at a time, and yields the results in the items' order. At most `limit` items are
 * taken whose results were not yielded yet, and no further item is taken while these have `bytes.most` bytes or more. After a
 * failure, or when the reader stops, no new work begins. The running work is awaited, because nothing of it may continue after
 * the iteration has ended.
 */
export async function* mapOrdered<In, Out>(
  items: Iterable<In> | AsyncIterable<In>,
  limit: number,
  work: (item: In) => Promise<Out>,
  bytes?: ByteLimit<In>,
): AsyncGenerator<Out, void, undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const ahead = new ReadAhead(iterator, limit, work, bytes);
  try {
    for (;;) {
      ahead.start();
      const result = await ahead.first();
      if (result === undefined) return;
      ahead.start();
      yield result.value;
    }
  } finally {
    await ahead.stop();
  }
}

/** Bounds the memory of items whose sizes differ much. */
export interface ByteLimit<In> {
  readonly most: number;
  readonly of: (item: In) => number;
}

class ReadAhead<In, Out> {
  readonly #items: Iterator<In> | AsyncIterator<In>;
  readonly #limit: number;
  readonly #byteLimit: ByteLimit<In> | undefined;
  readonly #work: (item: In) => Promise<Out>;
  readonly #running: { readonly result: Promise<Out>; readonly bytes: number }[] = [];
  #bytes = 0;
  #taking: Promise<void> | undefined;
  #ended = false;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(
    items: Iterator<In> | AsyncIterator<In>,
    limit: number,
    work: (item: In) => Promise<Out>,
    byteLimit: ByteLimit<In> | undefined,
  ) {
    this.#items = items;
    this.#limit = limit;
    this.#byteLimit = byteLimit;
    this.#work = work;
  }

  /** Takes the next item if there is room for it, while the reader uses earlier results. */
  start(): void {
    if (this.#ended || this.#taking !== undefined || !this.#hasRoom()) return;
    this.#taking = this.#takeAndGoOn();
  }

  /** The first result that was not yielded yet; undefined if there are no more. */
  async first(): Promise<{ readonly value: Out } | undefined> {
    while (this.#running.length === 0 && this.#taking !== undefined) await this.#taking;
    const first = this.#running[0];
    if (first !== undefined) {
      const value = await first.result;
      this.#running.shift();
      this.#bytes -= first.bytes;
      return { value };
    }
    if (this.#failure !== undefined) throw this.#failure.thrown;
    return undefined;
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#taking;
    await Promise.allSettled(this.#running.map(({ result }) => result));
    await this.#items.return?.();
  }

  #hasRoom(): boolean {
    const { most } = this.#byteLimit ?? { most: Infinity };
    return this.#running.length < this.#limit && this.#bytes < most;
  }

  async #takeAndGoOn(): Promise<void> {
    await this.#take();
    this.#taking = undefined;
    this.start();
  }

  /** Never rejects, because `first` throws the error. */
  async #take(): Promise<void> {
    try {
      const next = await this.#items.next();
      if (next.done === true) {
        this.#ended = true;
        return;
      }
      if (this.#ended) return;
      // Weighed first, because the work may give the item's memory away.
      const bytes = this.#byteLimit?.of(next.value) ?? 0;
      const result = this.#work(next.value);
      // `first` throws the rejection in its turn. Until then it must not count as unhandled.
      result.catch(() => undefined);
      this.#running.push({ result, bytes });
      this.#bytes += bytes;
    } catch (thrown) {
      this.#ended = true;
      this.#failure = { thrown };
    }
  }
}
