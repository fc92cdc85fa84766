import type { JsonObject } from '../kernel/json.ts';
import type { Transaction } from '../metastore/index.ts';

/** Puts work into the queue in the caller's own transaction, so that a row and its job are written together or not at all. */
export interface JobQueue {
  /**
   * Workers are woken when the transaction is committed, and in time for `runAt`.
   * @param kind names the handler that runs it.
   * @param payload ids only: what the job needs, it loads.
   */
  enqueue(transaction: Transaction, kind: string, payload: JsonObject, options?: EnqueueOptions): Promise<void>;
}

export interface EnqueueOptions {
  /** The job is not run before this time, in milliseconds since the Unix epoch. Now when absent. */
  readonly runAt?: number;
}

/** One attempt at a job. */
export interface JobContext {
  readonly payload: JsonObject;
  /** From 1; a later attempt has a higher number. */
  readonly attempt: number;
  /** Aborts when the worker stops or the lease is lost. */
  readonly signal: AbortSignal;
  /**
   * Throws unless this attempt still holds the job. To be called first in every transaction that the attempt writes in:
   * a worker that lost its lease then changes nothing.
   */
  fence(transaction: Transaction): Promise<void>;
}

/**
 * Runs one kind of job. Must be idempotent: after a crash it is run again from the start.
 * A transient AppError is tried again later with growing pauses; any other error ends the job.
 */
export interface JobHandler {
  run(context: JobContext): Promise<void>;
  /** The job has failed for good: the last word, written in the transaction that ends the job. */
  failed(transaction: Transaction, payload: JsonObject, error: unknown): Promise<void>;
  /** Makes the kind recurring. */
  readonly nextRun?: NextRun;
}

/**
 * When a recurring kind is run next, given when its last run began: a later time, both in milliseconds since the Unix epoch.
 * Exactly one job of a recurring kind waits or runs, with an empty payload. The worker makes it when the kind is new, runs
 * it at once, and schedules it anew whenever it ends, also where it has failed for good. One run catches up all those
 * that were missed while no worker ran, because the next time is counted from the run that really began.
 */
export type NextRun = (after: number) => number;

/** Runs a recurring kind every so many milliseconds. */
export function every(intervalMs: number): NextRun {
  return (after) => after + intervalMs;
}

export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** Takes jobs and runs them until it is stopped. */
export interface JobWorker {
  start(): void;
  /** Aborts what runs, waits for it to end, and leaves it to be run again. */
  stop(): Promise<void>;
}
