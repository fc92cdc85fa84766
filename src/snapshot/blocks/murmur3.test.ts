import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMurmur3, HASH_LANES } from './murmur3.ts';

function hashOf(bytes: Uint8Array): string {
  const sums = new Uint32Array(HASH_LANES);
  addMurmur3(sums, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength);
  return [...sums].map((sum) => sum.toString(16).padStart(8, '0')).join('');
}

test('the hash is MurmurHash3_x86_128', () => {
  // A known value of the reference implementation.
  const text = Buffer.from('The quick brown fox jumps over the lazy dog');
  assert.equal(hashOf(text), '2f1583c3ecee2c675d7bf66ce5e91d2c');
  assert.equal(hashOf(Buffer.from('?'.repeat(3) + text.toString()).subarray(3)), hashOf(text));
});

test('every bit of texts of all lengths changes the hash', () => {
  for (let length = 1; length < 40; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
    const seen = new Set([hashOf(bytes), hashOf(bytes.subarray(1))]);
    for (let bit = 0; bit < length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      seen.add(hashOf(changed));
    }
    assert.equal(seen.size, length * 8 + 2);
  }
});

test('sums are added to', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const sums = new Uint32Array(HASH_LANES);
  const view = new DataView(bytes.buffer);
  addMurmur3(sums, view, 0, 3);
  const once = Uint32Array.from(sums);
  addMurmur3(sums, view, 0, 3);
  assert.deepEqual(
    sums,
    once.map((sum) => 2 * sum),
  );
});
