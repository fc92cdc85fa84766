import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { aborted, handler, hourly, HOUR_MS, until, untilTrue } from '../../test/support/job-handlers.ts';
import { turns } from '../../test/support/turns.ts';
import { AppError } from '../kernel/errors.ts';
import type { Database, Transaction } from '../metastore/index.ts';
import {
  every,
  type EnqueueOptions,
  type JobContext,
  type JobHandler,
  type JobHandlers,
  type JobQueue,
  type JobWorker,
} from './contract.ts';

/** A new queue with an empty database. The suite sets the time. */
export interface JobsUnderTest {
  readonly database: Database;
  readonly queue: JobQueue;
  /** The driver's time, in milliseconds since the Unix epoch. */
  now(): number;
  /** Creates a worker that polls every few milliseconds. Several workers compete for the same jobs. */
  createWorker(handlers: JobHandlers): JobWorker;
  /** Advances the driver's clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** Tests what jobs/contract.ts demands of every driver. */
export function testJobs(name: string, open: () => Promise<JobsUnderTest>): void {
  describe(`jobs: ${name}`, () => {
    let jobs: JobsUnderTest;
    const workers: JobWorker[] = [];
    let probes: number;

    beforeEach(async () => {
      jobs = await open();
      probes = 0;
    });
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
      await jobs.close();
    });

    function countProbe(): void {
      probes++;
    }

    function start(handlers: JobHandlers): JobWorker {
      const worker = jobs.createWorker({ ...handlers, probe: handler(countProbe) });
      workers.push(worker);
      worker.start();
      return worker;
    }

    async function enqueue(
      payload: { readonly [name: string]: string } = {},
      options: EnqueueOptions = {},
    ): Promise<void> {
      await jobs.database
        .transaction()
        .execute((transaction) => jobs.queue.enqueue(transaction, 'task', payload, options));
    }

    /** Resolves after the worker has taken all due jobs. Only one worker may use the queue. */
    async function letWorkerLook(): Promise<void> {
      // The look that takes the second probe began after the first probe was taken.
      for (const goal of [probes + 1, probes + 2]) {
        await jobs.database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'probe', {}));
        await until(() => probes >= goal);
      }
    }

    /** Writes a row, by which a test can see a commit. */
    async function note(transaction: Transaction, id: string): Promise<void> {
      await transaction.insertInto('organizations').values({ id, name: id, created_at: 0 }).execute();
    }
    async function notes(): Promise<readonly string[]> {
      const rows = await jobs.database.selectFrom('organizations').select('id').orderBy('id').execute();
      return rows.map(({ id }) => id);
    }

    test('runs a job with its payload once it is committed', async () => {
      const runs: unknown[] = [];
      start({ task: handler(({ payload, attempt }) => void runs.push({ payload, attempt })) });
      await enqueue({ id: 'one' });
      await until(() => runs.length > 0);
      await letWorkerLook();
      assert.deepEqual(runs, [{ payload: { id: 'one' }, attempt: 1 }]);
    });

    test('does not run a job whose transaction was rolled back', async () => {
      let runs = 0;
      start({
        task: handler(() => {
          runs++;
        }),
      });
      const takenBack = jobs.database.transaction().execute(async (transaction) => {
        await jobs.queue.enqueue(transaction, 'task', {});
        await turns(100);
        throw new Error('taken back');
      });
      await assert.rejects(takenBack, /taken back/);
      await letWorkerLook();
      assert.equal(runs, 0);
    });

    test('runs jobs that were enqueued before the worker started, each once, several at a time', async () => {
      const seen: unknown[] = [];
      for (let n = 0; n < 10; n++) await enqueue({ n: String(n) });
      const running = new Set<unknown>();
      let together = 0;
      start({
        task: handler(async ({ payload }) => {
          running.add(payload['n']);
          together = Math.max(together, running.size);
          await until(() => together > 1);
          running.delete(payload['n']);
          seen.push(payload['n']);
        }),
      });
      await until(() => seen.length >= 10);
      await letWorkerLook();
      assert.deepEqual(seen.toSorted(), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      assert.ok(together > 1, 'ran them one by one');
    });

    test('leaves kinds that it does not know to others', async () => {
      const runs: string[] = [];
      start({ other: handler(() => void runs.push('other')) });
      await enqueue();
      await letWorkerLook();
      start({ task: handler(() => void runs.push('task')) });
      await until(() => runs.length > 0);
      assert.deepEqual(runs, ['task']);
    });

    test('makes a new attempt after a transient error, with growing pauses', async () => {
      const attempts: number[] = [];
      start({
        task: handler(({ attempt }) => {
          attempts.push(attempt);
          if (attempts.length < 3) throw new AppError({ code: 'BUSY', message: 'busy', transient: true });
        }),
      });
      await enqueue();
      await until(() => attempts.length === 1);
      await letWorkerLook();
      assert.equal(attempts.length, 1, 'made no pause');
      jobs.advance(HOUR_MS);
      await until(() => attempts.length === 2);
      jobs.advance(HOUR_MS);
      await until(() => attempts.length === 3);
      jobs.advance(HOUR_MS);
      await letWorkerLook();
      assert.equal(attempts.length, 3, 'ran what had succeeded');
      assert.deepEqual(
        attempts,
        attempts.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(attempts).size, 3);
    });

    test('tells why the last attempt at a job failed for as long as the job is there', async () => {
      const waiting = async (...ids: readonly string[]) =>
        await jobs.queue.waiting(
          'task',
          ids.map((id) => ({ id })),
        );
      const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
      let attempts = 0;
      const worker = start({
        task: handler(async ({ payload }) => {
          if (payload['id'] !== 'one') return;
          attempts++;
          if (attempts > 2) {
            await released;
            return;
          }
          throw new AppError({
            code: `BUSY_${attempts}`,
            message: 'cannot reach mongodb://user:password@host',
            hint: 'Wait.',
            transient: true,
          });
        }),
      });
      await enqueue({ id: 'later' }, { runAt: jobs.now() + 100 * HOUR_MS });
      await enqueue({ id: 'one' });
      for (const number of [1, 2]) {
        await untilTrue(async () => (await waiting('one'))[0]?.failures === number);
        const [none, told, later] = await waiting('none', 'one', 'later');
        assert.deepEqual([none, later], [undefined, undefined]);
        assert.deepEqual(told?.reason, {
          code: `BUSY_${number}`,
          message: 'cannot reach mongodb://[redacted]@host. Wait.',
        });
        assert.ok(told.nextAttemptAt !== undefined && told.nextAttemptAt > jobs.now());
        assert.deepEqual(await jobs.queue.waiting('another', [{ id: 'one' }]), [undefined]);
        jobs.advance(HOUR_MS);
      }
      await until(() => attempts === 3);
      const [running] = await waiting('one');
      assert.deepEqual([running?.reason.code, running?.failures], ['BUSY_2', 2]);
      assert.equal(running?.nextAttemptAt, undefined, 'it runs');
      release(undefined);
      await worker.stop();
      assert.deepEqual(await waiting('one'), [undefined], 'it has ended');
    });

    test('ends a job after any other error, in one transaction with the writes of its handler', async () => {
      const ends: unknown[] = [];
      let runs = 0;
      start({
        task: {
          run: () => {
            runs++;
            return Promise.reject(new Error('broken'));
          },
          failed: async (transaction, payload, error) => {
            await note(transaction, 'failed');
            ends.push({ payload, error: String(error) });
          },
        },
      });
      await enqueue({ id: 'one' });
      await until(() => ends.length > 0);
      jobs.advance(HOUR_MS);
      await letWorkerLook();
      assert.deepEqual(ends, [{ payload: { id: 'one' }, error: 'Error: broken' }]);
      assert.deepEqual(await notes(), ['failed']);
      assert.equal(runs, 1);
    });

    test('gives a job up after a number of transient errors', async () => {
      let error: unknown;
      start({
        task: {
          run: () => Promise.reject(new AppError({ code: 'BUSY', message: 'busy', transient: true })),
          failed: (_transaction, _payload, thrown) => {
            error = thrown;
            return Promise.resolve();
          },
        },
      });
      await enqueue();
      await until(() => {
        jobs.advance(HOUR_MS);
        return error !== undefined;
      });
      assert.equal(error instanceof AppError && error.code, 'BUSY');
    });

    test('records a failed job later if the failure could not be written', async () => {
      let tries = 0;
      start({
        task: {
          run: () => Promise.reject(new Error('broken')),
          failed: async (transaction, _payload, error) => {
            tries++;
            await note(transaction, `try ${tries}: ${error instanceof Error ? error.message : ''}`);
            if (tries === 1) throw new Error('no space');
          },
        },
      });
      await enqueue();
      await until(() => {
        jobs.advance(HOUR_MS);
        return tries === 2;
      });
      await untilTrue(async () => (await notes()).length > 0);
      const written = await notes();
      assert.equal(written.length, 1);
      assert.match(written[0] ?? '', /^try 2: .*broken/);
    });

    test('a job that is cancelled while it runs is aborted and fenced off, and does not run again', async () => {
      let context: JobContext | undefined;
      let ended = false;
      let failures = 0;
      const task: JobHandler = {
        async run(given) {
          context = given;
          await aborted(given.signal);
          await turns(100);
          ended = true;
          given.signal.throwIfAborted();
        },
        failed() {
          failures++;
          return Promise.resolve();
        },
      };
      const worker = start({ task });
      await enqueue({ id: 'one' });
      await until(() => context !== undefined);
      const cancel = async (id: string): Promise<void> =>
        await jobs.database.transaction().execute((transaction) => jobs.queue.cancel(transaction, 'task', { id }));
      await cancel('another');
      assert.equal(context?.signal.aborted, false);
      await cancel('one');
      await jobs.queue.untilIdle('task', { id: 'one' });
      assert.ok(ended);
      await assert.rejects(
        jobs.database.transaction().execute((transaction) => context?.fence(transaction) ?? Promise.resolve()),
        (thrown) => thrown instanceof AppError && thrown.code === 'JOB_LEASE_LOST',
      );
      jobs.advance(HOUR_MS);
      await worker.stop();
      let attempts = 0;
      start({
        task: handler(() => {
          attempts++;
        }),
      });
      await letWorkerLook();
      assert.deepEqual([attempts, failures], [0, 0]);
    });

    test('a cancellation that is rolled back leaves the job and its attempt alone', async () => {
      let signal: AbortSignal | undefined;
      start({
        task: handler(async (context) => {
          signal = context.signal;
          await aborted(context.signal);
        }),
      });
      await enqueue({ id: 'one' });
      await until(() => signal !== undefined);
      const rolledBack = new Error('rolled back');
      await assert.rejects(
        jobs.database.transaction().execute(async (transaction) => {
          await jobs.queue.cancel(transaction, 'task', { id: 'one' });
          throw rolledBack;
        }),
        rolledBack,
      );
      await turns(100);
      assert.equal(signal?.aborted, false);
    });

    test('stopping aborts the attempt, waits for it, and keeps the job for another run', async () => {
      let started = false;
      let ended = false;
      const first = start({
        task: handler(async ({ signal }) => {
          started = true;
          await aborted(signal);
          await turns(100);
          ended = true;
          signal.throwIfAborted();
        }),
      });
      await enqueue();
      await until(() => started);
      await first.stop();
      assert.ok(ended, 'did not wait');
      let attempt = 0;
      start({ task: handler((context) => void (attempt = context.attempt)) });
      await until(() => attempt > 0);
      assert.equal(attempt, 2);
    });

    test('stopping does not count as a failure, however often', async () => {
      await enqueue();
      for (let n = 0; n < 30; n++) {
        let started = false;
        const worker = start({
          task: handler(async ({ signal }) => {
            started = true;
            await aborted(signal);
            signal.throwIfAborted();
          }),
        });
        await until(() => started);
        await worker.stop();
      }
      let attempt = 0;
      start({ task: handler((context) => void (attempt = context.attempt)) });
      await until(() => attempt > 0);
      assert.equal(attempt, 31);
    });

    test('an attempt that has lost its job writes nothing more', async () => {
      let release = (): void => undefined;
      const hanging = new Promise<void>((resolve) => (release = resolve));
      let fencedOff: unknown;
      let attempts = 0;
      const task = handler(async (context) => {
        attempts++;
        const { attempt } = context;
        if (attempt === 1) await hanging;
        const write = jobs.database.transaction().execute(async (transaction) => {
          await context.fence(transaction);
          await note(transaction, `attempt ${attempt}`);
        });
        await write.catch((thrown: unknown) => {
          fencedOff = thrown;
          throw thrown;
        });
      });
      start({ task });
      await enqueue();
      await until(() => attempts === 1);
      jobs.advance(HOUR_MS);
      start({ task });
      await until(() => attempts === 2);
      await untilTrue(async () => (await notes()).length > 0);
      release();
      await until(() => fencedOff !== undefined);
      assert.equal(fencedOff instanceof AppError && fencedOff.code, 'JOB_LEASE_LOST');
      assert.deepEqual(await notes(), ['attempt 2']);
    });

    test('the fence permits writes of the attempt that holds the job', async () => {
      start({
        task: handler((context) =>
          jobs.database.transaction().execute(async (transaction) => {
            await context.fence(transaction);
            await note(transaction, 'written');
          }),
        ),
      });
      await enqueue();
      await untilTrue(async () => (await notes()).length > 0);
      assert.deepEqual(await notes(), ['written']);
    });

    test('runs a job at its time, and not before', async () => {
      let runs = 0;
      start({
        task: handler(() => {
          runs++;
        }),
      });
      await enqueue({}, { runAt: jobs.now() + HOUR_MS });
      await letWorkerLook();
      jobs.advance(HOUR_MS - 1);
      await letWorkerLook();
      assert.equal(runs, 0);
      jobs.advance(1);
      await until(() => runs === 1);
    });

    test('starts jobs in the order of their times', async () => {
      const started: unknown[] = [];
      for (const hours of [3, 1, 2]) await enqueue({ n: String(hours) }, { runAt: jobs.now() + hours * HOUR_MS });
      jobs.advance(4 * HOUR_MS);
      start({ task: handler(({ payload }) => void started.push(payload['n'])) });
      await until(() => started.length === 3);
      assert.deepEqual(started, ['1', '2', '3']);
    });

    test('runs a new recurring kind at once, and then each time that it is due', async () => {
      const payloads: unknown[] = [];
      start({ tick: hourly(({ payload }) => void payloads.push(payload)) });
      await until(() => payloads.length === 1);
      jobs.advance(HOUR_MS - 1);
      await letWorkerLook();
      assert.deepEqual(payloads, [{}]);
      jobs.advance(1);
      await until(() => payloads.length === 2);
      jobs.advance(HOUR_MS);
      await until(() => payloads.length === 3);
      await letWorkerLook();
      assert.equal(payloads.length, 3);
    });

    test('catches up the missed runs of a recurring kind with one', async () => {
      let runs = 0;
      const tick = hourly(() => {
        runs++;
      });
      const first = start({ tick });
      await until(() => runs === 1);
      await first.stop();
      jobs.advance(10.5 * HOUR_MS);
      start({ tick });
      await until(() => runs === 2);
      await letWorkerLook();
      assert.equal(runs, 2);
      jobs.advance(HOUR_MS);
      await until(() => runs === 3);
    });

    test('runs a recurring kind once more at once if a run took longer than the interval', async () => {
      let runs = 0;
      const tick = hourly(() => {
        runs++;
        if (runs === 1) jobs.advance(2.5 * HOUR_MS);
      });
      start({ tick });
      await until(() => runs === 2);
      await letWorkerLook();
      assert.equal(runs, 2);
    });

    test('workers that start and compete share one job of a recurring kind', async () => {
      let runs = 0;
      const tick = hourly(() => {
        runs++;
      });
      const [first] = [start({ tick }), start({ tick })];
      for (const goal of [1, 2, 3]) {
        await until(() => runs === goal);
        jobs.advance(HOUR_MS);
      }
      await until(() => runs === 4);
      await first.stop();
      await letWorkerLook();
      assert.equal(runs, 4);
    });

    test('a recurring kind whose run failed for good reports the failure and runs again', async () => {
      const errors: string[] = [];
      let runs = 0;
      const tick: JobHandler = {
        nextRun: every(HOUR_MS),
        run: () => {
          runs++;
          return Promise.reject(new Error(`broken ${runs}`));
        },
        failed: async (transaction, _payload, error) => {
          await note(transaction, `failure ${runs}`);
          errors.push(String(error));
        },
      };
      start({ tick });
      await until(() => errors.length === 1);
      await letWorkerLook();
      assert.equal(runs, 1);
      jobs.advance(HOUR_MS);
      await until(() => errors.length === 2);
      assert.deepEqual(errors, ['Error: broken 1', 'Error: broken 2']);
      assert.deepEqual(await notes(), ['failure 1', 'failure 2']);
    });

    test('a transient failure of a recurring kind is retried before the next run', async () => {
      const attempts: number[] = [];
      start({
        tick: hourly(({ attempt }) => {
          attempts.push(attempt);
          if (attempts.length === 1) throw new AppError({ code: 'BUSY', message: 'busy', transient: true });
        }),
      });
      await until(() => attempts.length === 1);
      jobs.advance(HOUR_MS / 2);
      await until(() => attempts.length === 2);
      await letWorkerLook();
      assert.equal(attempts.length, 2);
      jobs.advance(HOUR_MS);
      await until(() => attempts.length === 3);
      assert.ok(new Set(attempts).size === 3, 'a later run has the number of an earlier one');
    });

    test('a stopped run of a recurring kind is repeated once at the next start', async () => {
      let runs = 0;
      const first = start({
        tick: hourly(async ({ signal }) => {
          runs++;
          await aborted(signal);
          signal.throwIfAborted();
        }),
      });
      await until(() => runs === 1);
      await first.stop();
      start({
        tick: hourly(() => {
          runs++;
        }),
      });
      await until(() => runs === 2);
      await letWorkerLook();
      assert.equal(runs, 2);
    });

    test('a clock that was wrong and is set back does not stop a recurring kind', async () => {
      let runs = 0;
      start({ tick: hourly(() => void (runs += 1)) });
      await until(() => runs === 1);
      jobs.advance(1000 * HOUR_MS);
      await until(() => runs === 2);
      await letWorkerLook();
      jobs.advance(-1000 * HOUR_MS);
      await letWorkerLook();
      assert.equal(runs, 2);
      jobs.advance(HOUR_MS);
      await until(() => runs === 3);
    });

    test('a clock that was wrong and is set back holds up no job that failed or was enqueued meanwhile', async () => {
      const runs: unknown[] = [];
      const task = handler(({ payload: { n }, attempt }) => {
        runs.push(n);
        if (n === 'fails' && attempt === 1) throw new AppError({ code: 'BUSY', message: 'busy', transient: true });
      });
      await enqueue({ n: 'fails' });
      jobs.advance(1000 * HOUR_MS);
      start({ task });
      await until(() => runs.length === 1);
      await enqueue({ n: 'later' }, { runAt: jobs.now() + HOUR_MS });
      await letWorkerLook();
      jobs.advance(-1000 * HOUR_MS);
      await letWorkerLook();
      assert.deepEqual(runs, ['fails', 'fails']);
      jobs.advance(HOUR_MS);
      await until(() => runs.length === 3);
    });

    test('a recurring kind with a shortened interval does not wait for the old one', async () => {
      let runs = 0;
      const run = () => {
        runs++;
      };
      const first = start({ tick: { ...handler(run), nextRun: every(1000 * HOUR_MS) } });
      await until(() => runs === 1);
      await first.stop();
      start({ tick: hourly(run) });
      await letWorkerLook();
      assert.equal(runs, 1);
      jobs.advance(HOUR_MS);
      await until(() => runs === 2);
    });

    test('a stopped worker takes no more jobs', async () => {
      let runs = 0;
      const worker = start({
        task: handler(() => {
          runs++;
        }),
      });
      await worker.stop();
      await enqueue();
      start({});
      await letWorkerLook();
      assert.equal(runs, 0);
    });
  });
}
