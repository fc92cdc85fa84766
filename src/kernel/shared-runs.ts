/**
 * Runs work that serves everybody who asked for it before it began. Who asks while it runs gets the next run, because the running one may
 * have done its part already. So there is one run at a time, and at most one that waits.
 */
export class SharedRuns<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** The run that is last to end; undefined if there is none. */
  get last(): Promise<T> | undefined {
    return this.#next ?? this.#running;
  }

  /** Ends with a run that began after this call. @throws what the work throws. */
  run(): Promise<T> {
    // The next run comes first, because the running one is gone a moment before it begins.
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    return (this.#next = this.#afterRunning(this.#running));
  }

  async #afterRunning(running: Promise<T>): Promise<T> {
    await running.catch(() => undefined);
    this.#next = undefined;
    return await this.#start();
  }

  #start(): Promise<T> {
    return (this.#running = this.#work().finally(() => {
      this.#running = undefined;
    }));
  }
}
