import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lowestId, newId } from './ids.ts';

test('the lowest id of a second is between the ids of the second before and its own', () => {
  const now = Date.UTC(2026, 10, 28, 12, 0, 1);
  assert.ok(newId(now - 1) < lowestId(now));
  assert.ok(lowestId(now + 999) < newId(now));
  assert.equal(lowestId(-1), '0'.repeat(24));
});
