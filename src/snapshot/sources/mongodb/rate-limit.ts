import { setTimeout as pauseFor } from 'node:timers/promises';

/** What a rate limit counts with: milliseconds of a clock that never goes back. */
export interface RateClock {
  now(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: RateClock = {
  now: () => performance.now(),
  pause: async (ms, signal) => await pauseFor(ms, undefined, { signal }),
};

/** Keeps all readers of a deployment together to so many bytes a second; what was not used is not saved up. */
export class RateLimit {
  readonly #bytesPerMs: number;
  readonly #clock: RateClock;
  /** When the bytes taken so far are paid for. */
  #paidAt = 0;

  constructor(bytesPerSecond: number, clock: RateClock = SYSTEM_CLOCK) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#clock = clock;
  }

  /** Waits until the bytes that were taken before are paid for. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const start = Math.max(this.#paidAt, now);
    this.#paidAt = start + bytes / this.#bytesPerMs;
    if (start > now) await this.#clock.pause(start - now, signal);
  }
}
