import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { FailureReason } from '../kernel/failure-reason.ts';
import type { Id } from '../kernel/ids.ts';
import type { JsonObject } from '../kernel/json.ts';
import { AnyObject, jsonTextReader } from '../kernel/json-reader.ts';
import { storedValue, type Database, type Schema, type Transaction } from '../metastore/index.ts';
import type { UnwrittenWaits, WaitingJob } from './waiting.ts';

/** The length of a lease. Each heartbeat renews it. */
export const LEASE_MS = 30_000;

const readPayload = jsonTextReader(AnyObject);

/** A job that this worker holds. */
export interface LeasedJob {
  readonly id: Id;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly attempt: number;
  readonly failures: number;
  /** The error of an earlier attempt; undefined if none was recorded. */
  readonly lastError: FailureReason | undefined;
}

export type Lease = Pick<LeasedJob, 'id' | 'attempt'>;

/** A new job. `runAt` is the earliest time of its run. Times are milliseconds since the Unix epoch. */
export interface NewJob {
  readonly id: Id;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly runAt: number;
  readonly createdAt: number;
}

export async function insertJob(database: Database, job: NewJob): Promise<void> {
  await database.insertInto('jobs').values(rowOf(job)).execute();
}

/** Whether the job is the only job of a recurring kind. Such a job has the kind as its id. */
export function isRecurring({ id, kind }: Pick<LeasedJob, 'id' | 'kind'>): boolean {
  return id === kind;
}

/**
 * Creates the job of a recurring kind if it is missing. An existing job with a later time is moved to `nextRunAt`, because
 * the interval may have been shortened or the clock set back.
 */
export async function ensureRecurring(
  database: Database,
  kind: string,
  { now, nextRunAt }: { readonly now: number; readonly nextRunAt: number },
): Promise<void> {
  await database
    .insertInto('jobs')
    .values(rowOf({ id: kind, kind, payload: {}, runAt: now, createdAt: now }))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ run_at: nextRunAt }).where('jobs.run_at', '>', nextRunAt),
    )
    .execute();
}

/**
 * Brings forward the jobs of a kind that a clock which was ahead has put too far into the future: those that it enqueued, and those
 * that it made wait for their next attempt. The job of a recurring kind has a time of its own.
 * @param longestPauseMs the longest time that a job waits for its next attempt.
 */
export async function bringForward(
  database: Database,
  kind: string,
  { now, longestPauseMs }: { readonly now: number; readonly longestPauseMs: number },
): Promise<void> {
  const ready = database
    .updateTable('jobs')
    .where('state', '=', 'ready')
    .where('kind', '=', kind)
    .whereRef('id', '!=', 'kind');
  await ready
    .set((row) => ({ run_at: row(row('run_at', '-', row.ref('created_at')), '+', now), created_at: now }))
    .where('created_at', '>', now)
    .execute();
  await ready
    .set({ run_at: now })
    .where('attempt', '>', 0)
    .where('run_at', '>', now + longestPauseMs)
    .execute();
}

function rowOf({ id, kind, payload, runAt, createdAt }: NewJob): Schema['jobs'] {
  return {
    id,
    kind,
    payload: JSON.stringify(payload),
    state: 'ready',
    attempt: 0,
    failures: 0,
    run_at: runAt,
    lease_expires_at: null,
    last_error: null,
    last_error_code: null,
    created_at: createdAt,
  };
}

/** Releases the jobs of a killed process. Only for a process that no other process shares the database with. */
export async function releaseAbandoned(database: Database, kinds: readonly string[]): Promise<void> {
  await database
    .updateTable('jobs')
    .set((row) => ({ state: 'ready', lease_expires_at: null, failures: row('failures', '+', 1) }))
    .where('state', '=', 'running')
    .where('kind', 'in', kinds)
    .execute();
}

