import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BsonError, type ExtendedJsonMode, type Transcoder } from './index.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

const TRANSCODERS = { TypeScript: createTypeScriptTranscoder, WebAssembly: createWasmTranscoder };

const INT32_ONE = '01000000';
/** `{a: 1}` */
const VALID = document(`10 6100 ${INT32_ONE}`);

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

/** @param elements in hexadecimal digits. */
function document(elements: string | Buffer): Buffer {
  const body = typeof elements === 'string' ? bytes(elements) : elements;
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 5);
  return Buffer.concat([length, body, Buffer.alloc(1)]);
}

/** Nests documents. @param levels the number of documents. */
function nested(levels: number, type = 0x03): Buffer {
  let inner = document('');
  for (let level = 1; level < levels; level++) inner = document(Buffer.concat([Buffer.from([type, 0x61, 0]), inner]));
  return inner;
}

/** The elements, the byte of the document that the error names, and a part of the reason. */
const HOSTILE: readonly (readonly [string, Buffer, number, string])[] = [
  ['a length below 5', bytes('04000000 00'), 0, 'length of a document'],
  ['a negative length', bytes('FFFFFFFF 00'), 0, 'length of a document'],
  ['a length over the end', bytes('06000000 00'), 0, 'length of a document'],
  ['bytes behind the last document', Buffer.concat([document(''), bytes('00')]), 5, 'length of a document'],
  ['less than a length', bytes('0500'), 0, 'length of a document'],
  ['a wrong terminator', bytes('05000000 01'), 4, 'does not end with a zero byte'],
  ['a terminator too early', document('00 00'), 4, 'ends before its length'],
  ['an unknown type', document('14 6100'), 4, 'type of an element'],
  ['an unknown type in an array', document('04 6100 08000000 20 30 00 00'), 11, 'type of an element'],
  ['a key that does not end', document('0A 616161'), 4, 'a key does not end'],
  ['a known key that does not end', document('10 61'), 4, 'a key does not end'],
  ['an index that does not end', document('04 6100 07000000 0A 30 00'), 11, 'a key does not end'],
  ['a string of length 0', document('02 6100 00000000 00'), 7, 'length of a string'],
  ['a string over the end', document('02 6100 03000000 61 00'), 7, 'length of a string'],
  ['a huge string', document('02 6100 FFFFFF7F 61 00'), 7, 'length of a string'],
  ['a string without terminator', document('02 6100 02000000 61 62'), 12, 'a string does not end'],
  ['half a string length', document('02 6100 0200'), 7, 'a value does not end'],
  ['half an int32', document('10 6100 0100'), 7, 'a value does not end'],
  ['half a double', document('01 6100 01000000'), 7, 'a value does not end'],
  ['half an ObjectId', document('07 6100 0102030405060708090A0B'), 7, 'a value does not end'],
  ['half a decimal128', document('13 6100 0000000000000000'), 7, 'a value does not end'],
  ['no boolean', document('08 6100'), 7, 'a value does not end'],
  ['a boolean of 2', document('08 6100 02'), 7, 'boolean'],
  ['a document over the end', document('03 6100 06000000 00'), 7, 'length of a document'],
  ['a document of length 4', document('03 6100 04000000 00'), 7, 'length of a document'],
  ['a negative binary', document('05 6100 FFFFFFFF 00'), 7, 'length of a binary'],
  ['a binary over the end', document('05 6100 02000000 00 61'), 7, 'length of a binary'],
  ['a pattern that does not end', document('0B 6100 6161'), 7, 'regular expression'],
  ['options that do not end', document('0B 6100 6100 69'), 9, 'regular expression'],
  ['code with scope below 14', document('0F 6100 0D000000 01000000 00 0500000000'), 7, 'code with scope'],
  ['code with scope over the end', document('0F 6100 0F000000 01000000 00 0500000000'), 7, 'code with scope'],
  ['code that reaches into its scope', document('0F 6100 0E000000 02000000 00 0500000000'), 11, 'length of a string'],
  ['a scope of another length', document('0F 6100 0E000000 01000000 00 0600000000'), 16, 'length of a document'],
  ['201 levels of documents', nested(201), 4 + 199 * 7 + 3, '200 levels'],
  ['201 levels of arrays', nested(201, 0x04), 4 + 199 * 7 + 3, '200 levels'],
];

