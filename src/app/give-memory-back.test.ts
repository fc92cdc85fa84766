import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveMemoryBack } from './give-memory-back.ts';

test('what nothing refers to is gone afterwards', async () => {
  const reference = new WeakRef(new Array<number>(1000).fill(1));
  // The target of a new WeakRef lives until the end of the running task.
  await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(reference.deref(), undefined);
  await new Promise((resolve) => setImmediate(resolve));
  await giveMemoryBack();
  assert.equal(reference.deref(), undefined);
});
