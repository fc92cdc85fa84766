/** The one door to the time, so that tests can stand in for it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** `YYYY-MM-DDTHH:MM:SSZ`, the way Atlas writes times: UTC, no milliseconds. `ms` is since the Unix epoch. */
export function atlasTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
