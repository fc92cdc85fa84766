import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { openSqlite } from '../metastore/index.ts';
import { testJobs } from './conformance.ts';
import { createLocalJobs } from './index.ts';

testJobs('local', async () => {
  const { database, close } = await openMemory();
  let now = 1_700_000_000_000;
  const jobs = createLocalJobs({ database, clock: { now: () => now }, pollMs: 5, heartbeatMs: HEARTBEAT_NEVER_MS });
  return {
    database,
    queue: jobs.queue,
    createWorker: (handlers) => jobs.createWorker(handlers),
    advance: (ms) => void (now += ms),
    close,
  };
});

/** So that a lease runs out as soon as the suite lets time go on. */
const HEARTBEAT_NEVER_MS = 1_000_000;

async function openMemory() {
  const metastore = await openSqlite({ path: ':memory:' });
  return { database: metastore.database, close: () => metastore.close() };
}

test('a job that has failed for good leaves no row', async () => {
  const { database, close } = await openMemory();
  const jobs = createLocalJobs({ database, clock: { now: () => 0 } });
  const { promise: failed, resolve: fail } = Promise.withResolvers<unknown>();
  const worker = jobs.createWorker({
    task: {
      run: () => Promise.reject(new Error('broken')),
      failed: (_transaction, _payload, error) => {
        fail(error);
        return Promise.resolve();
      },
    },
  });
  worker.start();
  await database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', {}));
  assert.match(String(await failed), /broken/);
  await worker.stop();
  assert.deepEqual(await database.selectFrom('jobs').selectAll().execute(), []);
  await close();
});

test('a heartbeat keeps the lease of an attempt that takes long', async () => {
  const { database, close } = await openMemory();
  let now = 1_700_000_000_000;
  const jobs = createLocalJobs({ database, clock: { now: () => now }, pollMs: 2, heartbeatMs: 2 });
  let attempts = 0;
  const { promise: finished, resolve: finish } = Promise.withResolvers<undefined>();
  const handlers = {
    task: {
      run: async () => {
        attempts++;
        await finished;
      },
      failed: () => Promise.resolve(),
    },
  };
  const [one, two] = [jobs.createWorker(handlers), jobs.createWorker(handlers)];
  one.start();
  two.start();
  await database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', {}));
  for (let n = 0; n < 20; n++) {
    const before = await leaseEnd();
    now += 20_000;
    for (let wait = 0; wait < 1000 && (await leaseEnd()) <= before; wait++) await sleep(2);
  }
  finish(undefined);
  await Promise.all([one.stop(), two.stop()]);
  await close();
  assert.equal(attempts, 1);

  async function leaseEnd(): Promise<number> {
    const row = await database.selectFrom('jobs').select('lease_expires_at').executeTakeFirst();
    return row?.lease_expires_at ?? 0;
  }
});

test('an attempt whose lease cannot be extended is aborted when it runs out, and made again', async () => {
  const { database, close } = await openMemory();
  let now = 1_700_000_000_000;
  const jobs = createLocalJobs({ database, clock: { now: () => now }, pollMs: 2, heartbeatMs: 2 });
  const refuse = `CREATE TRIGGER refuse BEFORE UPDATE OF lease_expires_at ON jobs
    WHEN OLD.state = 'running' AND NEW.state = 'running' BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`;
  const aborted: unknown[] = [];
  const { promise: madeAgain, resolve: makeAgain } = Promise.withResolvers<number>();
  let failures = 0;
  const worker = jobs.createWorker({
    task: {
      run: async ({ attempt, signal }) => {
        if (attempt > 1) {
          makeAgain(attempt);
          return;
        }
        await sql.raw(refuse).execute(database);
        now += 29_000;
        await sleep(30);
        aborted.push(signal.aborted);
        now += 1000;
        await sleep(5000, undefined, { signal }).catch(() => undefined);
        aborted.push(signal.aborted);
        await sql.raw('DROP TRIGGER refuse').execute(database);
        setTimeout(() => (now += 1000), 50);
        throw new Error('what a handler makes of an abort');
      },
      failed: () => {
        failures++;
        makeAgain(0);
        return Promise.resolve();
      },
    },
  });
  worker.start();
  await database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', {}));
  assert.equal(await madeAgain, 2);
  assert.deepEqual(aborted, [false, true]);
  assert.equal(failures, 0);
  await worker.stop();
  await close();
});

test('takes up at once what a killed process was running, and gives up what kills every process', async () => {
  using directory = temporaryDirectory('jobs');
  const path = join(directory.path, 'metadata.sqlite');
  const MAX_FAILURES = 3;
  const outcomes = [];
  for (let n = 0; n <= MAX_FAILURES; n++) outcomes.push(await runProcess(path, MAX_FAILURES));
  assert.deepEqual(outcomes, ['attempt 1', 'attempt 2', 'attempt 3', 'JOB_GIVEN_UP']);
});

/** Runs a worker in a process of its own, with a job that kills the process; returns what it said last. */
async function runProcess(path: string, maxFailures: number): Promise<string> {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { writeSync } from 'node:fs';
    import { createLocalJobs } from ${url('./index.ts')};
    import { openSqlite } from ${url('../metastore/index.ts')};
    import { systemClock } from ${url('../kernel/clock.ts')};
    const { database } = await openSqlite({ path: ${JSON.stringify(path)} });
    const jobs = createLocalJobs({ database, clock: systemClock, maxFailures: ${maxFailures} });
    const worker = jobs.createWorker({
      poison: {
        run: async ({ attempt }) => {
          writeSync(1, 'attempt ' + attempt);
          process.kill(process.pid, 'SIGKILL');
          await new Promise(() => {});
        },
        failed: async (transaction, payload, error) => {
          writeSync(1, error.code);
          setTimeout(async () => { await worker.stop(); process.exit(0); }, 0);
        },
      },
    });
    const waiting = await database.selectFrom('jobs').selectAll().execute();
    if (waiting.length === 0) await database.transaction().execute((t) => jobs.queue.enqueue(t, 'poison', {}));
    worker.start();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(child, 'close');
  return said;
}
