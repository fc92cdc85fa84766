import type { Clock } from '../kernel/clock.ts';
import type { RateLimitSet } from './operation.ts';

export const INTERVAL_SECONDS = 60;

/** The capacity of a bucket in tokens, and its refill in tokens for each 60 s. */
interface Limit {
  readonly capacity: number;
  readonly refill: number;
}

/** The limits of Atlas's rate limit sets. Each project, organization or key has its own bucket for a set. */
export const LIMITS: Readonly<Record<RateLimitSet, Limit>> = {
  cloudBackups: { capacity: 1200, refill: 500 },
  cloudProviderAccess: { capacity: 2000, refill: 1000 },
  clusters: { capacity: 10_000, refill: 5000 },
  groups: { capacity: 1200, refill: 500 },
  orgs: { capacity: 500, refill: 250 },
  listOrgs: { capacity: 300, refill: 100 },
  orgSettings: { capacity: 10, refill: 5 },
  root: { capacity: 300, refill: 100 },
};

export interface RateLimitVerdict {
  readonly allowed: boolean;
  readonly capacity: number;
  readonly refill: number;
  readonly intervalSeconds: number;
  /** Whole tokens left after this request. */
  readonly remaining: number;
  /** Whole seconds until the bucket has a token; 0 if the request is allowed. */
  readonly retryAfterSeconds: number;
}

/** Token buckets with a continuous refill. */
export interface RateLimiter {
  /** Takes a token. @param owner the project, organization or key whose bucket is used. */
  take(set: RateLimitSet, owner: string): RateLimitVerdict;
}

interface Bucket {
  tokens: number;
  /** Milliseconds since the Unix epoch. */
  updatedAt: number;
  readonly limit: Limit;
}

const MIN_SWEEP_SIZE = 1024;

export function createRateLimiter(clock: Clock): RateLimiter {
  const buckets = new Map<string, Bucket>();
  let sweepAt = MIN_SWEEP_SIZE;

  // Drops full buckets, because a missing bucket counts as full.
  const sweep = (now: number): void => {
    for (const [key, bucket] of buckets) {
      if (tokensAt(bucket, now) >= bucket.limit.capacity) buckets.delete(key);
    }
    sweepAt = Math.max(MIN_SWEEP_SIZE, 2 * buckets.size);
  };

  return {
    take(set, owner) {
      const now = clock.now();
      const limit = LIMITS[set];
      const key = `${set} ${owner}`;
      const bucket = buckets.get(key) ?? { tokens: limit.capacity, updatedAt: now, limit };
      const tokens = tokensAt(bucket, now);
      const allowed = tokens >= 1;
      bucket.tokens = allowed ? tokens - 1 : tokens;
      bucket.updatedAt = now;
      buckets.set(key, bucket);
      if (buckets.size > sweepAt) sweep(now);
      return {
        allowed,
        ...limit,
        intervalSeconds: INTERVAL_SECONDS,
        remaining: Math.floor(bucket.tokens),
        retryAfterSeconds: allowed ? 0 : Math.ceil(((1 - tokens) * INTERVAL_SECONDS) / limit.refill),
      };
    },
  };
}

function tokensAt({ tokens, updatedAt, limit }: Bucket, now: number): number {
  const seconds = Math.max(0, now - updatedAt) / 1000;
  return Math.min(limit.capacity, tokens + (seconds * limit.refill) / INTERVAL_SECONDS);
}
