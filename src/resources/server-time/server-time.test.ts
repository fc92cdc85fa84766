import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../../../test/support/api-request.ts';
import { callerWith } from '../../../test/support/control-plane.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { openSqlite } from '../../metastore/index.ts';
import { createServerTime, type ServerTime } from './index.ts';

const START_MS = Date.UTC(2026, 7, 10);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const YEAR_MS = 365 * DAY_MS;
const LOOK_MS = 10 * MINUTE_MS;

/** Servers on one database, whose clock and time are in the hands of the test. */
async function scope() {
  const metastore = await openSqlite({ path: ':memory:' });
  const { database } = metastore;
  const machine = { clockMs: START_MS, elapsedMs: 5000 };
  const lines: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    info: (message) => void lines.push(message),
    error: (message) => void lines.push(message),
  };
  const clock = { now: () => machine.clockMs, elapsed: () => machine.elapsedMs };
  const start = (isChecked = true): ServerTime => createServerTime({ database, clock, logger, isChecked });
  return {
    machine,
    lines,
    start,
    /** Lets time pass without a server. */
    pass: (ms: number) => {
      machine.clockMs += ms;
      machine.elapsedMs += ms;
    },
    /** Runs a server for a time. It looks at its clock as the removal of expired snapshots does. */
    run: async (server: ServerTime, ms: number) => {
      for (let left = ms; left > 0; left -= LOOK_MS) {
        machine.clockMs += LOOK_MS;
        machine.elapsedMs += LOOK_MS;
        await server.retentionTime();
      }
    },
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

test('the time that expires things is that of the clock, also when small steps correct it', async () => {
  await using context = await scope();
  const server = context.start();
  assert.equal(await server.retentionTime(), START_MS);
  await context.run(server, DAY_MS);
  for (const stepMs of [3_600_000, -7_200_000, 12_000]) {
    context.machine.clockMs += stepMs;
    assert.equal(await server.retentionTime(), context.machine.clockMs);
  }
  assert.equal(await server.differenceMs(), 0);
  assert.deepEqual(context.lines, []);
});

test('a clock that jumps ahead expires nothing early, is told, and all is well when it is back', async () => {
  await using context = await scope();
  const server = context.start();
  await server.retentionTime();
  context.machine.clockMs += YEAR_MS;
  assert.equal(await server.retentionTime(), START_MS);
  await context.run(server, 2 * DAY_MS);
  assert.equal(await server.retentionTime(), START_MS + 2 * DAY_MS, 'what time has passed is certain');
  assert.equal(await server.differenceMs(), YEAR_MS);
  const { body } = await call(server.operations, 'getServerTime', {
    caller: callerWith('a'.repeat(24), []),
    api: 'longshore',
  });
  assert.deepEqual(body, {
    believedInSeconds: (5 * DAY_MS) / 1000,
    differenceSeconds: YEAR_MS / 1000,
    now: atlasTime(context.machine.clockMs),
    retentionTime: atlasTime(START_MS + 2 * DAY_MS),
  });
  context.machine.clockMs -= YEAR_MS;
  assert.equal(await server.retentionTime(), START_MS + 2 * DAY_MS);
  assert.match(context.lines.join('\n'), /^the clock differs from .*\nthe clock is believed again$/);
});

test('a clock is believed after it has gone evenly for a week, and a second jump begins the week anew', async () => {
  await using context = await scope();
  const server = context.start();
  await server.retentionTime();
  context.machine.clockMs += YEAR_MS;
  await server.retentionTime();
  await context.run(server, 6 * DAY_MS);
  context.machine.clockMs += YEAR_MS;
  await context.run(server, 6 * DAY_MS);
  assert.equal(await server.retentionTime(), START_MS + 12 * DAY_MS);
  await context.run(server, DAY_MS + LOOK_MS);
  assert.equal(await server.retentionTime(), context.machine.clockMs);
});

test('a machine that slept is no jump', async () => {
  await using context = await scope();
  const server = context.start();
  await server.retentionTime();
  context.pass(30 * DAY_MS);
  assert.equal(await server.retentionTime(), START_MS + 30 * DAY_MS);
});

test('a server that was off for a week goes on, and one that was off for a year removes what has expired a week later', async () => {
  await using context = await scope();
  await context.start().retentionTime();
  context.pass(7 * DAY_MS);
  assert.equal(await context.start().retentionTime(), START_MS + 7 * DAY_MS);
  context.pass(YEAR_MS);
  let server = context.start();
  assert.equal(await server.retentionTime(), START_MS + 7 * DAY_MS);
  // Short stops count, too.
  for (let day = 0; day < 6; day++) {
    await context.run(server, DAY_MS - 3_600_000);
    context.pass(3_600_000);
    server = context.start();
    assert.equal(await server.retentionTime(), START_MS + (8 + day) * DAY_MS);
  }
  await context.run(server, DAY_MS);
  assert.equal(await server.retentionTime(), context.machine.clockMs);
  assert.equal(await context.start().retentionTime(), context.machine.clockMs);
});

test('a clock that was set while the server was off is noticed again at every start, and may be declared right', async () => {
  await using context = await scope();
  await context.start().retentionTime();
  context.machine.clockMs += YEAR_MS;
  for (let starts = 0; starts < 3; starts++) assert.equal(await context.start().retentionTime(), START_MS);
  assert.equal(context.lines.length, 3);
  assert.equal(await context.start(false).retentionTime(), START_MS + YEAR_MS);
  assert.equal(await context.start().retentionTime(), START_MS + YEAR_MS);
});

test('a machine that starts with the clock of 1970, and is set right later, is no jump', async () => {
  await using context = await scope();
  await context.start().retentionTime();
  context.machine.clockMs = 30_000;
  const server = context.start();
  assert.equal(await server.retentionTime(), 30_000);
  context.machine.clockMs = START_MS + 3_600_000;
  assert.equal(await server.retentionTime(), START_MS + 3_600_000);
});
