import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createNonceCounts } from './nonce-counts.ts';

const START = 1_000_000;

test('each count is accepted once, in any order within the window', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 300 }), (sequence) => {
      const counts = createNonceCounts(START);
      const seen = new Set<number>();
      for (const nc of sequence) {
        assert.equal(counts.use('nonce', START, nc), !seen.has(nc));
        seen.add(nc);
      }
    }),
  );
});

test('a count far below the highest is refused, because it may have been used', () => {
  const counts = createNonceCounts(START);
  assert.equal(counts.use('nonce', START, 1000), true);
  assert.equal(counts.use('nonce', START, 745), true);
  assert.equal(counts.use('nonce', START, 744), false);
  assert.equal(counts.use('nonce', START, 0xffffffff), true);
  assert.equal(counts.use('nonce', START, 1001), false);
  assert.equal(counts.use('nonce', START, 0), false);
});

test('nonces do not share counts', () => {
  const counts = createNonceCounts(START);
  assert.equal(counts.use('a', START, 1), true);
  assert.equal(counts.use('b', START, 1), true);
  assert.equal(counts.use('a', START, 1), false);
});

test('a nonce from before the start is refused: an earlier process may have let it in', () => {
  const counts = createNonceCounts(START);
  assert.equal(counts.use('old', START - 1, 1), false);
});

test('a full record drops its oldest nonces, and never accepts them again', () => {
  const counts = createNonceCounts(START, 3);
  for (const [index, nonce] of ['a', 'b', 'c', 'd'].entries()) {
    assert.equal(counts.use(nonce, START + index * 1000, 1), true);
  }
  assert.equal(counts.acceptedSince, START + 1000);
  assert.equal(counts.use('a', START, 1), false);
  assert.equal(counts.use('b', START + 1000, 1), false);
  assert.equal(counts.use('b', START + 1000, 2), true);
});

test('forgetting makes room', () => {
  const counts = createNonceCounts(START, 2);
  counts.use('a', START, 1);
  counts.use('b', START, 1);
  counts.forgetBefore(START + 1000);
  counts.use('c', START + 1000, 1);
  counts.use('d', START + 1000, 1);
  assert.equal(counts.acceptedSince, START);
  assert.equal(counts.use('c', START + 1000, 1), false);
});
