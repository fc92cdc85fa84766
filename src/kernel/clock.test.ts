import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock } from './clock.ts';

test('a steady clock goes on when the other one is set back, and with it when that one jumps ahead', () => {
  const other = { time: 1000, now: () => other.time };
  const clock = steadyClock(other);
  const readings = [0, 5, -600, 5, -600, 700].map((step) => {
    other.time += step;
    return clock.now();
  });
  assert.deepEqual(readings, [1000, 1005, 1005, 1010, 1010, 1710]);
});
