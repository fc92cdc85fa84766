import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BSON,
  Binary,
  BSONRegExp,
  Code,
  DBRef,
  Decimal128,
  Double,
  Long,
  MaxKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import { ExtendedJsonError, type DocumentParser } from './index.ts';
import { createTypeScriptParser } from './parser-ts/parser.ts';
import { createWasmParser } from './parser-wasm.ts';

const PARSERS = { TypeScript: createTypeScriptParser, WebAssembly: createWasmParser };

const ID = '00112233445566778899aabb';

/** The JSON of a value, and the value as npm's bson writes it. */
const VALUES: readonly (readonly [string, string, unknown])[] = [
  ['the smallest int32', '-2147483648', -2147483648],
  ['one less than the smallest int32', '-2147483649', Long.fromString('-2147483649')],
  ['the largest int32', '2147483647', 2147483647],
  ['one more than the largest int32', '2147483648', Long.fromString('2147483648')],
  ['the largest int64', '9223372036854775807', Long.MAX_VALUE],
  ['one more than the largest int64', '9223372036854775808', new Double(2 ** 63)],
  ['the smallest int64', '-9223372036854775808', Long.MIN_VALUE],
  ['a huge integer', '123456789012345678901234567890', new Double(123456789012345678901234567890)],
  ['minus zero without a point', '-0', new Double(-0)],
  ['minus zero', '-0.0', new Double(-0)],
  ['a whole double', '1.0', new Double(1)],
  ['a whole number with an exponent', '1E2', new Double(100)],
  ['a double', '-12.5e-3', new Double(-0.0125)],
  ['the smallest double', '5e-324', new Double(5e-324)],
  ['less than half of the smallest double', '2e-324', new Double(0)],
  ['the largest double', '1.7976931348623157e308', new Double(Number.MAX_VALUE)],
  ['a double halfway between two', '9007199254740993.0', new Double(9007199254740992)],
  ['a double barely over the half', '9007199254740993.00000000000000000000000000001', new Double(9007199254740994)],
  ['canonical doubles', '[{"$numberDouble":"NaN"},{"$numberDouble":"-Infinity"}]', [NaN, -Infinity]],
  ['a canonical int32 of minus zero', '{"$numberInt":"-0"}', 0],
  ['an int64 that fits an int32', '{"$numberLong":"1"}', Long.fromNumber(1)],
  ['literals', '[true,false,null]', [true, false, null]],
  ['escapes', String.raw`"\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83c\uDF89"`, '"\\/\b\f\n\r\t\u0000é€🎉'],
  ['characters of all lengths', '"aé€🎉\u007f\u2028"', 'aé€🎉\u007f\u2028'],
  ['an ObjectId in capitals', `{"$oid":"${ID.toUpperCase()}"}`, new ObjectId(ID)],
  ['an ObjectId with an escaped key', String.raw`{"\u0024oid":"${ID}"}`, new ObjectId(ID)],
  ['an ObjectId with an escaped digit', String.raw`{"$oid":"\u0030${ID.slice(1)}"}`, new ObjectId(ID)],
  ['a date', '{"$date":"2012-12-24T12:15:30.501Z"}', new Date(1356351330501)],
  ['a date in whole seconds', '{"$date":"2000-02-29T23:59:59Z"}', new Date(951868799000)],
  ['a date of one tenth', '{"$date":"1970-01-01T00:00:00.1Z"}', new Date(100)],
  ['a date before 1970', '{"$date":"0000-03-01T00:00:00Z"}', new Date('0000-03-01T00:00:00Z')],
  ['a date of a western zone', '{"$date":"2012-12-24T12:15:30.501-0730"}', new Date(1356351330501 + 27_000_000)],
  ['a date of an eastern zone', '{"$date":"2012-12-24T12:15:30.501+07:30"}', new Date(1356351330501 - 27_000_000)],
  ['a far date', '{"$date":{"$numberLong":"-8640000000000000"}}', new Date(-8640000000000000)],
  ['binary data', '{"$binary":{"subType":"5","base64":"//4="}}', new Binary(Buffer.from([255, 254]), 5)],
  ['old binary data', '{"$binary":{"base64":"AQID","subType":"02"}}', new Binary(Buffer.from([1, 2, 3]), 2)],
  ['binary data of version 1', '{"$binary":"AQID","$type":"80"}', new Binary(Buffer.from([1, 2, 3]), 0x80)],
  ['a UUID', '{"$uuid":"73FFD264-44b3-4c69-90e8-e7d1dfc035d4"}', new UUID('73ffd264-44b3-4c69-90e8-e7d1dfc035d4')],
  ['a decimal128', '{"$numberDecimal":"-1.20E+3"}', Decimal128.fromString('-1.20E+3')],
  ['a timestamp', '{ "$timestamp" : { "i" : 4294967295 , "t" : 0 } }', new Timestamp({ t: 0, i: 0xffff_ffff })],
  [
    'a regular expression with unsorted options',
    '{"$regularExpression":{"options":"xmi","pattern":"a/\\u00e9"}}',
    new BSONRegExp('a/é', 'imx'),
  ],
  ['a regular expression of version 1', '{"$regex":"^a","$options":"mi"}', new BSONRegExp('^a', 'im')],
  ['a query with $regex alone', '{"$regex":"^a"}', { $regex: '^a' }],
  ['a query with $regex of another order', '{"$options":"i","$regex":"^a"}', { $options: 'i', $regex: '^a' }],
  ['a query with $regex and more', '{"$regex":"a","$options":"i","x":1}', { $regex: 'a', $options: 'i', x: 1 }],
  ['code', '{"$code":"f()\\u0000"}', new Code('f()\u0000')],
  ['code with scope', '{"$code":"f()","$scope":{"$oid":1,"a":[]}}', new Code('f()', { $oid: 1, a: [] })],
  ['a DBRef', `{"$ref":"c","$id":{"$oid":"${ID}"},"$db":"d"}`, new DBRef('c', new ObjectId(ID), 'd')],
  ['a later key of a type', `{"a":1,"$oid":"${ID}"}`, { a: 1, $oid: ID }],
  ['MaxKey', '{"$maxKey":1}', new MaxKey()],
  ['nested arrays', '[[],[[],{}],{"0":[]}]', [[], [[], {}], { 0: [] }]],
];

