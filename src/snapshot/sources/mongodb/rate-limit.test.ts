import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimit } from './rate-limit.ts';

const { signal } = new AbortController();

test('a megabyte a second: each reader waits for what was read before, and idle time is not saved up', async () => {
  const pauses: number[] = [];
  const clock = {
    ms: 0,
    now: () => clock.ms,
    pause: (ms: number) => {
      pauses.push(ms);
      clock.ms += ms;
      return Promise.resolve();
    },
  };
  const limit = new RateLimit(1_000_000, clock);
  for (const bytes of [500_000, 250_000, 1_000_000]) await limit.take(bytes, signal);
  assert.deepEqual(pauses, [500, 250]);
  clock.ms += 60_000;
  await limit.take(1000, signal);
  await limit.take(1000, signal);
  assert.deepEqual(pauses, [500, 250, 1]);
});

test('an abort ends the waiting', async () => {
  const limit = new RateLimit(1);
  await limit.take(1000, signal);
  await assert.rejects(limit.take(1, AbortSignal.abort()), { name: 'AbortError' });
});
