import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** The number of tries of a request, and the pauses between them. */
export interface RetryPolicy {
  /** The number of tries, at least 1. The first try counts. */
  readonly tries: number;
  /** The pause after the first failure. Each further pause is twice as long. Half of a pause is random. */
  readonly firstPauseMs: number;
}

/** Seven pauses, together about 25 s, because a restarting service is back by then. Longer failures are left to the job. */
const DEFAULT_POLICY: RetryPolicy = { tries: 8, firstPauseMs: 200 };

/** Repeats a call until it succeeds, throws a permanent error, or has used all tries. */
export type Retry = <T>(call: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Creates the retry of a policy. @param mayPass whether the same call may succeed after the thrown error. */
export function createRetry(mayPass: (thrown: unknown) => boolean, policy: RetryPolicy = DEFAULT_POLICY): Retry {
  return async (call, signal) => {
    for (let failures = 1; ; failures++) {
      signal?.throwIfAborted();
      try {
        return await call();
      } catch (thrown) {
        if (failures >= policy.tries || !mayPass(thrown)) throw thrown;
      }
      await pause(policy.firstPauseMs * 2 ** (failures - 1), signal);
    }
  };
}

/** Waits. Half of the time is random, because clients that lost the same server must not all return at the same moment. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const half = Math.ceil(ms / 2);
  try {
    await sleep(half + randomInt(half + 1), undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}
