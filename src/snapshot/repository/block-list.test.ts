import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockList } from './block-list.ts';

const count = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const block = fc.record(
  {
    sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    bytes: count,
    documents: count,
    storedBytes: count,
  },
  { noNullPrototype: true },
);

test('blocks come out as they went in, from any place on', () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 300 }), fc.nat(300), (blocks, from) => {
      const list = new BlockList();
      for (const one of blocks) list.add(one);
      const first = Math.min(from, blocks.length);
      assert.equal(list.length, blocks.length);
      assert.deepEqual([...list.slice(first, blocks.length - first)], blocks.slice(first));
    }),
  );
});
