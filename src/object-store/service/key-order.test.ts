import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ObjectInfo } from '../contract.ts';
import { compareKeys } from '../key.ts';
import { inKeyOrder } from './key-order.ts';

/** Texts of few characters, among them those that UTF-16 and UTF-8 order differently. */
const keys = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'z', 'ﬀ', '\uffff', '🚢', '😀'), maxLength: 5 }));

async function* listing(sorted: readonly string[]): AsyncGenerator<ObjectInfo> {
  for (const key of sorted) yield await Promise.resolve({ key, bytes: 1 });
}

async function ordered(sorted: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of inKeyOrder(listing(sorted))) found.push(key);
  return found;
}

test("a listing in either order comes out in the order of the keys' bytes", async () => {
  await fc.assert(
    fc.asyncProperty(keys, async (all) => {
      const byBytes = all.toSorted(compareKeys);
      // JavaScript compares texts by UTF-16 code units.
      assert.deepEqual(await ordered(all.toSorted()), byBytes);
      assert.deepEqual(await ordered(byBytes), byBytes);
    }),
    { numRuns: 500 },
  );
});

test('keys without surrogates are not held back', async () => {
  const given: string[] = [];
  async function* source(): AsyncGenerator<ObjectInfo> {
    for (const key of ['a', 'b', 'ﬀ']) {
      given.push(key);
      yield await Promise.resolve({ key, bytes: 1 });
    }
  }
  for await (const { key } of inKeyOrder(source())) assert.equal(given.at(-1), key);
});
