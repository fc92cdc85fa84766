import type { Clock } from '../kernel/clock.ts';

const MINUTE_MS = 60_000;
/** About 20 MB. Beyond it the clients of an address that are new in this minute share one count. */
const MAX_COUNTS = 100_000;

/** A limit of the requests of one client from one address in a minute. */
export interface MinuteLimit {
  /** Counts a request. @returns false if it is one too many. */
  take(address: string, client: string): boolean;
}

export function createMinuteLimit(clock: Clock, limit: number, maxCounts = MAX_COUNTS): MinuteLimit {
  let counts = new Map<string, number>();
  let minute = 0;
  return {
    take(address, client) {
      const now = Math.floor(clock.now() / MINUTE_MS);
      if (now !== minute) counts = new Map();
      minute = now;
      const own = `${address} ${client}`;
      const key = counts.has(own) || counts.size < maxCounts ? own : address;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= limit;
    },
  };
}
