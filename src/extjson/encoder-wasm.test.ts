import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import { Binary, Decimal128, Double, Int32, Long, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { BsonError } from './bson-error.ts';
import type { EncodedBlock, ExtendedJsonMode } from './contract.ts';
import { createWasmBlockEncoder } from './encoder-wasm.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';

const MODES: readonly ExtendedJsonMode[] = ['canonical', 'relaxed'];
const FINAL_BLOCK = Buffer.from([0x03, 0x00]);
const EMPTY_DOCUMENT = Buffer.from([5, 0, 0, 0, 0]);

const encoders = { canonical: createWasmBlockEncoder('canonical'), relaxed: createWasmBlockEncoder('relaxed') };
const transcoders = {
  canonical: createTypeScriptTranscoder('canonical'),
  relaxed: createTypeScriptTranscoder('relaxed'),
};

function assertEncodes(bson: Uint8Array, mode: ExtendedJsonMode): EncodedBlock {
  const encoded = encoders[mode].encode(bson);
  const { json, documents } = transcoders[mode].transcode(bson);
  assert.ok(inflateRawSync(Buffer.concat([encoded.deflate, FINAL_BLOCK])).equals(json));
  assert.equal(encoded.crc32, crc32(json));
  assert.equal(encoded.jsonBytes, json.byteLength);
  assert.equal(encoded.documents, documents);
  return encoded;
}

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('pending', 'shipped', 'a longer value that comes again and again'),
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => new Binary(bytes)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.integer().map((value) => Decimal128.fromString(`${value}.50`)),
);
const key = fc.oneof(
  fc.constantFrom('_id', 'name', 'a rather long key of a field', 'x'),
  fc.string({ maxLength: 8 }).map(withoutNul),
);
const document = fc.dictionary(key, fc.oneof(scalar, fc.array(scalar, { maxLength: 8 }), fc.dictionary(key, scalar)), {
  maxKeys: 12,
});

function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

for (const mode of MODES) {
  test(`random documents come back from ${mode} blocks`, () => {
    const blocks = fc.array(document, { maxLength: 40 });
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 30 }), (documents, times) => {
        const bson = Buffer.concat(documents.map((value) => serialize(value)));
        assertEncodes(Buffer.concat(Array.from({ length: times }, () => bson)), mode);
      }),
      { numRuns: 200 },
    );
  });

  test(`an empty block and empty documents are ${mode} blocks too`, () => {
    assert.equal(assertEncodes(Buffer.alloc(0), mode).jsonBytes, 0);
    assert.equal(
      assertEncodes(Buffer.concat(Array.from({ length: 100_000 }, () => EMPTY_DOCUMENT)), mode).documents,
      100_000,
    );
  });
}

test('a block of several stretches comes back', () => {
  const row = serialize({ _id: 1, name: 'a row of a table', price: new Double(12.5), at: new Date(0) });
  const rows = Math.ceil((12 << 20) / row.byteLength);
  const encoded = assertEncodes(Buffer.concat(Array.from({ length: rows }, () => row)), 'canonical');
  assert.ok(encoded.jsonBytes > 16 << 20);
});

test('the encoding of a block does not depend on earlier blocks', () => {
  const block = (keys: readonly string[]): Buffer =>
    Buffer.concat(
      Array.from({ length: 3000 }, (_, i) =>
        serialize(Object.fromEntries(keys.map((name, at) => [name, `${name} ${(i * 7919 * (at + 1)) % 97}`]))),
      ),
    );
  const blocks = [block(['a', 'b', 'c']), block(['b', 'c', 'd', 'e']), block(['e', 'a'])];
  const used = createWasmBlockEncoder('canonical');
  for (const each of blocks) used.encode(each);
  for (const each of blocks) {
    assert.deepEqual(used.encode(each), createWasmBlockEncoder('canonical').encode(each));
  }
});

test('documents larger than the usual block come back, before and after usual ones', () => {
  const small = serialize({ _id: 1, text: 'small' });
  const text = serialize({ text: 'some words, '.repeat(400_000) });
  const numbers = serialize({ numbers: Array.from({ length: 700_000 }, (_, i) => i * 17) });
  for (const bson of [small, text, small, numbers, text, small]) assertEncodes(bson, 'canonical');
});

test('more elements than there is room for hints come back', () => {
  const document = serialize({ v: Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? null : i % 2 === 0)) });
  assertEncodes(Buffer.concat(Array.from({ length: 4000 }, () => document)), 'canonical');
});

test('an encoded block stays unchanged in a buffer of its own', () => {
  const encoder = createWasmBlockEncoder('canonical');
  const { deflate } = encoder.encode(serialize({ a: 'first' }));
  const copy = Uint8Array.from(deflate);
  encoder.encode(serialize({ b: 'second, and longer' }));
  assert.deepEqual(deflate, copy);
  assert.equal(deflate.byteLength, deflate.buffer.byteLength);
});

test('a broken document is refused with its place, and the encoder goes on', () => {
  const encoder = createWasmBlockEncoder('canonical');
  const good = serialize({ a: 1 });
  const broken = Buffer.concat([good, good, good.with(4, 0x77)]);
  assert.throws(
    () => encoder.encode(broken),
    (thrown) => thrown instanceof BsonError && thrown.document === 2 && thrown.offset === 2 * good.byteLength + 4,
  );
  assert.equal(encoder.encode(good).documents, 1);
});