for (const [name, createTranscoder] of Object.entries(TRANSCODERS)) {
  describe(`the ${name} transcoder`, () => {
    const transcoders = new Map<ExtendedJsonMode, Transcoder>([
      ['canonical', createTranscoder('canonical')],
      ['relaxed', createTranscoder('relaxed')],
    ]);
    const canonical = createTranscoder('canonical');

    test('writes one line for each document', () => {
      const { json, documents } = canonical.transcode(Buffer.concat([VALID, document(''), VALID]));
      assert.equal(Buffer.from(json).toString(), '{"a":{"$numberInt":"1"}}\n{}\n{"a":{"$numberInt":"1"}}\n');
      assert.equal(documents, 3);
    });

    test('writes nothing for no documents', () => {
      const { json, documents } = canonical.transcode(new Uint8Array(0));
      assert.equal(json.length, 0);
      assert.equal(documents, 0);
    });

    for (const [what, bson, offset, reason] of HOSTILE) {
      test(`refuses ${what}`, () => {
        for (const transcoder of transcoders.values()) {
          // The block lies between two valid documents. The first one makes the key known.
          const block = Buffer.concat([VALID, bson]);
          assert.throws(
            () => transcoder.transcode(block),
            (error) => {
              assert.ok(error instanceof BsonError);
              assert.equal(error.code, 'INVALID_BSON');
              assert.equal(error.offset, VALID.length + offset);
              assert.ok(error.message.includes(reason), error.message);
              assert.ok(error.document >= 1);
              return true;
            },
          );
          assert.equal(transcoder.transcode(VALID).documents, 1);
        }
      });
    }

    test('takes 200 levels', () => {
      const { json } = canonical.transcode(nested(200));
      assert.equal(Buffer.from(json).toString(), `${'{"a":'.repeat(199)}{}${'}'.repeat(199)}\n`);
    });

    test('counts the documents of a block up to the faulty one', () => {
      const block = Buffer.concat([VALID, VALID, VALID, document('08 6100 02')]);
      assert.throws(() => canonical.transcode(block), { document: 3, offset: VALID.length * 3 + 7 });
    });

    test('ignores what the indexes of an array say', () => {
      const { json } = canonical.transcode(document('04 6100 11000000 0A 00 0A 7A7A00 0A FF2200 0A 00 00'));
      assert.equal(Buffer.from(json).toString(), '{"a":[null,null,null,null]}\n');
    });

    test('reads a view that begins within its buffer', () => {
      const padded = Buffer.concat([Buffer.from([1, 2, 3]), VALID, Buffer.from([9])]);
      const { json } = canonical.transcode(padded.subarray(3, 3 + VALID.length));
      assert.equal(Buffer.from(json).toString(), '{"a":{"$numberInt":"1"}}\n');
    });

    test('has room for the document that grows most', () => {
      // Empty regular expressions with an empty key: 4 bytes of BSON become 54 of JSON.
      const elements = 100_000;
      const bson = document(Buffer.alloc(elements * 4, bytes('0B000000')));
      const { json } = canonical.transcode(bson);
      const element = '"":{"$regularExpression":{"pattern":"","options":""}}';
      assert.equal(Buffer.from(json).toString(), `{${Array<string>(elements).fill(element).join(',')}}\n`);
    });

    test('takes a document of 48 MiB, and small ones after it', () => {
      const text = Buffer.alloc(48 << 20, 'abc\n');
      const length = Buffer.alloc(4);
      length.writeInt32LE(text.length + 1);
      const bson = document(Buffer.concat([bytes('02 6100'), length, text, Buffer.alloc(1)]));
      const { json } = canonical.transcode(bson);
      assert.equal(json.length, '{"a":""}\n'.length + (text.length / 4) * 5);
      assert.equal(Buffer.from(json.subarray(0, 15)).toString(), '{"a":"abc\\nabc\\');
      assert.equal(canonical.transcode(VALID).documents, 1);
    });

    test('takes a key of 1 MiB', () => {
      const key = 'k"'.repeat(1 << 19);
      const bson = document(Buffer.concat([bytes('0A'), Buffer.from(key), Buffer.alloc(1)]));
      assert.equal(Buffer.from(canonical.transcode(bson).json).toString(), `{${JSON.stringify(key)}:null}\n`);
    });
  });
}
