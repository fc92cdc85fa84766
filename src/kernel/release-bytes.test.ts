import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releaseBytes } from './release-bytes.ts';

test('a large buffer is freed with every view of it', () => {
  const bytes = new Uint8Array(4097);
  const view = bytes.subarray(1, 3);
  releaseBytes(view);
  assert.equal(bytes.byteLength, 0);
});

test('the pool of small Buffers is kept, whatever size Node.js gives it', () => {
  const pooled = Buffer.from('kept');
  assert.ok(pooled.buffer.byteLength >= Buffer.poolSize);
  releaseBytes(pooled);
  assert.equal(pooled.toString(), 'kept');
});