/** Whether a job runs or is due. */
export async function hasWork(database: Database, now: number): Promise<boolean> {
  const row = await database
    .selectFrom('jobs')
    .select('id')
    .where((builder) =>
      builder.or([
        builder('state', '=', 'running'),
        builder.and([builder('state', '=', 'ready'), builder('run_at', '<=', now)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Takes the longest waiting job: one that is due, or one whose lease has expired.
 * @param except jobs that this process runs. They stay with it, even if the process was suspended until their lease expired.
 */
export async function leaseNext(
  database: Database,
  kinds: readonly string[],
  except: readonly Id[],
  clock: Clock,
): Promise<LeasedJob | undefined> {
  return await database.transaction().execute(async (transaction) => {
    const now = clock.now();
    const row = await transaction
      .selectFrom('jobs')
      .selectAll()
      .where('kind', 'in', kinds)
      .where((builder) =>
        builder.or([
          builder.and([builder('state', '=', 'ready'), builder('run_at', '<=', now)]),
          builder.and([builder('state', '=', 'running'), builder('lease_expires_at', '<', now)]),
        ]),
      )
      .$if(except.length > 0, (query) => query.where('id', 'not in', except))
      .orderBy('run_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const attempt = row.attempt + 1;
    const failures = row.failures + (row.state === 'running' ? 1 : 0);
    const taken = await transaction
      .updateTable('jobs')
      .set({ state: 'running', attempt, failures, lease_expires_at: now + LEASE_MS })
      .where('id', '=', row.id)
      .where('attempt', '=', row.attempt)
      .executeTakeFirstOrThrow();
    if (taken.numUpdatedRows === 0n) return undefined;
    return {
      id: row.id,
      kind: row.kind,
      payload: storedValue('jobs.payload', readPayload, row.payload),
      attempt,
      failures,
      lastError: lastErrorOf(row),
    };
  });
}

/** Returns the earliest time of the waiting jobs, in milliseconds since the Unix epoch. */
export async function earliestRunAt(
  database: Database,
  kinds: readonly string[],
  except: readonly Id[],
): Promise<number | undefined> {
  const row = await database
    .selectFrom('jobs')
    .select('run_at')
    .where('state', '=', 'ready')
    .where('kind', 'in', kinds)
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .orderBy('run_at')
    .limit(1)
    .executeTakeFirst();
  return row?.run_at;
}

/** Extends a lease. @returns false if the attempt does not hold the job any more. */
export async function extendLease(database: Database, lease: Lease, now: number): Promise<boolean> {
  const result = await database
    .updateTable('jobs')
    .set({ lease_expires_at: now + LEASE_MS })
    .where('id', '=', lease.id)
    .where('attempt', '=', lease.attempt)
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows > 0n;
}

/** Extends a lease, which locks the job's row for the transaction. @throws AppError `JOB_LEASE_LOST` */
export async function requireLease(transaction: Transaction, lease: Lease, now: number): Promise<void> {
  if (await extendLease(transaction, lease, now)) return;
  throw leaseLost(lease);
}

/** The error of a lost lease. It is transient, because the job must run again if no later attempt has taken it. */
export function leaseLost({ id, attempt }: Lease): AppError {
  return new AppError({
    code: 'JOB_LEASE_LOST',
    message: `attempt ${attempt} at job ${id} has lost the job, or may have lost it, to a later attempt`,
    transient: true,
  });
}

/** Removes an ended job. Its result is in the rows of the resource and in the log. */
export async function deleteJob(database: Database, lease: Lease): Promise<void> {
  await database.deleteFrom('jobs').where('id', '=', lease.id).where('attempt', '=', lease.attempt).execute();
}

/** Ends the lease. The job may run again at `runAt` or later. */
export async function releaseJob(
  database: Database,
  lease: Lease,
  next: { readonly runAt: number; readonly failures: number; readonly lastError: FailureReason | undefined },
): Promise<void> {
  await database
    .updateTable('jobs')
    .set({
      state: 'ready',
      run_at: next.runAt,
      failures: next.failures,
      lease_expires_at: null,
      last_error: next.lastError?.message ?? null,
      last_error_code: next.lastError?.code ?? null,
    })
    .where('id', '=', lease.id)
    .where('attempt', '=', lease.attempt)
    .execute();
}

/** Makes waiting jobs due. */
export async function makeDue(
  transaction: Transaction,
  { kind, payload, now }: { readonly kind: string; readonly payload: JsonObject; readonly now: number },
): Promise<void> {
  await transaction
    .updateTable('jobs')
    .set({ run_at: now })
    .where('kind', '=', kind)
    .where('payload', '=', JSON.stringify(payload))
    .where('state', '=', 'ready')
    .where('run_at', '>', now)
    .execute();
}

/** Removes jobs, also running ones. @returns their ids. */
export async function deleteJobs(transaction: Transaction, kind: string, payload: JsonObject): Promise<readonly Id[]> {
  const rows = await transaction
    .deleteFrom('jobs')
    .where('kind', '=', kind)
    .where('payload', '=', JSON.stringify(payload))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Returns what the jobs with these payloads wait for, in their order. */
export async function selectWaiting(
  database: Database,
  wanted: { readonly kind: string; readonly payloads: readonly JsonObject[] },
  { unwritten, now }: { readonly unwritten: UnwrittenWaits; readonly now: number },
): Promise<readonly (WaitingJob | undefined)[]> {
  if (wanted.payloads.length === 0) return [];
  const payloads = wanted.payloads.map((payload) => JSON.stringify(payload));
  const rows = await database
    .selectFrom('jobs')
    .select(['id', 'payload', 'state', 'failures', 'run_at', 'last_error', 'last_error_code'])
    .where('kind', '=', wanted.kind)
    .where('payload', 'in', payloads)
    .execute();
  const waiting = new Map(rows.map((row) => [row.payload, waitingOf({ ...row, kind: wanted.kind }, unwritten, now)]));
  return payloads.map((payload) => waiting.get(payload));
}

function waitingOf(
  row: Omit<Schema['jobs'], 'attempt' | 'lease_expires_at' | 'created_at'>,
  unwritten: UnwrittenWaits,
  now: number,
): WaitingJob | undefined {
  const { failures } = row;
  const ended = unwritten.attempts.get(row.id);
  if (ended !== undefined) return ended;
  const refused = unwritten.kinds.get(row.kind);
  if (row.state === 'ready' && refused !== undefined && row.run_at <= now) return { ...refused, failures };
  const reason = lastErrorOf(row);
  return reason && { reason, failures, nextAttemptAt: row.state === 'ready' ? row.run_at : undefined };
}

/** A row of an earlier version has no code, and so gives no reason. */
function lastErrorOf(row: Pick<Schema['jobs'], 'last_error' | 'last_error_code'>): FailureReason | undefined {
  const { last_error: message, last_error_code: code } = row;
  return message === null || code === null ? undefined : { code, message };
}
