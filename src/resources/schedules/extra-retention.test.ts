import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRetention } from '../snapshots/index.ts';
import { extended } from './extra-retention.ts';

const schedule = { extraRetention: [{ frequencyType: 'monthly', retentionDays: 5 }] } as const;
const month = { unit: 'MONTHS', value: 1 } as const;

test('days are added to a calendar month, for their frequency only', () => {
  const from = Date.UTC(2027, 0, 31);
  assert.equal(addRetention(from, extended(schedule, 'monthly', month)), Date.UTC(2027, 2, 5));
  assert.equal(addRetention(from, extended(schedule, 'daily', month)), Date.UTC(2027, 1, 28));
});