const MAX_NESTING = 200;

/** The lines, the line and the column that the error names, and a part of the reason. */
const HOSTILE: readonly (readonly [string, string | Buffer, number, number, string])[] = [
  ['an array', '[{}]', 1, 1, 'begins with {'],
  ['a number', '{}\n 1', 2, 2, 'begins with {'],
  ['a byte order mark', '\ufeff{}', 1, 1, 'begins with {'],
  ['two documents on a line', '{}{}', 1, 3, 'behind the document'],
  ['a document on two lines', '{"a":\n1}', 1, 6, 'line ends'],
  ['half a document', '\n\n{"a":1', 3, 7, 'line ends'],
  ['half a string', '{"a":"b', 1, 8, 'line ends'],
  ['a line feed in a string', '{"a":"b\n"}', 1, 8, 'line ends'],
  ['a key without quotes', '{a:1}', 1, 2, 'key in double quotes'],
  ['a comma before the end', '{"a":1,}', 1, 8, 'key in double quotes'],
  ['a key without colon', '{"a" 1}', 1, 6, 'colon'],
  ['no value', '{"a":}', 1, 6, 'no JSON value'],
  ['a comma before the end of an array', '{"a":[1,]}', 1, 9, 'no JSON value'],
  ['no comma', '{"a":1 "b":2}', 1, 8, 'comma'],
  ['another bracket', '{"a":[1}', 1, 8, 'comma'],
  ['a word', '{"a":nul}', 1, 6, 'no JSON value'],
  ['NaN', '{"a":NaN}', 1, 6, 'no JSON value'],
  ['a leading zero', '{"a":01}', 1, 7, 'comma'],
  ['a plus sign', '{"a":+1}', 1, 6, 'no JSON value'],
  ['a minus sign', '{"a":-}', 1, 6, 'form of JSON numbers'],
  ['a point without digits', '{"a":1.}', 1, 6, 'form of JSON numbers'],
  ['an exponent without digits', '{"a":1e+}', 1, 6, 'form of JSON numbers'],
  ['a number over all doubles', '{"a":1e309}', 1, 6, 'largest double'],
  ['a tab in a string', '{"a":"\t"}', 1, 7, 'control character'],
  ['a zero byte in a string', '{"a":"\u0000"}', 1, 7, 'control character'],
  ['an unknown escape', String.raw`{"a":"x\x"}`, 1, 8, 'backslash'],
  ['an escape with too few digits', String.raw`{"a":"\u12"}`, 1, 7, 'backslash'],
  ['half a surrogate pair', String.raw`{"a":"\ud83c"}`, 1, 7, 'surrogate'],
  ['the other half', String.raw`{"a":"\udf89"}`, 1, 7, 'surrogate'],
  ['two first halves', String.raw`{"a":"\ud83c\ud83c"}`, 1, 7, 'surrogate'],
  ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), 1, 7, 'not UTF-8'],
  ['a surrogate in UTF-8', Buffer.from('7b2261223a22eda080227d', 'hex'), 1, 7, 'not UTF-8'],
  ['a cut sequence', Buffer.from('7b2261223a22e282', 'hex'), 1, 7, 'not UTF-8'],
  ['U+0000 in a key', String.raw`{"é\u0000":1}`, 1, 5, 'U+0000'],
  ['U+0000 in a nested key', String.raw`{"a":{"$\u0000":1}}`, 1, 9, 'U+0000'],
  ['U+0000 in a pattern', String.raw`{"a":{"$regularExpression":{"pattern":"\u0000","options":""}}}`, 1, 40, 'U+0000'],
  ['201 levels', '{"a":'.repeat(MAX_NESTING + 1), 1, MAX_NESTING * 5 + 1, '200 levels'],
  ['201 levels of arrays', `{"a":${'['.repeat(MAX_NESTING)}`, 1, 5 + MAX_NESTING, '200 levels'],
  ['a short ObjectId', '{"a":{"$oid":"00"}}', 1, 14, '$oid'],
  ['an ObjectId with a letter', `{"a":{"$oid":"${ID.slice(1)}g"}}`, 1, 14, '$oid'],
  ['an ObjectId and more', `{"a":{"$oid":"${ID}","b":1}}`, 1, 40, 'a key too many'],
  ['a date that does not exist', '{"a":{"$date":"2021-02-29T00:00:00Z"}}', 1, 15, '$date'],
  ['a date without zone', '{"a":{"$date":"2021-02-28T00:00:00"}}', 1, 15, '$date'],
  ['a date in microseconds', '{"a":{"$date":"2021-02-28T00:00:00.000001Z"}}', 1, 15, '$date'],
  ['a date of another number', '{"a":{"$date":{"$numberInt":"1"}}}', 1, 16, 'a key too many'],
  ['base64 without padding', '{"a":{"$binary":{"base64":"AQI","subType":"00"}}}', 1, 27, 'base64'],
  ['base64 with unused bits', '{"a":{"$binary":{"base64":"AR==","subType":"00"}}}', 1, 27, 'base64'],
  ['a subtype of three digits', '{"a":{"$binary":{"base64":"","subType":"000"}}}', 1, 40, 'subtype'],
  ['binary data without subtype', '{"a":{"$binary":{"base64":""}}}', 1, 29, 'a key too many'],
  ['binary data with base64 twice', '{"a":{"$binary":{"base64":"","base64":""}}}', 1, 30, 'a key too many'],
  ['an int32 out of range', '{"a":{"$numberInt":"2147483648"}}', 1, 20, '$numberInt'],
  ['an int64 out of range', '{"a":{"$numberLong":"9223372036854775808"}}', 1, 21, '$numberLong'],
  ['a huge int64', `{"a":{"$numberLong":"${'9'.repeat(100_000)}"}}`, 1, 21, '$numberLong'],
  ['a double with a comma', '{"a":{"$numberDouble":"1,5"}}', 1, 23, '$numberDouble'],
  ['a decimal128 of 35 digits', `{"a":{"$numberDecimal":"${'1'.repeat(35)}"}}`, 1, 24, 'more digits'],
  [
    'a decimal128 that is none',
    `{"a":{"$numberDecimal":"${'1'.repeat(100_000)}x"}}`,
    1,
    24,
    'not a string with a decimal128',
  ],
  ['a negative timestamp', '{"a":{"$timestamp":{"t":-1,"i":0}}}', 1, 25, '$timestamp'],
  ['a large timestamp', '{"a":{"$timestamp":{"t":1,"i":4294967296}}}', 1, 31, '$timestamp'],
  ['a scope that is no document', '{"a":{"$code":"","$scope":[]}}', 1, 27, '$scope'],
  ['MinKey of another number', '{"a":{"$minKey":2}}', 1, 17, '$minKey'],
  ['undefined that is false', '{"a":{"$undefined":false}}', 1, 20, '$undefined'],
];

