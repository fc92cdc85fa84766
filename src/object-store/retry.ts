import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a request is made, and how long the driver waits in between. */
export interface RetryPolicy {
  /** With the first one; at least 1. */
  readonly tries: number;
  /** The pause after the first failure; each one after it is twice as long. Half of a pause is random. */
  readonly firstPauseMs: number;
}

/** Seven pauses of 25 seconds together: a service that restarts is back by then. What takes longer is a matter of the job. */
const DEFAULT_POLICY: RetryPolicy = { tries: 8, firstPauseMs: 200 };

/** Makes a call until it succeeds, fails for good or has failed as often as the policy allows. */
export type Retry = <T>(call: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** @param mayPass whether what was thrown may be gone when the same call is made again. */
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

/** Many clients that lost one server must not all come back at one moment, hence the random half. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const half = Math.ceil(ms / 2);
  try {
    await sleep(half + randomInt(half + 1), undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}
