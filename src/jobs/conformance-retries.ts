import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { handler, HOUR_MS, until, untilTrue } from '../../test/support/job-handlers.ts';
import { AppError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { JobsUnderTest } from './conformance.ts';
import type { JobHandler, JobHandlers, JobWorker } from './contract.ts';

/** Tests what jobs/contract.ts demands of every driver when attempts are made again. */
export function testRetries(name: string, open: () => Promise<JobsUnderTest>): void {
  describe(`attempts that are made again: ${name}`, () => {
    let jobs: JobsUnderTest;
    let worker: JobWorker | undefined;

    beforeEach(async () => {
      jobs = await open();
    });
    afterEach(async () => {
      await worker?.stop();
      await jobs.close();
    });

    function start(handlers: JobHandlers): void {
      worker = jobs.createWorker(handlers);
      worker.start();
    }
    /** A kind whose attempts all fail for a transient reason, and whose pauses are one hour, two hours and so on. */
    function failing(attempts: number[]): JobHandler {
      return {
        retries: { maxFailures: 3, pauseAfter: (failures) => failures * HOUR_MS, longestPauseMs: 2 * HOUR_MS },
        run({ attempt }) {
          attempts.push(attempt);
          return Promise.reject(new AppError({ code: 'BUSY', message: `busy ${attempt}`, transient: true }));
        },
        failed: () => Promise.resolve(),
      };
    }
    async function enqueue(payload: JsonObject = {}): Promise<void> {
      await jobs.database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', payload));
    }
    /** Ends when the failures of the jobs were written. */
    async function untilFailed(failures: number, ...payloads: readonly JsonObject[]): Promise<void> {
      await untilTrue(async () =>
        (await jobs.queue.waiting('task', payloads)).every(
          (job) => job?.failures === failures && job.nextAttemptAt !== undefined,
        ),
      );
    }

    test('the handler of a kind says when, and when the job is given up', async () => {
      const attempts: number[] = [];
      const ends: unknown[] = [];
      start({
        task: {
          ...failing(attempts),
          failed(_transaction, _payload, error) {
            ends.push(error instanceof AppError ? error.message : error);
            return Promise.resolve();
          },
        },
      });
      await enqueue();
      for (const failures of [1, 2]) {
        await untilFailed(failures, {});
        const [job] = await jobs.queue.waiting('task', [{}]);
        assert.equal(job?.nextAttemptAt, jobs.now() + failures * HOUR_MS);
        jobs.advance(failures * HOUR_MS);
      }
      await until(() => ends.length > 0);
      assert.deepEqual([attempts, ends], [[1, 2, 3], ['busy 3']]);
    });

    test('a restart does not shorten the pauses of a kind', async () => {
      const attempts: number[] = [];
      start({ task: failing(attempts) });
      await enqueue();
      await untilFailed(1, {});
      await worker?.stop();
      let probes = 0;
      start({ task: failing(attempts), probe: handler(() => void (probes += 1)) });
      await jobs.database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'probe', {}));
      await until(() => probes === 1);
      const [job] = await jobs.queue.waiting('task', [{}]);
      assert.deepEqual([attempts, job?.nextAttemptAt], [[1], jobs.now() + HOUR_MS]);
    });

    test('a job that waits is tried again at once on request, and no other one', async () => {
      const attempts: unknown[] = [];
      start({
        task: handler(({ payload: { id }, attempt }) => {
          attempts.push([id, attempt]);
          throw new AppError({ code: 'BUSY', message: 'busy', transient: true });
        }),
      });
      await enqueue({ id: 'one' });
      await enqueue({ id: 'two' });
      await untilFailed(1, { id: 'one' }, { id: 'two' });
      const retry = async (id: string): Promise<void> =>
        await jobs.database.transaction().execute((transaction) => jobs.queue.retryNow(transaction, 'task', { id }));
      await retry('three');
      await retry('two');
      await untilFailed(2, { id: 'two' });
      await untilFailed(1, { id: 'one' });
      assert.deepEqual(attempts.toSorted(), [
        ['one', 1],
        ['two', 1],
        ['two', 2],
      ]);
    });
  });
}
