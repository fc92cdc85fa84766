import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCount, parseDuration } from './duration.ts';

test('durations are a number and a unit', () => {
  assert.deepEqual(['90s', '30m', '6h', '1d', '2w'].map(parseDuration), [90, 1800, 21_600, 86_400, 1_209_600]);
  for (const text of ['', '1', 'h', '0h', '-1h', '1.5h', '1 h', '1H', '1y', '9999999d']) {
    assert.throws(() => parseDuration(text), /number and a unit/, text);
  }
});

test('counts are whole numbers from 1', () => {
  assert.deepEqual(['1', '12', '999999'].map(parseCount), [1, 12, 999_999]);
  for (const text of ['', '0', '-1', '1.0', '1e3', '1000000'])
    assert.throws(() => parseCount(text), /whole number/, text);
});
