import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addRetention, MAX_RETENTION, type RetentionUnit } from './retention.ts';

const after = (from: string, unit: RetentionUnit, value: number): string =>
  new Date(addRetention(Date.parse(from), { unit, value })).toISOString();

test('days and weeks are of 24 hours, months and years of the calendar', () => {
  assert.equal(after('2026-08-10T03:28:21Z', 'DAYS', 1), '2026-08-11T03:28:21.000Z');
  assert.equal(after('2026-08-10T03:28:21Z', 'WEEKS', 2), '2026-08-24T03:28:21.000Z');
  assert.equal(after('2026-08-31T03:28:21Z', 'MONTHS', 1), '2026-09-30T03:28:21.000Z');
  assert.equal(after('2026-12-31T23:59:59Z', 'MONTHS', 2), '2027-02-28T23:59:59.000Z');
  assert.equal(after('2024-02-29T00:00:00Z', 'YEARS', 1), '2025-02-28T00:00:00.000Z');
});

test('a longer retention never ends earlier, and the longest can be written', () => {
  const unit = fc.constantFrom<RetentionUnit>('DAYS', 'WEEKS', 'MONTHS', 'YEARS');
  const time = fc.integer({ min: 0, max: Date.UTC(2200, 0) });
  fc.assert(
    fc.property(time, unit, fc.integer({ min: 1, max: 99 }), (from, each, value) => {
      const sooner = addRetention(from, { unit: each, value });
      assert.ok(from < sooner && sooner < addRetention(from, { unit: each, value: value + 1 }));
      assert.match(new Date(addRetention(from, { unit: each, value: MAX_RETENTION[each] })).toISOString(), /^\d{4}-/);
    }),
  );
});
