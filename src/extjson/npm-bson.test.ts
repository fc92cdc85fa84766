import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  deserialize,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import type { ExtendedJsonMode } from './contract.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

const TRANSCODERS = [createTypeScriptTranscoder, createWasmTranscoder];

function npmBson(bson: Uint8Array, mode: ExtendedJsonMode): string {
  const document = deserialize(bson, { promoteValues: false, bsonRegExp: true });
  // Only this escape differs. The table of docs/formats/extended-json.md names it.
  return EJSON.stringify(document, { relaxed: mode === 'relaxed' })
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

// Documents that npm's bson can hold: unique keys that are not integers, no undefined, no DBPointer, only JavaScript's
// dates, and decimal128 of at most 34 digits. In relaxed form also no whole doubles, and no longs that a double cannot
// hold.
const key = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `k${text.replaceAll('\0', '')}`);
const text = fc.string({ unit: 'binary' }).map((string) => string.toWellFormed());
const bytes = fc.uint8Array({ maxLength: 40 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const milliseconds = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const safeLong = fc.maxSafeInteger().map((value) => Long.fromNumber(value));
const fraction = fc.double({ noDefaultInfinity: true }).filter((value) => !Number.isInteger(value));

const decimal128 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((decimal) => {
  // Avoids the form for significands of more than 34 digits.
  decimal[15] = (decimal[15] ?? 0) & 0xdf;
  return new Decimal128(decimal);
});

function documents(number: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const { value } = fc.letrec<{ value: unknown; document: Record<string, unknown> }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      text,
      fc.boolean(),
      fc.constantFrom(null, new MinKey(), new MaxKey()),
      int32.map((integer) => new Int32(integer)),
      milliseconds.map((time) => new Date(time)),
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((id) => new ObjectId(id)),
      fc.tuple(bytes, fc.constantFrom(0, 1, 3, 5, 128)).map(([data, subtype]) => new Binary(data, subtype)),
      decimal128,
      fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
      fc.tuple(key, fc.subarray(['i', 'm', 's', 'x'])).map(([p, options]) => new BSONRegExp(p, options.join(''))),
      text.map((code) => new Code(code)),
      fc.tuple(text, tie('document')).map(([code, scope]) => new Code(code, scope)),
      text.map((symbol) => new BSONSymbol(symbol)),
      fc.array(tie('value'), { maxLength: 5 }),
      tie('document'),
    ),
    document: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  }));
  return fc.dictionary(key, value, { maxKeys: 8 });
}

const GENERATED = {
  canonical: documents(
    fc.oneof(
      fc.double().map((value) => new Double(value)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
    ),
  ),
  relaxed: documents(
    fc.oneof(
      fraction.map((value) => new Double(value)),
      safeLong,
    ),
  ),
};

for (const mode of ['canonical', 'relaxed'] as const) {
  test(`${mode} JSON is that of npm's bson where that loses nothing`, () => {
    const transcoders = TRANSCODERS.map((create) => create(mode));
    fc.assert(
      fc.property(GENERATED[mode], (document) => {
        const bson = serialize(document);
        const expected = `${npmBson(bson, mode)}\n`;
        for (const transcoder of transcoders) {
          assert.equal(Buffer.from(transcoder.transcode(bson).json).toString(), expected);
        }
      }),
      { numRuns: 1000 },
    );
  });
}

const INT32_ELEMENTS = '10 32 00 01000000 10 31 00 02000000';

/**
 * The table of docs/formats/extended-json.md: the name, the document's elements, the JSON of npm's bson, and
 * Longshore's JSON.
 */
const EXCEPTIONS: readonly (readonly [string, ExtendedJsonMode, string, string, string])[] = [
  ['a long over 2^53', 'relaxed', '12 6100 0100000000002000', '{"a":9007199254740992}', '{"a":9007199254740993}'],
  ['a whole double', 'relaxed', '01 6100 000000000000F03F', '{"a":1}', '{"a":1.0}'],
  ['minus zero', 'relaxed', '01 6100 0000000000000080', '{"a":0}', '{"a":-0.0}'],
  [
    'a key that comes twice',
    'canonical',
    '10 6100 01000000 10 6100 02000000',
    '{"a":{"$numberInt":"2"}}',
    '{"a":{"$numberInt":"1"},"a":{"$numberInt":"2"}}',
  ],
  ['keys like integers', 'relaxed', INT32_ELEMENTS, '{"1":2,"2":1}', '{"2":1,"1":2}'],
  ['undefined', 'canonical', '06 6100', '{"a":null}', '{"a":{"$undefined":true}}'],
  [
    'a DBPointer',
    'canonical',
    '0C 6100 02000000 6200 000000000000000000000000',
    '{"a":{"$ref":"b","$id":{"$oid":"000000000000000000000000"}}}',
    '{"a":{"$dbPointer":{"$ref":"b","$id":{"$oid":"000000000000000000000000"}}}}',
  ],
  [
    'a date that JavaScript does not have',
    'canonical',
    '09 6100 FFFFFFFFFFFFFF7F',
    '{"a":{"$date":{"$numberLong":"NaN"}}}',
    '{"a":{"$date":{"$numberLong":"9223372036854775807"}}}',
  ],
  [
    'that a decimal128 with too many digits stands for 0',
    'canonical',
    '13 6100 00000000000000000000000000800F6C',
    '{"a":{"$numberDecimal":"1038459371706965525706099265844019.2"}}',
    '{"a":{"$numberDecimal":"0.0"}}',
  ],
];

for (const [what, mode, elements, theirs, ours] of EXCEPTIONS) {
  test(`npm's bson loses ${what}, and we do not`, () => {
    const body = Buffer.from(elements.replaceAll(' ', ''), 'hex');
    const bson = Buffer.concat([Buffer.alloc(4), body, Buffer.alloc(1)]);
    bson.writeInt32LE(bson.length);
    assert.equal(npmBson(bson, mode), theirs);
    for (const create of TRANSCODERS) {
      assert.equal(Buffer.from(create(mode).transcode(bson).json).toString(), `${ours}\n`);
    }
  });
}

test("not a number is the same in relaxed JSON as with npm's bson", () => {
  const bson = serialize({ a: new Double(NaN), b: new Double(-Infinity) });
  assert.equal(npmBson(bson, 'relaxed'), '{"a":{"$numberDouble":"NaN"},"b":{"$numberDouble":"-Infinity"}}');
  for (const create of TRANSCODERS) {
    assert.equal(Buffer.from(create('relaxed').transcode(bson).json).toString(), `${npmBson(bson, 'relaxed')}\n`);
  }
});
