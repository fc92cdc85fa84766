import { steadyClock, type Clock } from '../kernel/clock.ts';

/** The shortest time between two writes. Each write waits for the disk, and a job may report hundreds of steps a second. */
export const WRITE_INTERVAL_MS = 1000;

/** Calls a write from time to time. The writes run one after another, and all fail after a failure, such as a lost job. */
export class PacedWrites {
  readonly #clock: Clock;
  readonly #write: () => Promise<void>;
  #writing = Promise.resolve();
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, write: () => Promise<void>) {
    this.#clock = steadyClock(clock);
    this.#write = write;
  }

  /** Writes if the last write began long enough ago. Resolves after the running writes. */
  async step(): Promise<void> {
    await (this.#clock.now() - this.#writtenAt >= WRITE_INTERVAL_MS ? this.flush() : this.#writing);
  }

  /** Writes now. */
  async flush(): Promise<void> {
    this.#writtenAt = this.#clock.now();
    this.#writing = this.#writing.then(this.#write);
    await this.#writing;
  }
}
