import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { orderedDocument } from './ordered-values.ts';

test('every type is written as the bytes that were read, and keys keep their order', () => {
  const bson = serialize({
    key: new Map<string, unknown>([
      ['b', new Int32(1)],
      ['2', new Double(-1)],
      ['1', Long.fromString('9007199254740993')],
    ]),
    list: [new Decimal128('1.0'), new Map([['1', [null, true]]]), new Date(-1), 'é'],
    id: new ObjectId('56e1fc72e0c917e9c4714161'),
    binary: new Binary(Buffer.from([1, 2]), 6),
    regex: new BSONRegExp('^a', 'ix'),
    code: new Code('x', { y: new Int32(1) }),
    time: new Timestamp({ t: 1, i: 2 }),
    min: new MinKey(),
    max: new MaxKey(),
    zero: new Double(-0),
    '': new Int32(0),
  });
  assert.deepEqual(Buffer.from(serialize(orderedDocument(bson))), Buffer.from(bson));
});
