import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rate } from './rate.ts';

test('a rate is known after a second, follows the last ten seconds, and tells the time left', () => {
  const rate = new Rate();
  rate.add(0, 0);
  rate.add(50, 500);
  assert.equal(rate.bytesPerSecond, undefined);
  for (let at = 1000; at <= 20_000; at += 1000) rate.add(at / 10, at);
  assert.equal(rate.bytesPerSecond, 100);
  assert.equal(rate.msUntil(3000), 10_000);
  assert.equal(rate.msUntil(2000), undefined);
  assert.equal(rate.msUntil(undefined), undefined);
  for (let at = 21_000; at <= 40_000; at += 1000) rate.add(2000 + (at - 20_000), at);
  assert.equal(rate.bytesPerSecond, 1000);
  rate.add(5, 41_000);
  assert.equal(rate.bytesPerSecond, undefined, 'a new attempt begins anew');
});
