import { setTimeout as pauseFor } from 'node:timers/promises';

/** The clock of a rate limit: milliseconds that never go back. */
export interface RateClock {
  now(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: RateClock = {
  now: () => performance.now(),
  pause: async (ms, signal) => await pauseFor(ms, undefined, { signal }),
};

/** Limits all readers of a deployment together to a number of bytes per second. Unused time is not saved up. */
export class RateLimit {
  readonly #bytesPerMs: number;
  readonly #clock: RateClock;
  /** The time at which the bytes taken so far are paid for. */
  #paidAt = 0;

  constructor(bytesPerSecond: number, clock: RateClock = SYSTEM_CLOCK) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#clock = clock;
  }

  /** Waits until all bytes that were taken before are paid for. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const start = Math.max(this.#paidAt, now);
    this.#paidAt = start + bytes / this.#bytesPerMs;
    if (start > now) await this.#clock.pause(start - now, signal);
  }
}
