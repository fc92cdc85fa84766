import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateYear } from './year.ts';

test('a year of a schedule with all five frequencies keeps what the rules keep, and exports every day once', async () => {
  const report = await simulateYear(366, { kills: 0, seed: 1, calls: 1 });
  assert.deepEqual([report.snapshots, report.exports], [1449, 363]);
});

test('servers that are killed at random moments of forty days keep and export the same', async () => {
  const report = await simulateYear(40, { kills: 8, seed: 7, calls: 13_000 });
  assert.equal(report.lives, 9);
});
