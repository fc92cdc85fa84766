import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Transcoder } from '../contract.ts';
import { GzipMember } from './member.ts';
import { createZlibBlockEncoder } from './zlib-encoder.ts';

/** A transcoder that returns its input. Each byte counts as a document. */
const echo: Transcoder = { transcode: (bson) => ({ json: bson, documents: bson.byteLength }) };

test('the content that zlib compressed is read back from the member', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 4 }), (runs) => {
      const encoder = createZlibBlockEncoder(echo);
      const member = new GzipMember();
      const pieces = runs.flatMap((run) => member.append(encoder.encode(run)));
      pieces.push(member.finish());
      assert.deepEqual(gunzipSync(Buffer.concat(pieces)), Buffer.concat(runs));
      assert.equal(member.documents, Buffer.concat(runs).byteLength);
    }),
  );
});

test('a block stays unchanged while the next one is encoded', () => {
  const encoder = createZlibBlockEncoder(echo);
  const first = encoder.encode(Buffer.alloc(5000, 'first'));
  const copy = Uint8Array.from(first.deflate);
  encoder.encode(Buffer.alloc(5000, 'second'));
  assert.deepEqual(first.deflate, copy);
});
