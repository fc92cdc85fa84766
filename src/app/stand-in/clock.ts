import type { Clock } from '../../kernel/clock.ts';

/** The latest time that ids can hold with room to spare: their seconds end in 2106. */
export const LATEST_MS = Date.UTC(2100, 0);

/** A clock that a tester advances. */
export interface AdjustableClock extends Clock {
  /** How far the clock is ahead of the real time. */
  offsetMs(): number;
  setOffset(offsetMs: number): void;
}

/** @param real the clock that goes on while nobody advances this one. */
export function adjustableClock(real: Clock): AdjustableClock {
  let offset = 0;
  return {
    now: () => real.now() + offset,
    offsetMs: () => offset,
    setOffset: (offsetMs) => {
      offset = offsetMs;
    },
  };
}
