import { AppError } from '../kernel/errors.ts';

const FIRST_PAUSE_MS = 1000;
/** A store that was away is noticed to be back within this. */
const LONGEST_PAUSE_MS = 5 * 60_000;

/** With the pauses below, a transient error may go on for more than an hour before a job is given up. */
export const MAX_FAILURES = 20;

/** Milliseconds to wait after the n-th failed attempt (from 1): a second, and twice as long each time, up to 5 minutes. */
export function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}

/** Whether trying again later may help. */
export function isTransient(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.transient;
}

/** The last word on a job that has failed too often. */
export function givenUp({ kind, failures, lastError }: GivenUpJob): AppError {
  const why = lastError ?? 'each of them ended with the process that ran it';
  return new AppError({
    code: 'JOB_GIVEN_UP',
    message: `the job (${kind}) was given up after ${failures} failed attempts: ${why}`,
    hint: 'The log of the server tells of each attempt; where a process ended, look at memory and disk first.',
  });
}

interface GivenUpJob {
  readonly kind: string;
  readonly failures: number;
  readonly lastError: string | undefined;
}
