/** The source of the current time. Tests replace it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Formats a time as Atlas does: `YYYY-MM-DDTHH:MM:SSZ`, in UTC, without milliseconds. @param ms since the Unix epoch. */
export function atlasTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
