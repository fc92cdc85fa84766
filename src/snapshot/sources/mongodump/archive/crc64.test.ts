import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc64 } from '../../../../../test/support/mongodump-archive.ts';
import { Crc64 } from './crc64.ts';

test('the checksum of 123456789 is the one of the catalogue of CRCs', () => {
  const crc = new Crc64();
  crc.update(Buffer.from('123456789'));
  assert.equal(BigInt.asUintN(64, crc.value), 0x995dc9bbdf1939fan);
  assert.equal(new Crc64().value, 0n);
});

test('however bytes are cut, the checksum is that of the definition', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (pieces) => {
      const crc = new Crc64();
      for (const piece of pieces) crc.update(piece);
      assert.equal(crc.value, BigInt.asIntN(64, crc64(Buffer.concat(pieces))));
    }),
  );
});
