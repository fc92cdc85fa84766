import { atlasTime } from '../kernel/clock.ts';
import type { FailureReason } from '../kernel/failure-reason.ts';
import type { Id } from '../kernel/ids.ts';
import type { JsonObject } from '../kernel/json.ts';

/** Why a job waits, and until when. */
export interface WaitingJob {
  readonly reason: FailureReason;
  /** Attempts that have failed so far. */
  readonly failures: number;
  /** In milliseconds since the Unix epoch. */
  readonly nextAttemptAt: number;
}

/**
 * The reasons of waiting that cannot be written, such as on a full disk. The process that runs the jobs has them in
 * memory, and forgets them when the database writes again.
 */
export interface UnwrittenWaits {
  /** Attempts that have ended. */
  readonly attempts: Map<Id, WaitingJob>;
  /** Why no job that is due can be taken. */
  queue: Omit<WaitingJob, 'failures'> | undefined;
}

/** The attribute `waiting` of a resource of the extension API. */
export function encodeWaiting({ reason, failures, nextAttemptAt }: WaitingJob): JsonObject {
  return {
    errorCode: reason.code,
    failures,
    message: reason.message,
    nextAttemptAt: atlasTime(nextAttemptAt),
  };
}
