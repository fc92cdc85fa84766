import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import { afterCommit, type Database } from '../metastore/index.ts';
import type { JobHandlers, JobQueue, JobWorker } from './contract.ts';
import { insertJob } from './job-table.ts';
import { createLocalWorker } from './local-worker.ts';
import { MAX_FAILURES } from './retry.ts';

export interface LocalJobsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Jobs that run at the same time; 2 when absent. */
  readonly concurrency?: number;
  /**
   * The longest time between two looks for due jobs, in milliseconds; 1000 when absent. A worker looks earlier for the jobs
   * that it knows of. The poll finds those whose worker gave no sign of life, and follows a clock that was set.
   */
  readonly pollMs?: number;
  /** How often a running attempt gives a sign of life, in milliseconds. 10 000 when absent. */
  readonly heartbeatMs?: number;
  /** Attempts that may fail before a job is given up. */
  readonly maxFailures?: number;
}

/** The queue and the worker of one process that is alone with its database. */
export interface LocalJobs {
  readonly queue: JobQueue;
  /** A worker for these kinds of jobs. */
  createWorker(handlers: JobHandlers): JobWorker;
}

/** Jobs in the metadata's own database: for the embedded mode, where one process has the data directory. */
export function createLocalJobs(options: LocalJobsOptions): LocalJobs {
  const { database, clock, logger = silentLogger } = options;
  const { concurrency = 2, pollMs = 1000, heartbeatMs = 10_000, maxFailures = MAX_FAILURES } = options;
  const wakers = new Set<() => void>();
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
    },
    createWorker: (handlers) =>
      createLocalWorker({ database, clock, logger, concurrency, pollMs, heartbeatMs, maxFailures, handlers, wakers }),
  };
}
