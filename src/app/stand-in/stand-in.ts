import type { Clock } from '../../kernel/clock.ts';
import { adjustableClock, LATEST_MS, type AdjustableClock } from './clock.ts';
import { readClockOffset, writeClockOffset } from './directory.ts';
import { createFaults, type Faults } from './faults.ts';

/** What a tester has in hand: the time and the faults of a server that stands in for Atlas. */
export interface StandIn {
  readonly clock: AdjustableClock;
  readonly faults: Faults;
  /** Aborts when the server stops, so that no request waits any longer. */
  readonly closing: AbortSignal;
  close(): void;
  /** Goes on with the time of the data directory. Call it before anything reads the clock for a row. */
  open(dataDirectory: string): void;
  /** Advances the clock, and keeps the time in the data directory. @returns false if the time would be too late for ids. */
  advance(ms: number): boolean;
}

export function createStandIn(real: Clock): StandIn {
  const clock = adjustableClock(real);
  const closing = new AbortController();
  let directory: string | undefined;
  return {
    clock,
    faults: createFaults(closing.signal),
    closing: closing.signal,
    close: () => closing.abort(),
    open: (dataDirectory) => {
      directory = dataDirectory;
      clock.setOffset(readClockOffset(dataDirectory));
    },
    advance: (ms) => {
      if (directory === undefined) throw new Error('the stand-in has no data directory yet');
      if (clock.now() + ms > LATEST_MS) return false;
      const offset = clock.offsetMs() + ms;
      writeClockOffset(directory, offset);
      clock.setOffset(offset);
      return true;
    },
  };
}
