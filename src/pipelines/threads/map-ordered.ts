/**
 * Calls `work` for the items, several at a time, and gives the results in the items' order. At most `limit` items are taken
 * and not yet given as results. When one fails, or the reader stops, no new work begins and what runs is waited for, so
 * that nothing of it goes on behind the caller's back.
 */
export async function* mapOrdered<In, Out>(
  items: Iterable<In> | AsyncIterable<In>,
  limit: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const ahead = new ReadAhead(iterator, limit, work);
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

class ReadAhead<In, Out> {
  readonly #items: Iterator<In> | AsyncIterator<In>;
  readonly #limit: number;
  readonly #work: (item: In) => Promise<Out>;
  readonly #running: Promise<Out>[] = [];
  #taking: Promise<void> | undefined;
  #ended = false;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(items: Iterator<In> | AsyncIterator<In>, limit: number, work: (item: In) => Promise<Out>) {
    this.#items = items;
    this.#limit = limit;
    this.#work = work;
  }

  /** Takes the next item beside whatever the reader does, if there is room for it. */
  start(): void {
    if (this.#ended || this.#taking !== undefined || this.#running.length >= this.#limit) return;
    this.#taking = this.#takeAndGoOn();
  }

  /** The first result that was not given yet; undefined when there are no more. */
  async first(): Promise<{ readonly value: Out } | undefined> {
    while (this.#running.length === 0 && this.#taking !== undefined) await this.#taking;
    const first = this.#running[0];
    if (first !== undefined) {
      const value = await first;
      void this.#running.shift();
      return { value };
    }
    if (this.#failure !== undefined) throw this.#failure.thrown;
    return undefined;
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#taking;
    await Promise.allSettled(this.#running);
    await this.#items.return?.();
  }

  async #takeAndGoOn(): Promise<void> {
    await this.#take();
    this.#taking = undefined;
    this.start();
  }

  /** Never fails: what was thrown is met by `first`. */
  async #take(): Promise<void> {
    try {
      const next = await this.#items.next();
      if (next.done === true) {
        this.#ended = true;
        return;
      }
      if (this.#ended) return;
      const result = this.#work(next.value);
      // It is met in its turn; until then it must not count as unhandled.
      result.catch(() => undefined);
      this.#running.push(result);
    } catch (thrown) {
      this.#ended = true;
      this.#failure = { thrown };
    }
  }
}
