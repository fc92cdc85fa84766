import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRetry } from './retry.ts';

const lost = new Error('connection lost');
const forbidden = new Error('forbidden');

/** Creates a call that fails a number of times before it succeeds, and counts its tries. */
function failing(times: number, failure = lost) {
  const made = { calls: 0 };
  const call = (): Promise<string> => (++made.calls <= times ? Promise.reject(failure) : Promise.resolve('done'));
  return { made, call };
}

const retry = createRetry((thrown) => thrown === lost, { tries: 4, firstPauseMs: 1 });

test('a call is repeated until it succeeds', async () => {
  const { made, call } = failing(3);
  assert.equal(await retry(call), 'done');
  assert.equal(made.calls, 4);
});

test('a call that fails at every try fails with the last error', async () => {
  const { made, call } = failing(4);
  await assert.rejects(retry(call), lost);
  assert.equal(made.calls, 4);
});

test('a permanent error is not retried', async () => {
  const { made, call } = failing(1, forbidden);
  await assert.rejects(retry(call), forbidden);
  assert.equal(made.calls, 1);
});

test('a signal ends the pause with its reason', async () => {
  const patient = createRetry(() => true, { tries: 2, firstPauseMs: 3_600_000 });
  const controller = new AbortController();
  const { made, call } = failing(1);
  const waiting = patient(call, controller.signal);
  setImmediate(() => controller.abort(forbidden));
  await assert.rejects(waiting, forbidden);
  await assert.rejects(patient(call, controller.signal), forbidden);
  assert.equal(made.calls, 1);
});
