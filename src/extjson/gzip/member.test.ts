import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { EncodedBlock } from '../contract.ts';
import { GzipMember } from './member.ts';

function blockOf(json: Uint8Array, documents = 1): EncodedBlock {
  const deflate = new Uint8Array(deflateRawSync(json, { finishFlush: constants.Z_SYNC_FLUSH }));
  return { deflate, crc32: crc32(json), jsonBytes: json.byteLength, documents };
}

test('blocks put together are one member that holds their bytes in order', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 6 }), (runs) => {
      const member = new GzipMember();
      const pieces = runs.flatMap((run) => member.append(blockOf(run)));
      pieces.push(member.finish());
      const gzip = Buffer.concat(pieces);
      assert.deepEqual(gunzipSync(gzip), Buffer.concat(runs));
      assert.equal(member.bytes, gzip.byteLength);
      assert.equal(member.jsonBytes, Buffer.concat(runs).byteLength);
      assert.equal(member.documents, runs.length);
    }),
  );
});

test('the length in the trailer is counted modulo 2^32', () => {
  const member = new GzipMember();
  member.append({ ...blockOf(Buffer.from('x')), jsonBytes: 2 ** 32 + 7 });
  const end = Buffer.from(member.finish());
  assert.equal(end.readUInt32LE(end.byteLength - 4), 7);
  assert.equal(member.jsonBytes, 2 ** 32 + 7);
});

test('the same blocks give the same bytes', () => {
  const write = (): Buffer => {
    const member = new GzipMember();
    return Buffer.concat([...member.append(blockOf(Buffer.from('{"a":1}\n'))), member.finish()]);
  };
  assert.deepEqual(write(), write());
});

test('a finished member takes nothing more', () => {
  const member = new GzipMember();
  member.finish();
  assert.throws(() => member.append(blockOf(Buffer.from('x'))), /finished/);
  assert.throws(() => member.finish(), /finished/);
});
