import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Id } from '../kernel/ids.ts';
import { isJsonObject, type JsonObject } from '../kernel/json.ts';
import type { Database, Schema, Transaction } from '../metastore/index.ts';

/** An attempt stands for this long without a sign of life. */
export const LEASE_MS = 30_000;

/** A job that this worker has taken. */
export interface LeasedJob {
  readonly id: Id;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly attempt: number;
  readonly failures: number;
  /** What an earlier attempt failed with, where it could say. */
  readonly lastError: string | undefined;
}

export type Lease = Pick<LeasedJob, 'id' | 'attempt'>;

/** A job to be run from `runAt` on; times are milliseconds since the Unix epoch. */
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

/** The one job of a recurring kind has the kind as its id. */
export function isRecurring({ id, kind }: Pick<LeasedJob, 'id' | 'kind'>): boolean {
  return id === kind;
}

/**
 * Makes the job of a recurring kind where there is none. One that waits is moved to `nextRunAt` where that is earlier: the
 * interval was shortened, or the clock was set back.
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
    created_at: createdAt,
  };
}

/** Gives back at once what a killed process was running. Only for a worker that is alone with the database. */
export async function releaseAbandoned(database: Database, kinds: readonly string[]): Promise<void> {
  await database
    .updateTable('jobs')
    .set((row) => ({ state: 'ready', lease_expires_at: null, failures: row('failures', '+', 1) }))
    .where('state', '=', 'running')
    .where('kind', 'in', kinds)
    .execute();
}

/**
 * Takes the job that has waited longest: one that is ready, or one whose attempt has given no sign of life.
 * @param except jobs that this process runs: a lease of its own that ran out while the process stood still is still good.
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
    const payload: unknown = JSON.parse(row.payload);
    return {
      id: row.id,
      kind: row.kind,
      payload: isJsonObject(payload) ? payload : {},
      attempt,
      failures,
      lastError: row.last_error ?? undefined,
    };
  });
}

/** When the first job is due that waits, in milliseconds since the Unix epoch. */
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

/** @returns false when another attempt has the job. */
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

/** @throws AppError `JOB_LEASE_LOST`; the row is locked by the transaction otherwise. */
export async function requireLease(transaction: Transaction, lease: Lease, now: number): Promise<void> {
  if (await extendLease(transaction, lease, now)) return;
  throw leaseLost(lease);
}

/** Transient: where no later attempt has the job after all, it is made again. */
export function leaseLost({ id, attempt }: Lease): AppError {
  return new AppError({
    code: 'JOB_LEASE_LOST',
    message: `attempt ${attempt} at job ${id} has lost the job, or may have lost it, to a later attempt`,
    transient: true,
  });
}

/** A job that has ended, well or not, leaves nothing here: what came of it stands with what it was for, and in the log. */
export async function deleteJob(database: Database, lease: Lease): Promise<void> {
  await database.deleteFrom('jobs').where('id', '=', lease.id).where('attempt', '=', lease.attempt).execute();
}

/** Leaves the job to be run again from `runAt` on. */
export async function releaseJob(
  database: Database,
  lease: Lease,
  next: { readonly runAt: number; readonly failures: number; readonly lastError: string | undefined },
): Promise<void> {
  await database
    .updateTable('jobs')
    .set({
      state: 'ready',
      run_at: next.runAt,
      failures: next.failures,
      lease_expires_at: null,
      last_error: next.lastError ?? null,
    })
    .where('id', '=', lease.id)
    .where('attempt', '=', lease.attempt)
    .execute();
}
