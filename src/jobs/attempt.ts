import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../kernel/clock.ts';
import { isTransient } from '../kernel/errors.ts';
import { failureReason } from '../kernel/failure-reason.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../metastore/index.ts';
import { AttemptLog } from './attempt-log.ts';
import type { JobHandler, JobHandlers, RetrySchedule } from './contract.ts';
import {
  deleteJob,
  extendLease,
  isRecurring,
  LEASE_MS,
  leaseLost,
  releaseJob,
  requireLease,
  type LeasedJob,
} from './job-table.ts';
import { givenUp } from './retry.ts';
import type { UnwrittenWaits } from './waiting.ts';

export interface AttemptOptions {
  readonly job: LeasedJob;
  readonly handlers: JobHandlers;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly heartbeatMs: number;
  /** The retries of the kinds that have none of their own. */
  readonly retries: RetrySchedule;
  /** The time between two tries to write how the attempt ended, in milliseconds. */
  readonly pollMs: number;
  readonly unwritten: UnwrittenWaits;
  /** Aborts when the worker stops. */
  readonly stopping: AbortSignal;
  /** Aborts when the job was removed. */
  readonly cancelled: AbortSignal;
}

/** Runs a leased job and records the result: ended, failed, or to be run again. */
export async function runAttempt(options: AttemptOptions): Promise<void> {
  const { job, database, clock, stopping } = options;
  const handler = options.handlers[job.kind];
  if (handler === undefined) throw new Error(`a job of the unknown kind ${job.kind} was leased`);
  const { retries = options.retries } = handler;
  const log = new AttemptLog(options);
  const startedAt = clock.now();

  if (job.failures >= retries.maxFailures) {
    await fail(options, handler, log, startedAt, givenUp(job));
    return;
  }
  log.begins();
  try {
    await runWithHeartbeat(options, handler, log);
  } catch (thrown) {
    if (options.cancelled.aborted) {
      log.wasCancelled();
      return;
    }
    if (stopping.aborted) {
      await releaseJob(database, job, { runAt: clock.now(), failures: job.failures, lastError: job.lastError });
      log.wasStopped();
      return;
    }
    const failures = job.failures + 1;
    if (isTransient(thrown) && failures < retries.maxFailures) {
      await retryLater(options, log, { failures, pauseMs: retries.pauseAfter(failures) }, thrown);
      return;
    }
    await fail(options, handler, log, startedAt, thrown);
    return;
  }
  await writeEnd(options, job.failures, () => endJob(database, job, handler, startedAt));
  log.hasSucceeded();
}

/**
 * Writes the end of an attempt. If the database cannot write for a while, such as on a full disk, the write is retried
 * and the job waits. No other attempt begins in the meantime, because this worker still holds the job.
 */
async function writeEnd<Result>(
  options: AttemptOptions,
  failures: number,
  write: () => Promise<Result>,
): Promise<Result> {
  const { job, clock, logger, pollMs, unwritten, stopping } = options;
  try {
    for (;;) {
      try {
        return await write();
      } catch (thrown) {
        if (!isTransient(thrown) || stopping.aborted) throw thrown;
        if (!unwritten.attempts.has(job.id)) {
          logger.error('The end of an attempt cannot be written yet', { kind: job.kind, jobId: job.id, error: thrown });
        }
        const nextAttemptAt = clock.now() + pollMs;
        unwritten.attempts.set(job.id, { reason: failureReason(thrown), failures, nextAttemptAt });
        await sleep(pollMs, undefined, { signal: stopping }).catch(() => undefined);
      }
    }
  } finally {
    unwritten.attempts.delete(job.id);
  }
}

/** Removes the job. The job of a recurring kind is kept and scheduled for its next run. */
async function endJob(database: Database, job: LeasedJob, handler: JobHandler, startedAt: number): Promise<void> {
  if (handler.nextRun === undefined || !isRecurring(job)) await deleteJob(database, job);
  else await releaseJob(database, job, { runAt: handler.nextRun(startedAt), failures: 0, lastError: undefined });
}

async function runWithHeartbeat(options: AttemptOptions, handler: JobHandler, log: AttemptLog): Promise<void> {
  const { job, database, clock, logger, heartbeatMs, stopping, cancelled } = options;
  const lost = new AbortController();
  let extendedAt = clock.now();
  async function beat(): Promise<void> {
    const now = clock.now();
    try {
      if (await extendLease(database, job, now)) extendedAt = now;
      else lost.abort(leaseLost(job));
    } catch (thrown) {
      // The lease may have expired and another attempt may have begun, so this attempt must stop writing.
      if (now - extendedAt >= LEASE_MS) lost.abort(isTransient(thrown) ? thrown : leaseLost(job));
      logger.warn('The lease of a job could not be extended', { kind: job.kind, jobId: job.id, error: thrown });
    }
  }
  let beating = Promise.resolve();
  const heartbeat = setInterval(() => {
    beating = beat();
  }, heartbeatMs);
  try {
    await handler.run({
      payload: job.payload,
      attempt: job.attempt,
      signal: AbortSignal.any([stopping, lost.signal, cancelled]),
      fence: (transaction) => requireLease(transaction, job, clock.now()),
      report: (figures) => log.report(figures),
    });
  } catch (thrown) {
    // A lost lease is reported as such, because the handler may have thrown an error of its own when it was aborted.
    lost.signal.throwIfAborted();
    throw thrown;
  } finally {
    clearInterval(heartbeat);
    await beating;
  }
}

async function retryLater(
  options: AttemptOptions,
  log: AttemptLog,
  { failures, pauseMs }: { readonly failures: number; readonly pauseMs: number },
  thrown: unknown,
): Promise<void> {
  const { job, database, clock } = options;
  log.isTriedAgain(pauseMs, thrown);
  const lastError = failureReason(thrown);
  await writeEnd(options, failures, () =>
    releaseJob(database, job, { runAt: clock.now() + pauseMs, failures, lastError }),
  );
}

/** Records that the job has failed for good. If the database cannot be written, the job is released and fails later. */
async function fail(
  options: AttemptOptions,
  handler: JobHandler,
  log: AttemptLog,
  startedAt: number,
  thrown: unknown,
): Promise<void> {
  const { job, database, clock, logger } = options;
  const write = async (): Promise<boolean> =>
    await database.transaction().execute(async (transaction) => {
      if (!(await extendLease(transaction, job, clock.now()))) return false;
      await handler.failed(transaction, job.payload, thrown);
      await endJob(transaction, job, handler, startedAt);
      return true;
    });
  const isOurs = await writeEnd(options, job.failures + 1, write).catch(async (cause: unknown) => {
    logger.error('The failure of a job could not be written', { kind: job.kind, jobId: job.id, error: cause });
    // As many failures as end the job, because the next attempt shall only write its end. A kind may have pauses of hours, which are too long here.
    const { retries = options.retries } = handler;
    const failures = Math.max(job.failures + 1, retries.maxFailures);
    await retryLater(options, log, { failures, pauseMs: options.retries.pauseAfter(failures) }, thrown);
    return false;
  });
  if (isOurs) log.hasFailed(thrown);
}
