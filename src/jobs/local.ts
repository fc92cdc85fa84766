import type { Clock } from '../kernel/clock.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import type { Database } from '../metastore/index.ts';
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
  /** How often to look for jobs whose pause is over, in milliseconds; a new job is seen at once. 1000 when absent. */
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
  return {
    queue: {
      async enqueue(transaction, kind, payload) {
        await insertJob(transaction, kind, payload, clock.now());
        // The worker's look waits for the one connection, which is free when this transaction has ended.
        for (const wake of wakers) wake();
      },
    },
    createWorker: (handlers) =>
      createLocalWorker({ database, clock, logger, concurrency, pollMs, heartbeatMs, maxFailures, handlers, wakers }),
  };
}
