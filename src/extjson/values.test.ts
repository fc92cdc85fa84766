import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Transcoder } from './contract.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

const TRANSCODERS = { TypeScript: createTypeScriptTranscoder, WebAssembly: createWasmTranscoder };

/**
 * The name, the type and the value of the element in hexadecimal digits, its canonical JSON, and its relaxed JSON if
 * that differs.
 */
type Vector = readonly [string, string, string, string, string?];

const VECTORS: readonly Vector[] = [
  ['a double', '01', '000000000000F83F', '{"$numberDouble":"1.5"}', '1.5'],
  ['a whole double', '01', '000000000000F03F', '{"$numberDouble":"1.0"}', '1.0'],
  ['minus zero', '01', '0000000000000080', '{"$numberDouble":"-0.0"}', '-0.0'],
  ['not a number', '01', '000000000000F87F', '{"$numberDouble":"NaN"}'],
  ['infinity', '01', '000000000000F07F', '{"$numberDouble":"Infinity"}'],
  ['minus infinity', '01', '000000000000F0FF', '{"$numberDouble":"-Infinity"}'],
  ['an empty string', '02', '01000000 00', '""'],
  ['a string with escapes', '02', '08000000 225C0A00017F1F 00', String.raw`"\"\\\n\u0000\u0001${'\u007f'}\u001f"`],
  ['a string beyond ASCII', '02', '0A000000 C3A9E29886F09F8E8900', '"é☆🎉"'],
  [
    'line and paragraph separators',
    '02',
    '0F000000 61E280A862E280A9E280AAE380A8 00',
    String.raw`"a\u2028b\u2029${'\u202a\u3028'}"`,
  ],
  ['Latin-1', '02', '05000000 4A6F73E9 00', String.raw`"Jos\ufffd"`],
  ['overlong UTF-8', '02', '03000000 C080 00', String.raw`"\ufffd\ufffd"`],
  ['a surrogate', '02', '04000000 EDA080 00', String.raw`"\ufffd\ufffd\ufffd"`],
  ['a code point over U+10FFFF', '02', '05000000 F4908080 00', String.raw`"\ufffd\ufffd\ufffd\ufffd"`],
  ['a cut sequence before a whole one', '02', '07000000 61E282E282AC 00', String.raw`"a\ufffd\ufffd${'€'}"`],
  ['a sequence that the terminator cuts', '02', '02000000 C2 00', String.raw`"\ufffd"`],
  ['a replacement character that was stored', '02', '04000000 EFBFBD 00', '"\uFFFD"'],
  ['Latin-1 behind 16 bytes', '02', `13000000 ${'61'.repeat(15)}E96162 00`, String.raw`"${'a'.repeat(15)}\ufffdab"`],
  ['an empty document', '03', '05000000 00', '{}'],
  ['a document', '03', '0B000000 08 6200 01 0A 00 00', '{"b":true,"":null}'],
  ['an empty array', '04', '05000000 00', '[]'],
  ['an array', '04', '0E000000 08 3000 00 0A 3100 0A 00 00', '[false,null,null]'],
  ['an empty binary', '05', '00000000 00', '{"$binary":{"base64":"","subType":"00"}}'],
  ['a binary of one byte', '05', '01000000 80 FF', '{"$binary":{"base64":"/w==","subType":"80"}}'],
  ['a binary of two bytes', '05', '02000000 05 FFFE', '{"$binary":{"base64":"//4=","subType":"05"}}'],
  ['a binary of three bytes', '05', '03000000 09 010203', '{"$binary":{"base64":"AQID","subType":"09"}}'],
  ['an old binary', '05', '06000000 02 02000000 FFFF', '{"$binary":{"base64":"//8=","subType":"02"}}'],
  ['an empty old binary', '05', '04000000 02 00000000', '{"$binary":{"base64":"","subType":"02"}}'],
  ['an old binary without inner length', '05', '01000000 02 FF', '{"$binary":{"base64":"/w==","subType":"02"}}'],
  ['an old binary of a wrong one', '05', '05000000 02 02000000 61', '{"$binary":{"base64":"AgAAAGE=","subType":"02"}}'],
  ['undefined', '06', '', '{"$undefined":true}'],
  ['an ObjectId', '07', '00010203AABBCCDDEEFF7F80', '{"$oid":"00010203aabbccddeeff7f80"}'],
  ['true', '08', '01', 'true'],
  ['false', '08', '00', 'false'],
  date('1970', 0n, '1970-01-01T00:00:00Z'),
  date('a whole second', 951_868_799_000n, '2000-02-29T23:59:59Z'),
  date('a millisecond', 1_709_164_800_001n, '2024-02-29T00:00:00.001Z'),
  date('the last with an ISO form', 253_402_300_799_999n, '9999-12-31T23:59:59.999Z'),
  date('the year 10000', 253_402_300_800_000n),
  date('before 1970', -1n),
  date('the last that there is', 9_223_372_036_854_775_807n),
  date('the first that there is', -9_223_372_036_854_775_808n),
  ['null', '0A', '', 'null'],
  ['a regular expression', '0B', '612F62 00 786900', '{"$regularExpression":{"pattern":"a/b","options":"ix"}}'],
  [
    'a regular expression with escapes',
    '0B',
    '5C22 00 00',
    String.raw`{"$regularExpression":{"pattern":"\\\"","options":""}}`,
  ],
  [
    'a regular expression whose options are no letters',
    '0B',
    '61 00 78312269 00',
    String.raw`{"$regularExpression":{"pattern":"a","options":"\"1ix"}}`,
  ],
  [
    'a regular expression in Latin-1',
    '0B',
    'E9 00 78E961 00',
    String.raw`{"$regularExpression":{"pattern":"\ufffd","options":"x\ufffda"}}`,
  ],
  ['code in Latin-1', '0D', '02000000 E900', String.raw`{"$code":"\ufffd"}`],
  ['a symbol in Latin-1', '0E', '02000000 E900', String.raw`{"$symbol":"\ufffd"}`],
  [
    'a DBPointer',
    '0C',
    '02000000 6200 00010203AABBCCDDEEFF7F80',
    '{"$dbPointer":{"$ref":"b","$id":{"$oid":"00010203aabbccddeeff7f80"}}}',
  ],
  ['code', '0D', '02000000 6300', '{"$code":"c"}'],
  ['a symbol', '0E', '02000000 7300', '{"$symbol":"s"}'],
  ['code with scope', '0F', '12000000 02000000 6300 08000000 0A 7800 00', '{"$code":"c","$scope":{"x":null}}'],
  ['an int32', '10', 'FFFFFFFF', '{"$numberInt":"-1"}', '-1'],
  ['the least int32', '10', '00000080', '{"$numberInt":"-2147483648"}', '-2147483648'],
  ['a timestamp', '11', 'FFFFFFFF 01000000', '{"$timestamp":{"t":1,"i":4294967295}}'],
  long('0', 0n),
  long('99999999', 99_999_999n),
  long('100000000', 100_000_000n),
  long('9007199254740993', 9_007_199_254_740_993n),
  long('9223372036854775807', 9_223_372_036_854_775_807n),
  long('-9223372036854775808', -9_223_372_036_854_775_808n),
  decimal('0', 0n, 0),
  decimal('1.5', 15n, -1),
  decimal('0.000001', 1n, -6),
  decimal('1E-7', 1n, -7),
  decimal('1.2E+4', 12n, 3),
  decimal('9.999999999999999999999999999999999E+6144', 10n ** 34n - 1n, 6111),
  decimal('1E-6176', 1n, -6176),
  decimal('1000000000000000000000000000.000001', 1_000_000_000_000_000_000_000_000_000_000_001n, -6),
  // One digit more than the format allows, which stands for 0.
  decimal('0', 10n ** 34n, 0),
  ['a decimal128 that is not a number', '13', '0'.repeat(30) + '7C', '{"$numberDecimal":"NaN"}'],
  ['a decimal128 that is infinite', '13', '0'.repeat(30) + 'F8', '{"$numberDecimal":"-Infinity"}'],
  ['MaxKey', '7F', '', '{"$maxKey":1}'],
  ['MinKey', 'FF', '', '{"$minKey":1}'],
];

