import { Type } from 'typebox';
import { atlasTime } from '../kernel/clock.ts';
import type { FailureReason } from '../kernel/failure-reason.ts';
import type { Id } from '../kernel/ids.ts';
import type { JsonObject } from '../kernel/json.ts';

/** Why the last attempt at a job failed, and when the next one begins. */
export interface WaitingJob {
  readonly reason: FailureReason;
  /** Attempts that have failed so far. */
  readonly failures: number;
  /** In milliseconds since the Unix epoch; undefined while the next attempt runs. */
  readonly nextAttemptAt: number | undefined;
}

/**
 * The reasons of waiting that cannot be written, such as on a full disk. The process that runs the jobs has them in
 * memory, and forgets them when the database writes again.
 */
export interface UnwrittenWaits {
  /** Attempts that have ended. */
  readonly attempts: Map<Id, WaitingJob>;
  /** Why no due job of a kind can be taken. */
  readonly kinds: Map<string, { readonly reason: FailureReason; readonly nextAttemptAt: number }>;
}

const failure = { errorCode: Type.String(), failures: Type.Integer(), message: Type.String() };

/** The schemas of the attributes that `encodeWaiting` gives. */
export const waitingProperties = {
  lastFailure: Type.Optional(Type.Object(failure)),
  waiting: Type.Optional(Type.Object({ ...failure, nextAttemptAt: Type.String({ format: 'date-time' }) })),
};

/**
 * The attribute of a resource of the extension API: `waiting` until the next attempt begins, and `lastFailure` while that
 * attempt runs.
 */
export function encodeWaiting(job: WaitingJob | undefined): JsonObject {
  if (job === undefined) return {};
  const { reason, failures, nextAttemptAt } = job;
  const failure = { errorCode: reason.code, failures, message: reason.message };
  if (nextAttemptAt === undefined) return { lastFailure: failure };
  return { waiting: { ...failure, nextAttemptAt: atlasTime(nextAttemptAt) } };
}
