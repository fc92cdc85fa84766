import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fastify } from 'fastify';
import { AppError } from '../../kernel/errors.ts';
import { createHealth, type ReadinessChecks } from './health.ts';

async function get(checks: ReadinessChecks, url: string) {
  const app = fastify();
  await app.register(createHealth(checks), { prefix: '/health' });
  const { statusCode, body } = await app.inject(url);
  return { statusCode, body: JSON.parse(body) as unknown };
}

const passes = () => Promise.resolve();

test('a server is live whatever it lacks', async () => {
  const answer = await get({ database: () => Promise.reject(new Error('broken')) }, '/health/live');
  assert.deepEqual(answer, { statusCode: 200, body: { status: 'live' } });
});

test('a server is ready if all checks pass', async () => {
  const answer = await get({ database: passes, repository: passes }, '/health/ready');
  assert.deepEqual(answer, {
    statusCode: 200,
    body: { status: 'ready', checks: { database: 'ok', repository: 'ok' } },
  });
});

test('a failed check makes the server not ready, and shows its code but no path', async () => {
  const gone = new AppError({ code: 'OBJECT_STORE_GONE', message: '/secret/place is gone' });
  const checks = {
    database: passes,
    repository: () => Promise.reject(gone),
    other: () => Promise.reject(new Error('/secret')),
  };
  assert.deepEqual(await get(checks, '/health/ready'), {
    statusCode: 503,
    body: { status: 'notReady', checks: { database: 'ok', repository: 'OBJECT_STORE_GONE', other: 'FAILED' } },
  });
});

test('a check that hangs is named after its time', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const answer = get({ database: () => new Promise(() => undefined) }, '/health/ready');
  const state = { isAnswered: false };
  void answer.then(() => {
    state.isAnswered = true;
  });
  while (!state.isAnswered) {
    context.mock.timers.tick(5_000);
    await setImmediate();
  }
  assert.deepEqual(await answer, { statusCode: 503, body: { status: 'notReady', checks: { database: 'NO_ANSWER' } } });
});