function int64Hex(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes.toString('hex');
}

function long(digits: string, value: bigint): Vector {
  return [`an int64 of ${digits}`, '12', int64Hex(value), `{"$numberLong":"${digits}"}`, digits];
}

function date(what: string, milliseconds: bigint, iso?: string): Vector {
  const canonical = `{"$date":{"$numberLong":"${milliseconds.toString()}"}}`;
  return [
    `a date: ${what}`,
    '09',
    int64Hex(milliseconds),
    canonical,
    iso === undefined ? canonical : `{"$date":"${iso}"}`,
  ];
}

function decimal(text: string, coefficient: bigint, exponent: number): Vector {
  const bits = (BigInt(exponent + 6176) << 113n) | coefficient;
  const hex = int64Hex(BigInt.asIntN(64, bits)) + int64Hex(BigInt.asIntN(64, bits >> 64n));
  return [`a decimal128 of ${text}`, '13', hex, `{"$numberDecimal":"${text}"}`];
}

/** `{key: value}` twice, because the second key is a known key. */
function documentOf(type: string, value: string, key: string | Buffer): Buffer {
  const element = Buffer.concat([
    Buffer.from(type, 'hex'),
    Buffer.from(key),
    Buffer.of(0),
    Buffer.from(value.replaceAll(' ', ''), 'hex'),
  ]);
  const document = Buffer.concat([Buffer.alloc(4), element, element, Buffer.alloc(1)]);
  document.writeInt32LE(document.length);
  return document;
}

function jsonOf(transcoder: Transcoder, bson: Buffer): string {
  return Buffer.from(transcoder.transcode(bson).json).toString();
}

for (const [name, createTranscoder] of Object.entries(TRANSCODERS)) {
  describe(`${name} writes`, () => {
    const canonical = createTranscoder('canonical');
    const relaxed = createTranscoder('relaxed');

    test('separators and Latin-1 in keys, in such as the cache of templates takes and in longer ones', () => {
      for (const prefix of ['', 'k'.repeat(600)]) {
        const bson = documentOf('0A', '', Buffer.concat([Buffer.from(`${prefix}\u2028\u2029`), Buffer.of(0xe9)]));
        const key = `"${prefix}\\u2028\\u2029\\ufffd"`;
        assert.equal(jsonOf(canonical, bson), `{${key}:null,${key}:null}\n`);
      }
    });

    for (const [what, type, value, canonicalJson, relaxedJson = canonicalJson] of VECTORS) {
      test(what, () => {
        const bson = documentOf(type, value, 'a"');
        assert.equal(jsonOf(canonical, bson), `{"a\\"":${canonicalJson},"a\\"":${canonicalJson}}\n`);
        assert.equal(jsonOf(relaxed, bson), `{"a\\"":${relaxedJson},"a\\"":${relaxedJson}}\n`);
        // The same values as items of an array, because arrays have templates of their own.
        const array = documentOf('04', documentOf(type, value, '0').toString('hex'), 'b');
        assert.ok(jsonOf(canonical, array).startsWith(`{"b":[${canonicalJson},${canonicalJson}],`));
        assert.ok(jsonOf(relaxed, array).startsWith(`{"b":[${relaxedJson},${relaxedJson}],`));
      });
    }
  });
}
