import type { Clock } from '../kernel/clock.ts';
import { failureReason } from '../kernel/failure-reason.ts';
import type { Id } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../metastore/index.ts';
import { runAttempt } from './attempt.ts';
import type { JobHandlers, JobWorker, RetrySchedule } from './contract.ts';
import { bringForward, earliestRunAt, ensureRecurring, leaseLost, leaseNext, releaseAbandoned } from './job-table.ts';
import type { RunningAttempts } from './running-attempts.ts';
import type { UnwrittenWaits } from './waiting.ts';

export interface LocalWorkerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly concurrency: number;
  readonly pollMs: number;
  readonly heartbeatMs: number;
  /** The retries of the kinds that have none of their own. */
  readonly retries: RetrySchedule;
  readonly handlers: JobHandlers;
  /** The worker adds the attempts that it runs. */
  readonly attempts: RunningAttempts;
  /** The worker adds a function that makes it look for jobs at once. */
  readonly wakers: Set<() => void>;
  /** The worker notes here what keeps jobs waiting while it cannot be written. */
  readonly unwritten: UnwrittenWaits;
}

/** Creates a worker. It looks for jobs when woken, when a job is due, and every `pollMs`, and runs up to `concurrency` jobs. */
export function createLocalWorker(options: LocalWorkerOptions): JobWorker {
  const { database, clock, logger, handlers, wakers, unwritten } = options;
  const kinds = Object.keys(handlers);
  const running = new Map<Id, Promise<void>>();
  const stopping = new AbortController();
  let nextLook: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let lookAgain = false;
  let isLooking = false;
  let isPrepared = false;
  /** The code of the error because of which the last look took no job. */
  let refusal: string | undefined;
  /** The time of the last look, which shows a clock that was set back. */
  let lookedAt = Number.NEGATIVE_INFINITY;

  function wake(): void {
    lookAgain = true;
    if (isLooking) return;
    isLooking = true;
    looking = look();
  }

  async function look(): Promise<void> {
    clearTimeout(nextLook);
    let pauseMs = options.pollMs;
    while (lookAgain && !stopping.signal.aborted) {
      lookAgain = false;
      try {
        if (!isPrepared) await prepare();
        else if (clock.now() < lookedAt) await followClock();
        lookedAt = clock.now();
        while (running.size < options.concurrency && (await takeOne()));
        pauseMs = await untilNextJob();
        if (refusal !== undefined) logger.info('Jobs can be taken again');
        refusal = undefined;
        for (const kind of kinds) unwritten.kinds.delete(kind);
      } catch (thrown) {
        const reason = failureReason(thrown);
        // The next look fails in the same way, and one line a second would hide the others.
        if (refusal !== reason.code) logger.error('No job can be taken', { error: thrown });
        refusal = reason.code;
        const nextAttemptAt = clock.now() + options.pollMs;
        for (const kind of kinds) unwritten.kinds.set(kind, { reason, nextAttemptAt });
      }
    }
    // No call of `wake` is lost, because this runs in the same turn as the last check of `lookAgain`.
    isLooking = false;
    if (!stopping.signal.aborted) nextLook = setTimeout(wake, pauseMs);
  }

  /** Returns the pause in milliseconds. A fully busy worker is woken by the end of an attempt. */
  async function untilNextJob(): Promise<number> {
    if (running.size >= options.concurrency) return options.pollMs;
    const runAt = await earliestRunAt(database, kinds, [...running.keys()]);
    return runAt === undefined ? options.pollMs : Math.min(Math.max(runAt - clock.now(), 0), options.pollMs);
  }

  /** Abandoned and recurring jobs. */
  async function prepare(): Promise<void> {
    await releaseAbandoned(database, kinds);
    await followClock();
    isPrepared = true;
  }

  /** Creates the missing jobs of recurring kinds, and brings forward all jobs that a wrong clock has put too far into the future. */
  async function followClock(): Promise<void> {
    const now = clock.now();
    // One transaction waits for the disk once, and a start has two or three statements for each kind.
    await database.transaction().execute(async (transaction) => {
      for (const [kind, { nextRun, retries = options.retries }] of Object.entries(handlers)) {
        await bringForward(transaction, kind, { now, longestPauseMs: retries.longestPauseMs });
        if (nextRun !== undefined) await ensureRecurring(transaction, kind, { now, nextRunAt: nextRun(now) });
      }
    });
  }

  async function takeOne(): Promise<boolean> {
    if (stopping.signal.aborted) return false;
    const job = await leaseNext(database, kinds, [...running.keys()], clock);
    if (job === undefined) return false;
    const cancelled = new AbortController();
    const attempt = runAttempt({ ...options, job, stopping: stopping.signal, cancelled: cancelled.signal })
      .catch((thrown: unknown) => {
        logger.error('The end of a job could not be written', { kind: job.kind, jobId: job.id, error: thrown });
      })
      .finally(() => {
        running.delete(job.id);
        wake();
      });
    running.set(job.id, attempt);
    options.attempts.add({ job, ended: attempt, cancel: () => cancelled.abort(leaseLost(job)) });
    return true;
  }

  return {
    start() {
      if (kinds.length === 0) return;
      wakers.add(wake);
      wake();
    },

    async stop() {
      stopping.abort();
      await looking;
      wakers.delete(wake);
      clearTimeout(nextLook);
      await looking;
      await Promise.all(running.values());
    },
  };
}
