import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { compileAssemblyScript } from '../../../test/support/assemblyscript.ts';
import { Random } from '../../../test/support/random.ts';

const FOLDED_BYTES = 300 * 16;
const ROOM_BYTES = FOLDED_BYTES + 1025 * 16;
const LONGEST = 100_000;

const WASM = new URL('../wasm/', import.meta.url).pathname;
const modules = await compileAssemblyScript(WASM, ['fold.ts'], ROOM_BYTES + LONGEST);

test('a folded text has the CRC-32 of the whole', () => {
  const room = modules.free;
  const start = room + ROOM_BYTES;
  const lengths = fc.integer({ min: FOLDED_BYTES, max: LONGEST });
  const crcs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffffffff }));
  fc.assert(
    fc.property(lengths, crcs, fc.nat(), (length, before, seed) => {
      const random = new Random(seed);
      const text = new Uint8Array(modules.memory.buffer, start, length);
      for (let at = 0; at < length; at++) text[at] = random.uint32();
      const copy = Buffer.from(text);
      const end = modules.call('fold', start, start + length, before, room);
      const folded = new Uint8Array(modules.memory.buffer, room + FOLDED_BYTES, end - room - FOLDED_BYTES);
      assert.equal(folded.byteLength, FOLDED_BYTES + (length % 16));
      assert.equal(crc32(folded, 0xffffffff), crc32(copy, before));
      assert.deepEqual(Buffer.from(text), copy);
    }),
  );
});
