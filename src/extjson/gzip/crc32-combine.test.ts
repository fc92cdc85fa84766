import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { crc32Combine } from './crc32-combine.ts';

test('the CRC-32 of two runs is that of both together', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
      assert.equal(crc32Combine(crc32(first), crc32(second), second.length), crc32(Buffer.concat([first, second])));
    }),
  );
});

test('combining works for long runs', () => {
  const first = Buffer.alloc(1_000_003, 'longshore');
  const second = Buffer.alloc(5_000_011, 'snapshot');
  assert.equal(crc32Combine(crc32(first), crc32(second), second.length), crc32(Buffer.concat([first, second])));
});

test('combining is associative beyond 4 GiB', () => {
  const far = 2 ** 33 + 5;
  const a = crc32('a');
  const b = crc32('b');
  const c = crc32('c');
  const left = crc32Combine(crc32Combine(a, b, far), c, 3);
  const right = crc32Combine(a, crc32Combine(b, c, 3), far + 3);
  assert.equal(left, right);
});
