import type { JsonObject } from '../kernel/json.ts';
import type { Transaction } from '../metastore/index.ts';
import type { WaitingJob } from './waiting.ts';

/** Enqueues jobs in the caller's transaction, because a row and its job must be written together or not at all. */
export interface JobQueue {
  /**
   * Enqueues a job. Workers are woken after the commit and at `runAt`.
   * @param kind names the handler that runs the job.
   * @param payload holds ids only. The job loads the rows itself.
   */
  enqueue(transaction: Transaction, kind: string, payload: JsonObject, options?: EnqueueOptions): Promise<void>;
  /**
   * Returns why the last attempts at jobs failed and when the next ones begin, and what due jobs wait for that cannot be taken.
   * @param payloads as they were enqueued.
   * @returns an element for each payload; undefined for a job without a failed attempt, and for one that has ended.
   */
  waiting(kind: string, payloads: readonly JsonObject[]): Promise<readonly (WaitingJob | undefined)[]>;
  /**
   * Removes a job in the caller's transaction. From the commit on, the fence stops a running attempt, and the attempt is
   * aborted. `failed` of the handler is not called. Does nothing if the job has ended.
   */
  cancel(transaction: Transaction, kind: string, payload: JsonObject): Promise<void>;
  /**
   * Lets the next attempt at a waiting job begin at once, because what it waited for was changed. Does nothing if the job runs, is due
   * or has ended.
   */
  retryNow(transaction: Transaction, kind: string, payload: JsonObject): Promise<void>;
  /** Resolves when no attempt at the job runs in this process. Call it after a cancellation was committed. */
  untilIdle(kind: string, payload: JsonObject): Promise<void>;
}

export interface EnqueueOptions {
  /** The earliest time of the run, in milliseconds since the Unix epoch; absent: now. */
  readonly runAt?: number;
}

/** One attempt at a job. */
export interface JobContext {
  readonly payload: JsonObject;
  /** Starts at 1. A later attempt has a higher number. */
  readonly attempt: number;
  /** Aborts when the worker stops or the lease is lost. */
  readonly signal: AbortSignal;
  /**
   * Throws unless this attempt still holds the job. Call it first in every writing transaction of the attempt, because a
   * worker that has lost its lease must not change anything.
   */
  fence(transaction: Transaction): Promise<void>;
  /** Says what the attempt is about and has done. The log line of its end has these fields; `bytes` also gives a rate. */
  readonly report: (figures: JobFigures) => void;
}

/** Names and counts of an attempt, for the log. */
export type JobFigures = Readonly<Record<string, string | number>>;

/**
 * Runs one kind of job. The handler must be idempotent, because a job starts again from the beginning after a crash.
 * After a transient AppError the job is retried with growing pauses. Any other error ends the job.
 */
export interface JobHandler {
  run(context: JobContext): Promise<void>;
  /** Records that the job has failed for good, in the transaction that ends the job. */
  failed(transaction: Transaction, payload: JsonObject, error: unknown): Promise<void>;
  /** When a failed attempt is made again; absent: with growing pauses for more than an hour, as retry.ts says. */
  readonly retries?: RetrySchedule;
  /** Present: the kind is recurring. */
  readonly nextRun?: NextRun;
}

/** The pauses between the attempts at a job that fail for a transient reason. */
export interface RetrySchedule {
  /** The number of failures after which the job is given up. */
  readonly maxFailures: number;
  /** Returns the pause after the n-th failure in milliseconds, n from 1. */
  pauseAfter(failures: number): number;
  /** The longest of the pauses in milliseconds. A job that waits longer is brought forward, because the clock must have been wrong. */
  readonly longestPauseMs: number;
}

/**
 * Returns the next time of a recurring kind, given the start of its last run. Both are milliseconds since the Unix epoch, and
 * the next time is later. A recurring kind has exactly one job, with an empty payload, which waits or runs. The worker
 * creates the job when the kind is new, runs it at once, and schedules it again after every end, also after a failure. One
 * run makes up for all runs that were missed while no worker ran, because the next time counts from the last real start.
 */
export type NextRun = (after: number) => number;

/** Returns a schedule with a fixed interval in milliseconds. */
export function every(intervalMs: number): NextRun {
  return (after) => after + intervalMs;
}

export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** Takes jobs and runs them until `stop` is called. */
export interface JobWorker {
  start(): void;
  /** Aborts the running attempts and waits for their end. Their jobs are run again later. */
  stop(): Promise<void>;
}
