import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { openSqlite } from '../metastore/index.ts';
import { testJobs, type JobsUnderTest } from './conformance.ts';
import { testRetries } from './conformance-retries.ts';
import { createLocalJobs, every, type JobHandler } from './index.ts';

const openUnderTest = async (): Promise<JobsUnderTest> => {
  const { database, close } = await openMemory();
  let now = 1_700_000_000_000;
  const jobs = createLocalJobs({ database, clock: { now: () => now }, pollMs: 5, heartbeatMs: HEARTBEAT_NEVER_MS });
  return {
    database,
    queue: jobs.queue,
    now: () => now,
    createWorker: (handlers) => jobs.createWorker(handlers),
    advance: (ms) => void (now += ms),
    close,
  };
};
testJobs('local', openUnderTest);
testRetries('local', openUnderTest);

/** A heartbeat so long that it never renews a lease during the suite. */
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

test('heartbeats keep the lease of a long attempt', async () => {
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
  // A lease that is taken while the clock moves may begin in the past, and ends early.
  while ((await leaseEnd()) === 0) await setImmediate();
  for (let n = 0; n < 20; n++) {
    const before = await leaseEnd();
    now += 20_000;
    while ((await leaseEnd()) <= before) await setImmediate();
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

test('an attempt whose lease cannot be extended is aborted at its expiry, and repeated', async () => {
  const { database, close } = await openMemory();
  let now = 1_700_000_000_000;
  let refusals = 0;
  const ignore = (): void => undefined;
  const countRefusals = (message: string): void => {
    if (message === 'The lease of a job could not be extended') refusals++;
  };
  const logger = { debug: ignore, info: ignore, warn: countRefusals, error: ignore };
  const jobs = createLocalJobs({ database, clock: { now: () => now }, logger, pollMs: 2, heartbeatMs: 2 });
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
        // The first refusal may be that of a heartbeat that had read the clock before.
        for (const goal = refusals + 2; refusals < goal;) await setImmediate();
        aborted.push(signal.aborted);
        now += 1000;
        while (!signal.aborted) await setImmediate();
        aborted.push(signal.aborted);
        await sql.raw('DROP TRIGGER refuse').execute(database);
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
  while (aborted.length < 2 || (await state()) !== 'ready') await setImmediate();
  now += 1000;
  assert.equal(await madeAgain, 2);
  assert.deepEqual(aborted, [false, true]);
  assert.equal(failures, 0);
  await worker.stop();
  await close();

  async function state(): Promise<string | undefined> {
    return (await database.selectFrom('jobs').select('state').executeTakeFirst())?.state;
  }
});

test('jobs wait on a full disk, say so, are logged once, and run when there is space', async () => {
  const { database, close } = await openMemory();
  const log: string[] = [];
  const note = (message: string): void => void log.push(message);
  const ignore = (): void => undefined;
  const logger = { debug: ignore, info: ignore, warn: note, error: note };
  const jobs = createLocalJobs({ database, clock: { now: () => 1 }, logger, pollMs: 2 });
  const ran: unknown[] = [];
  const { promise: filled, resolve: goOn } = Promise.withResolvers<undefined>();
  const task: JobHandler = {
    run: async ({ payload }) => {
      ran.push(payload['id']);
      await filled;
    },
    failed: () => Promise.resolve(),
  };
  // Two jobs run already when the disk fills up, and their ends cannot be written; the third one waits for a worker.
  const payloads = ['one', 'two', 'three'].map((id) => ({ id }));
  await database.transaction().execute(async (transaction) => {
    for (const payload of payloads) await jobs.queue.enqueue(transaction, 'task', payload);
  });
  const worker = jobs.createWorker({ task });
  worker.start();
  while (ran.length < 2) await setImmediate();
  // Every change of a job needs room.
  for (const change of ['update', 'delete']) {
    await sql
      .raw(
        `create trigger grow_at_${change} after ${change} on jobs begin
          insert into organizations (id, name, created_at) values (hex(randomblob(12)), hex(randomblob(50000)), 0); end`,
      )
      .execute(database);
  }
  await pages(1);
  goOn(undefined);
  for (const payload of payloads.slice(0, 2)) {
    let told = await jobs.queue.waiting('task', [payload]);
    while (told[0] === undefined) {
      await setImmediate();
      told = await jobs.queue.waiting('task', [payload]);
    }
    assert.equal(told[0].reason.code, 'DATABASE_FULL');
    assert.match(told[0].reason.message, /disk under the data directory is full.*Free space/);
  }
  assert.equal(log.length, 2, log.join('\n'));
  await pages(100_000);
  while (ran.length < 3) await setImmediate();
  while ((await database.selectFrom('jobs').select('id').execute()).length > 0) await setImmediate();
  await worker.stop();
  await close();

  async function pages(count: number): Promise<void> {
    await sql.raw(`pragma max_page_count = ${count}`).execute(database);
  }
});

test('a due job says that it cannot be taken because the disk is full', async () => {
  const { database, close } = await openMemory();
  const jobs = createLocalJobs({ database, clock: { now: () => 1 }, pollMs: 2 });
  await database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', {}));
  await sql
    .raw(
      `create trigger grow after update on jobs begin
        insert into organizations (id, name, created_at) values (hex(randomblob(12)), hex(randomblob(50000)), 0); end`,
    )
    .execute(database);
  await sql.raw('pragma max_page_count = 1').execute(database);
  const { promise: ran, resolve: run } = Promise.withResolvers<undefined>();
  const worker = jobs.createWorker({
    task: {
      run: () => {
        run(undefined);
        return Promise.resolve();
      },
      failed: () => Promise.resolve(),
    },
  });
  worker.start();
  let [told] = await jobs.queue.waiting('task', [{}]);
  while (told === undefined) {
    await setImmediate();
    [told] = await jobs.queue.waiting('task', [{}]);
  }
  assert.deepEqual([told.reason.code, told.failures, told.nextAttemptAt], ['DATABASE_FULL', 0, 3]);
  await sql.raw('pragma max_page_count = 100000').execute(database);
  await ran;
  await worker.stop();
  await close();
});

test('a payload that is no object stops the worker with an error in the log', async () => {
  const { database, close } = await openMemory();
  const { promise: logged, resolve: log } = Promise.withResolvers<unknown>();
  const ignore = (): void => undefined;
  const logger = { debug: ignore, info: ignore, warn: ignore, error: (...line: unknown[]) => log(line) };
  const jobs = createLocalJobs({ database, clock: { now: () => 1 }, logger });
  await database.transaction().execute((transaction) => jobs.queue.enqueue(transaction, 'task', {}));
  await database.updateTable('jobs').set({ payload: '[]' }).execute();
  const worker = jobs.createWorker({ task: { run: () => assert.fail('it ran'), failed: () => Promise.resolve() } });
  worker.start();
  assert.match(inspect(await logged), /No job can be taken.*the column jobs\.payload .* it must be object/s);
  await worker.stop();
  await close();
});

test('looks again when the next job is due, without polling', async (t) => {
  const { database, close } = await openMemory();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 1_700_000_000_000;
  const jobs = createLocalJobs({ database, clock: { now: () => now }, pollMs: 3_600_000 });
  let runs = 0;
  const task: JobHandler = {
    run: () => {
      runs++;
      return Promise.resolve();
    },
    failed: () => Promise.resolve(),
  };
  const worker = jobs.createWorker({ task, tick: { ...task, nextRun: every(60_000) } });
  const pass = (ms: number): void => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  worker.start();
  await untilRuns(1);
  await database.transaction().execute(async (transaction) => {
    await jobs.queue.enqueue(transaction, 'task', {}, { runAt: now + 40_000 });
    await jobs.queue.enqueue(transaction, 'task', {}, { runAt: now + 10_000 });
  });
  await settle();
  pass(9_999);
  await settle();
  assert.equal(runs, 1);
  for (const [ms, goal] of [
    [1, 2],
    [30_000, 3],
    [20_000, 4],
    [60_000, 5],
  ] as const) {
    await settle();
    pass(ms);
    await untilRuns(goal);
  }
  await settle();
  t.mock.timers.reset();
  await worker.stop();
  await close();

  async function untilRuns(goal: number): Promise<void> {
    while (runs < goal) await setImmediate();
  }
  /** Resolves after all earlier queries. */
  async function settle(): Promise<void> {
    for (let n = 0; n < 20; n++) {
      await database.selectFrom('jobs').select('id').execute();
      await setImmediate();
    }
  }
});

test('a recurring kind has one row after success and after failure', async () => {
  const { database, close } = await openMemory();
  let now = 1_700_000_000_000;
  const jobs = createLocalJobs({ database, clock: { now: () => now }, pollMs: 2 });
  let runs = 0;
  const tick: JobHandler = {
    nextRun: every(60_000),
    run: () => {
      runs++;
      return runs === 2 ? Promise.reject(new Error('broken')) : Promise.resolve();
    },
    failed: () => Promise.resolve(),
  };
  const rows = async () => await database.selectFrom('jobs').select(['id', 'state', 'run_at', 'failures']).execute();
  for (let goal = 1; goal <= 3; goal++) {
    const worker = jobs.createWorker({ tick });
    worker.start();
    while (runs < goal) await setImmediate();
    await worker.stop();
    assert.deepEqual(await rows(), [{ id: 'tick', state: 'ready', run_at: now + 60_000, failures: 0 }]);
    now += 60_000;
  }
  await close();
});

test('a recurring kind continues after its process was killed, with one row', async () => {
  using directory = temporaryDirectory('jobs');
  const path = join(directory.path, 'metadata.sqlite');
  const RUNS = 3;
  for (let n = 1; n <= RUNS; n++) assert.equal(await runRecurringProcess(path), `attempt ${n}`);
  const metastore = await openSqlite({ path });
  const rows = await metastore.database.selectFrom('jobs').select(['id', 'kind', 'failures', 'state']).execute();
  assert.deepEqual(rows, [{ id: 'tick', kind: 'tick', failures: RUNS - 1, state: 'running' }]);
  await metastore.close();
});

test('continues the jobs of a killed process at once, and gives up a job that kills every process', async () => {
  using directory = temporaryDirectory('jobs');
  const path = join(directory.path, 'metadata.sqlite');
  const MAX_FAILURES = 3;
  const outcomes = [];
  for (let n = 0; n <= MAX_FAILURES; n++) outcomes.push(await runProcess(path, MAX_FAILURES));
  assert.deepEqual(outcomes, ['attempt 1', 'attempt 2', 'attempt 3', 'JOB_GIVEN_UP']);
});

/** Runs a worker with a job that kills its process. Returns the last output of the process. */
async function runProcess(path: string, maxFailures: number): Promise<string> {
  return await runScript(
    path,
    maxFailures,
    `
    const worker = jobs.createWorker({
      poison: {
        run: kill,
        failed: async (transaction, payload, error) => {
          writeSync(1, error.code);
          setTimeout(async () => { await worker.stop(); process.exit(0); }, 0);
        },
      },
    });
    const waiting = await database.selectFrom('jobs').selectAll().execute();
    if (waiting.length === 0) await database.transaction().execute((t) => jobs.queue.enqueue(t, 'poison', {}));
    worker.start();`,
  );
}

/** Does the same with a recurring kind. */
async function runRecurringProcess(path: string): Promise<string> {
  const script = `jobs.createWorker({ tick: { run: kill, failed: async () => {}, nextRun: every(60_000) } }).start();`;
  return await runScript(path, 20, script);
}

async function runScript(path: string, maxFailures: number, body: string): Promise<string> {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { writeSync } from 'node:fs';
    import { createLocalJobs, every } from ${url('./index.ts')};
    import { openSqlite } from ${url('../metastore/index.ts')};
    import { systemClock } from ${url('../kernel/clock.ts')};
    const { database } = await openSqlite({ path: ${JSON.stringify(path)} });
    const jobs = createLocalJobs({ database, clock: systemClock, maxFailures: ${maxFailures} });
    async function kill({ attempt }) {
      writeSync(1, 'attempt ' + attempt);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    }
    ${body}
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(child, 'close');
  return said;
}
