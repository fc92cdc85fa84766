import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/api-server.ts';
import { createMinuteLimit } from './minute-limit.ts';

test('each client has its own count, and a new minute begins anew', () => {
  const clock = new ManualClock();
  const limit = createMinuteLimit(clock, 2);
  const take = (client: string) => limit.take('192.0.2.7', client);
  assert.deepEqual([take('a'), take('a'), take('a'), take('b')], [true, true, false, true]);
  assert.ok(limit.take('192.0.2.8', 'a'));
  clock.advance(60_000);
  assert.ok(take('a'));
});

test('beyond the largest number of counts, the new clients of an address share one', () => {
  const limit = createMinuteLimit(new ManualClock(), 2, 2);
  const take = (address: string, client: string) => limit.take(address, client);
  assert.deepEqual([take('x', 'a'), take('x', 'b'), take('x', 'c'), take('x', 'd')], [true, true, true, true]);
  assert.deepEqual([take('x', 'e'), take('x', 'a')], [false, true]);
});
