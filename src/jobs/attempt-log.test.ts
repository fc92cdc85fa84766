import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../test/support/job-handlers.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { openSqlite } from '../metastore/index.ts';
import { createLocalJobs, every, type JobContext, type JobHandler } from './index.ts';

/** Runs jobs until the log has a line, and returns the lines without the ids of the jobs. */
async function linesOf(handler: JobHandler, last: string): Promise<readonly (readonly [string, string, unknown])[]> {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  const lines: [string, string, unknown][] = [];
  const at =
    (level: string) =>
    (message: string, { jobId, error, ...fields }: Readonly<Record<string, unknown>> = {}): void => {
      assert.equal(typeof jobId, 'string');
      lines.push([level, message, error instanceof Error ? { ...fields, error: error.message } : fields]);
    };
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  let now = 1_700_000_000_000;
  const clock = { now: () => (now += 1000) };
  const jobs = createLocalJobs({ database, clock, logger, pollMs: 2, maxFailures: 2, heartbeatMs: 1_000_000 });
  const worker = jobs.createWorker({ task: handler });
  if (!('nextRun' in handler)) {
    await database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', { taskId: 'one' }));
  }
  worker.start();
  await until(() => lines.some(([, message]) => message === last));
  await worker.stop();
  await metastore.close();
  return lines;
}

const failed = (): Promise<void> => Promise.resolve();

test('a job has a line when it begins, and one with its figures and its rate when it ends', async () => {
  const run = ({ report }: JobContext): Promise<void> => {
    report({ clusterName: 'Cluster0' });
    report({ documents: 7, bytes: 9000 });
    return Promise.resolve();
  };
  const lines = await linesOf({ run, failed }, 'A job has succeeded');
  const [begin, end, ...rest] = lines;
  assert.deepEqual(begin, ['info', 'A job begins', { kind: 'task', attempt: 1, taskId: 'one' }]);
  const { durationMs, ...facts } = { durationMs: 0, ...(end?.[2] as object) };
  assert.ok(durationMs > 0);
  assert.deepEqual(
    [end?.[0], facts],
    [
      'info',
      {
        ...{ kind: 'task', attempt: 1, taskId: 'one', clusterName: 'Cluster0', documents: 7, bytes: 9000 },
        bytesPerSecond: Math.round(9_000_000 / durationMs),
      },
    ],
  );
  assert.deepEqual(rest, []);
});

test('a job that is made again says why and when, is resumed, and says why it failed', async () => {
  const run = ({ report }: JobContext): Promise<void> => {
    report({ clusterName: 'Cluster0' });
    return Promise.reject(new AppError({ code: 'BUSY', message: 'the store is busy', transient: true }));
  };
  const lines = await linesOf({ run, failed }, 'A job failed');
  const words = lines.map(([level, message, fields]) => [level, message, { ...(fields as object), durationMs: 0 }]);
  const facts = { kind: 'task', taskId: 'one', durationMs: 0 };
  const end = { ...facts, clusterName: 'Cluster0', error: 'the store is busy' };
  assert.deepEqual(words, [
    ['info', 'A job begins', { ...facts, attempt: 1 }],
    ['warn', 'An attempt at a job failed and is made again later', { ...end, attempt: 1, pauseMs: 1000 }],
    ['info', 'A job is resumed', { ...facts, attempt: 2, failures: 1 }],
    ['error', 'A job failed', { ...end, attempt: 2 }],
  ]);
});

test('a recurring job is silent but for debugging', async () => {
  const lines = await linesOf({ run: () => Promise.resolve(), failed, nextRun: every(60_000) }, 'A job has succeeded');
  assert.deepEqual([...new Set(lines.map(([level]) => level))], ['debug']);
});
