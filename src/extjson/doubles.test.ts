import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomDouble } from '../../test/support/random-double.ts';
import { Random } from '../../test/support/random.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

const DOUBLES_PER_DOCUMENT = 2000;
const TRANSCODERS = { TypeScript: createTypeScriptTranscoder, WebAssembly: createWasmTranscoder };

/** `{"a":[…]}`, whose elements have an empty index. */
function documentOf(doubles: readonly number[]): Buffer {
  const array = Buffer.alloc(4 + doubles.length * 10 + 1);
  array.writeInt32LE(array.length);
  doubles.forEach((double, i) => {
    array[4 + i * 10] = 0x01;
    array.writeDoubleLE(double, 6 + i * 10);
  });
  const document = Buffer.concat([Buffer.from([0, 0, 0, 0, 0x04, 0x61, 0]), array, Buffer.alloc(1)]);
  document.writeInt32LE(document.length);
  return document;
}

/** The canonical form that npm's bson writes. */
function expected(double: number): string {
  if (Object.is(double, -0)) return '-0.0';
  return Number.isInteger(double) ? double.toFixed(1) : String(double);
}

for (const [name, createTranscoder] of Object.entries(TRANSCODERS)) {
  const canonical = createTranscoder('canonical');
  const relaxed = createTranscoder('relaxed');
  const textsOf = (doubles: readonly number[]): string[] =>
    Buffer.from(canonical.transcode(documentOf(doubles)).json)
      .toString()
      .split('"$numberDouble":"')
      .slice(1)
      .map((text) => text.slice(0, text.indexOf('"')));

  test(`${name} writes doubles where the form changes`, () => {
    const table: readonly (readonly [number, string])[] = [
      [0, '0.0'],
      [-0, '-0.0'],
      [1, '1.0'],
      [-1, '-1.0'],
      [0.1, '0.1'],
      [0.25, '0.25'],
      [1.5, '1.5'],
      [999999999.99, '999999999.99'],
      [1e-6, '0.000001'],
      [1.5e-7, '1.5e-7'],
      [1e-7, '1e-7'],
      [5e-324, '5e-324'],
      [2.2250738585072014e-308, '2.2250738585072014e-308'],
      [1.7976931348623157e308, '1.7976931348623157e+308'],
      [2 ** 53, '9007199254740992.0'],
      [2 ** 64, '18446744073709551616.0'],
      [123456789012345680000, '123456789012345683968.0'],
      [999999999999999900000, '999999999999999868928.0'],
      [1e21, '1e+21'],
      [1.2345e25, '1.2345e+25'],
      [9007199254740993.5e-3, '9007199254740.994'],
      [NaN, 'NaN'],
      [Infinity, 'Infinity'],
      [-Infinity, '-Infinity'],
    ];
    assert.deepEqual(
      textsOf(table.map(([double]) => double)),
      table.map(([, text]) => text),
    );
  });

  test(`${name} writes a relaxed double as a number that is still a double`, () => {
    const { json } = relaxed.transcode(documentOf([1, -0, 1e20, 1.5, NaN]));
    assert.equal(
      Buffer.from(json).toString(),
      '{"a":[1.0,-0.0,100000000000000000000.0,1.5,{"$numberDouble":"NaN"}]}\n',
    );
  });

  test(`${name} writes random doubles as JavaScript does`, () => {
    const random = new Random(20260101);
    for (let round = 0; round < 100; round++) {
      const doubles = Array.from({ length: DOUBLES_PER_DOCUMENT }, () => randomDouble(random));
      const texts = textsOf(doubles);
      assert.equal(texts.length, doubles.length);
      for (const [i, double] of doubles.entries()) {
        if (texts[i] !== expected(double)) assert.equal(texts[i], expected(double));
      }
    }
  });
}
