import { AppError } from '../kernel/errors.ts';
import type { FailureReason } from '../kernel/failure-reason.ts';
import type { RetrySchedule } from './contract.ts';

const FIRST_PAUSE_MS = 1000;
/** The upper limit of a pause. A job continues this soon after a store is back. */
const LONGEST_PAUSE_MS = 2 * 60_000;

/** The number of failures after which a job is given up. With the pauses above, that takes more than an hour. */
const MAX_FAILURES = 40;

/** Returns the retries of the kinds that have none of their own. The pause begins at 1 s, doubles, and ends at 2 minutes. */
export function usualRetries(maxFailures = MAX_FAILURES): RetrySchedule {
  return {
    maxFailures,
    pauseAfter: (failures) => Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS),
    longestPauseMs: LONGEST_PAUSE_MS,
  };
}

/** The error of a job that has failed too often. */
export function givenUp({ kind, failures, lastError }: GivenUpJob): AppError {
  const why = lastError?.message ?? 'each of them ended with the process that ran it';
  return new AppError({
    code: 'JOB_GIVEN_UP',
    message: `the job (${kind}) was given up after ${failures} failed attempts: ${why}`,
    hint: 'Look at each attempt in the log of the server. If a process ended, check memory and disk first.',
  });
}

interface GivenUpJob {
  readonly kind: string;
  readonly failures: number;
  readonly lastError: FailureReason | undefined;
}