function parse(parser: DocumentParser, json: string | Buffer): Buffer {
  return Buffer.from(parser.parse(Buffer.from(json)).bson);
}

for (const [name, createParser] of Object.entries(PARSERS)) {
  describe(`the ${name} parser`, () => {
    const parser = createParser();

    for (const [what, json, value] of VALUES) {
      test(`reads ${what}`, () => {
        const expected = Buffer.from(BSON.serialize({ a: value }, { ignoreUndefined: false }));
        for (const text of [`{"a":${json}}`, ` \t{ "a" : ${json} } \r`]) {
          assert.equal(parse(parser, text).toString('hex'), expected.toString('hex'));
        }
      });
    }

    for (const [what, json, line, column, reason] of HOSTILE) {
      test(`refuses ${what}`, () => {
        assert.throws(
          () => parser.parse(Buffer.from(json)),
          (error) => {
            assert.ok(error instanceof ExtendedJsonError);
            assert.deepEqual([error.line, error.column, error.code], [line, column, 'INVALID_EXTENDED_JSON']);
            assert.ok(error.reason.includes(reason), error.reason);
            return true;
          },
        );
        assert.equal(parser.parse(Buffer.from('{}')).documents, 1);
      });
    }

    test('counts documents and lines, and takes empty lines and a last line without line feed', () => {
      const { bson, documents, lines } = parser.parse(Buffer.from('{"a":1}\n\n \t\r\n{}\r\n{}'));
      assert.deepEqual([documents, lines], [3, 5]);
      assert.equal(Buffer.from(bson).toString('hex'), '0c0000001061000100000000' + '0500000000'.repeat(2));
      assert.equal(parser.parse(Buffer.from('')).bson.length, 0);
    });

    test('keeps keys that come twice, their order, and keys that look like indexes', () => {
      const bson = parse(parser, '{"2":null,"1":null,"2":true,"":null,"__proto__":null}');
      assert.equal(bson.toString('hex'), '1c0000000a32000a3100083200010a000a5f5f70726f746f5f5f0000');
    });

    test('takes a line that begins like a value of a type as a document', () => {
      assert.deepEqual(BSON.deserialize(parse(parser, '{"$oid":"x","$date":1}')), { $oid: 'x', $date: 1 });
    });

    test('takes 200 levels', () => {
      const { documents } = parser.parse(
        Buffer.from('{"a":'.repeat(MAX_NESTING - 1) + '{}' + '}'.repeat(MAX_NESTING - 1)),
      );
      assert.equal(documents, 1);
    });

    test('reads a view that begins within its buffer', () => {
      const text = Buffer.from('{"a":1}{"b":2}{"c":3}');
      assert.deepEqual(BSON.deserialize(parser.parse(text.subarray(7, 14)).bson), { b: 2 });
    });

    test('reads a string of 20 MiB, and an array whose BSON is several times its text', () => {
      const text = 'x"'.repeat(10 << 20);
      const long = parse(parser, JSON.stringify({ text }));
      assert.ok(long.subarray(14, -2).equals(Buffer.from(text)));
      const items = 1_000_000;
      const bson = parse(parser, `{"a":[${'0,'.repeat(items - 1)}0]}`);
      assert.equal(bson.length, bson.readInt32LE());
      assert.ok(bson.length > items * 11);
    });

    test('refuses a document of more than 64 MiB', () => {
      const json = Buffer.from(`{"a":"${'x'.repeat(64 << 20)}"}`);
      assert.throws(() => parser.parse(json), { name: 'ExtendedJsonError', line: 1, reason: /64 MiB/ });
    });
  });
}
