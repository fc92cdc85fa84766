import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BSON } from 'bson';
import { createDocumentParser } from '../../extjson/index.ts';
import { hashDocuments } from '../../snapshot/blocks/index.ts';
import { parseLines } from './parse-lines.ts';

const parser = await createDocumentParser({ lookAlikes: 'keep' });
const linesOf = (values: readonly object[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(values.map((value) => `${BSON.EJSON.stringify(value, { relaxed: false })}\n`).join('')));
const bsonOf = (values: readonly object[]): Buffer => Buffer.concat(values.map((value) => BSON.serialize(value)));

test('the BSON of many runs of lines takes the memory of the lines', () => {
  const values = Array.from({ length: 30_000 }, (_, number) => ({ number, text: `${number}`.padEnd(100, 'x') }));
  const json = linesOf(values);
  assert.ok(json.byteLength > 3 * 1024 * 1024);
  const { buffer } = json;
  const { bson, hash, lines } = parseLines(parser, json);
  assert.equal(bson.buffer, buffer);
  assert.ok(bsonOf(values).equals(bson));
  assert.deepEqual([hash, lines], [hashDocuments(bson), values.length]);
});

test('BSON that is longer than its lines gets memory of its own, in the middle of the lines, too', () => {
  const short = Array.from({ length: 300_000 }, () => ({ a: '' }));
  const long = Array.from({ length: 12_000 }, () => ({ text: 'x'.repeat(100) }));
  for (const values of [short, [...long, ...short], [...short, ...long], [{ a: '' }]]) {
    const json = linesOf(values);
    const { bson, lines } = parseLines(parser, json);
    assert.ok(bsonOf(values).equals(bson));
    assert.equal(lines, values.length);
    assert.notEqual(bson.buffer, json.buffer);
  }
});

test('a line may be longer than a run, and the last one may lack its end', () => {
  const values = [{ a: 1 }, { text: 'x'.repeat(3 * 1024 * 1024) }, { b: 2 }, { text: 'y'.repeat(2 * 1024 * 1024) }];
  const json = linesOf(values);
  assert.ok(bsonOf(values).equals(parseLines(parser, json.slice(0, -1)).bson));
  assert.ok(bsonOf(values).equals(parseLines(parser, json).bson));
  assert.equal(parseLines(parser, new Uint8Array(0)).bson.byteLength, 0);
});

test('the error for a line of a later run has its number among all lines', () => {
  const json = linesOf(Array.from({ length: 30_000 }, () => ({ text: 'x'.repeat(100) })));
  json[json.lastIndexOf(0x7b)] = 0x5b;
  assert.throws(() => parseLines(parser, json), { name: 'ExtendedJsonError', line: 30_000, column: 1 });
});
