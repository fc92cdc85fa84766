import { uptime } from 'node:os';

/** The source of the current time. Tests replace it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Milliseconds since some moment before the process began. Nobody sets this clock, so its differences are the time that has passed,
   * also while the machine slept. Absent: nobody sets the clock at all.
   */
  elapsed?(): number;
}

export const systemClock: Clock = { now: () => Date.now(), elapsed: () => uptime() * 1000 };

/**
 * A clock for durations: it never goes back. When the other clock is set back, this one goes on, and stays ahead by that much. Measure no
 * duration by the time of day, because it would last longer by as much as the clock was set back.
 */
export function steadyClock(clock: Clock): Clock {
  let last = clock.now();
  let ahead = 0;
  return {
    now() {
      const now = clock.now();
      ahead += Math.max(0, last - now);
      last = now;
      return now + ahead;
    },
  };
}

/** Formats a time as Atlas does: `YYYY-MM-DDTHH:MM:SSZ`, in UTC, without milliseconds. @param ms since the Unix epoch. */
export function atlasTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
