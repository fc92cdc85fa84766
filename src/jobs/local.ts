import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import { afterCommit, type Database } from '../metastore/index.ts';
import type { JobHandlers, JobQueue, JobWorker } from './contract.ts';
import { deleteJobs, hasWork, insertJob, makeDue, selectWaiting } from './job-table.ts';
import { createLocalWorker } from './local-worker.ts';
import { usualRetries } from './retry.ts';
import { RunningAttempts } from './running-attempts.ts';
import type { UnwrittenWaits } from './waiting.ts';

export interface LocalJobsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** The number of jobs that run at the same time; absent: 2. */
  readonly concurrency?: number;
  /**
   * The longest time between two looks for due jobs, in milliseconds; absent: 1000. A worker looks earlier for known jobs.
   * Polling finds jobs with an expired lease, and notices a clock that was set. Also the
   * time between two tries to write what the database did not take.
   */
  readonly pollMs?: number;
  /** The interval of heartbeats, which renew the lease of a running attempt, in milliseconds; absent: 10 000. */
  readonly heartbeatMs?: number;
  /** The number of failed attempts after which a job is given up; absent: as retry.ts says. A kind may have a number of its own. */
  readonly maxFailures?: number;
}

/** The queue and the workers of one process that no other process shares the database with. */
export interface LocalJobs {
  readonly queue: JobQueue;
  /** Whether a job runs or is due. */
  hasWork(): Promise<boolean>;
  /** Creates a worker for the kinds of these handlers. @param options.concurrency absent: that of the queue. */
  createWorker(handlers: JobHandlers, options?: { readonly concurrency: number }): JobWorker;
}

/** Creates a queue in the metadata database, for embedded mode, in which one process has the data directory. */
export function createLocalJobs(options: LocalJobsOptions): LocalJobs {
  const { database, clock, logger = silentLogger } = options;
  const { concurrency = 2, pollMs = 1000, heartbeatMs = 10_000 } = options;
  const retries = usualRetries(options.maxFailures);
  const unwritten: UnwrittenWaits = { attempts: new Map(), kinds: new Map() };
  const wakers = new Set<() => void>();
  const attempts = new RunningAttempts();
  const wakeWorkers = (): void => {
    for (const wake of wakers) wake();
  };
  return {
    queue: {
      async enqueue(transaction, kind, payload, { runAt } = {}) {
        const now = clock.now();
        await insertJob(transaction, { id: newId(now), kind, payload, runAt: runAt ?? now, createdAt: now });
        await afterCommit(transaction, wakeWorkers);
      },
      async cancel(transaction, kind, payload) {
        const ids = await deleteJobs(transaction, kind, payload);
        await afterCommit(transaction, () => attempts.cancel(ids));
      },
      async retryNow(transaction, kind, payload) {
        await makeDue(transaction, { kind, payload, now: clock.now() });
        await afterCommit(transaction, wakeWorkers);
      },
      untilIdle: (kind, payload) => attempts.ended(kind, payload),
      waiting: (kind, payloads) => selectWaiting(database, { kind, payloads }, { unwritten, now: clock.now() }),
    },
    hasWork: () => hasWork(database, clock.now()),
    createWorker: (handlers, own = { concurrency }) =>
      createLocalWorker({
        database,
        clock,
        logger,
        concurrency: own.concurrency,
        pollMs,
        heartbeatMs,
        retries,
        handlers,
        wakers,
        attempts,
        unwritten,
      }),
  };
}
