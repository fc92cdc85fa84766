import type { Clock } from '../../../kernel/clock.ts';

const SLOW_MS = 5000;
/** The window opens by one after that many writes in a row that were fast. */
const FAST_WRITES = 16;

/**
 * Limits the writes that are under way to a server. A write that fails or is slow halves the limit, and fast ones raise it again, because a
 * server that is short of time must not get more work while it works.
 */
export class WriteWindow {
  readonly #most: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #running = 0;
  #fast = 0;

  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#limit = most;
    this.#clock = clock;
  }

  get limit(): number {
    return this.#limit;
  }

  async run<T>(write: () => Promise<T>): Promise<T> {
    while (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    const begun = this.#clock.now();
    try {
      const result = await write();
      if (this.#clock.now() - begun > SLOW_MS) this.#narrow();
      else this.#widen();
      return result;
    } catch (thrown) {
      this.#narrow();
      throw thrown;
    } finally {
      this.#running--;
      for (const wake of this.#waiting.splice(0, Math.max(0, this.#limit - this.#running))) wake();
    }
  }

  #narrow(): void {
    this.#fast = 0;
    this.#limit = Math.max(1, this.#limit >> 1);
  }

  #widen(): void {
    if (++this.#fast < FAST_WRITES) return;
    this.#fast = 0;
    this.#limit = Math.min(this.#most, this.#limit + 1);
  }
}
