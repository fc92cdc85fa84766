import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BSON, EJSON } from 'bson';
import {
  BSONRegExp,
  BSONSymbol,
  Binary,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import type { Document } from 'bson';
import { prefixesOf } from '../support/exported.ts';
import { initialize, serve } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A value of every BSON type, its extremes, and keys that Extended JSON has to take care of. */
const EVERY_TYPE: readonly Document[] = [
  { _id: new Int32(1), double: new Double(1), half: new Double(0.5), negativeZero: new Double(-0) },
  { _id: new Int32(2), nan: new Double(NaN), infinity: new Double(Infinity), minusInfinity: new Double(-Infinity) },
  { _id: new Int32(3), tiny: new Double(5e-324), huge: new Double(1.7976931348623157e308) },
  { _id: new Int32(4), text: 'plain', empty: '', escapes: '"\\\b\f\n\r\t\u0001\u2028', unicode: 'ä 海 🚢' },
  { _id: new Int32(5), nested: { a: { b: { c: [new Int32(1), [new Int32(2), { d: null }]] } } }, none: {}, list: [] },
  { _id: new Int32(6), binary: new Binary(Buffer.from([0, 1, 254, 255])), uuid: new Binary(Buffer.alloc(16, 7), 4) },
  { _id: new Int32(7), user: new Binary(Buffer.from('user defined'), 0x80), nothing: new Binary(Buffer.alloc(0)) },
  { _id: new ObjectId('56e1fc72e0c917e9c4714161'), yes: true, no: false, nothing: null },
  { _id: new Int32(9), epoch: new Date(0), before1970: new Date(-1), far: new Date(253402300800000) },
  { _id: new Int32(10), regex: new BSONRegExp('^a/b"\\d', 'imx'), noOptions: new BSONRegExp('x') },
  { _id: new Int32(11), code: new Code('function () { return 1; }'), scoped: new Code('x', { x: new Int32(1) }) },
  { _id: new Int32(12), symbol: new BSONSymbol('a symbol'), smallest: new MinKey(), largest: new MaxKey() },
  { _id: new Int32(13), int32: new Int32(-2147483648), int64: Long.MAX_VALUE, least: Long.MIN_VALUE, one: Long.ONE },
  { _id: new Int32(14), decimal: Decimal128.fromString('1.000E+3'), nan: Decimal128.fromString('NaN') },
  { _id: new Int32(15), time: new Timestamp({ t: 4294967295, i: 1 }) },
  { _id: new Int32(16), reference: new DBRef('orders', new ObjectId('56e1fc72e0c917e9c4714161'), 'shop') },
  { _id: new Int32(17), 'a.dotted': new Int32(1), 'with space': new Int32(2), ключ: new Int32(3), '': new Int32(4) },
];

const read = { relaxed: false } as const;
const asBson = (document: Document) => Buffer.from(BSON.serialize(document)).toString('hex');

test('what is exported is, byte for byte, what was dumped', async () => {
  using directory = temporaryDirectory('round-trip');
  const data = join(directory.path, 'data');
  const dump = join(directory.path, 'dump');
  writeMongodump(dump, {
    types: { every: { documents: EVERY_TYPE }, zipped: { documents: EVERY_TYPE.toReversed(), gzip: true } },
    'other-db': { numbers: { documents: Array.from({ length: 5000 }, (_, _id) => ({ _id: new Int32(_id) })) } },
  });
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial);
  await server.project.cluster('source', dump);
  const snapshotId = await server.project.completedSnapshot('source');
  const bucket = await server.project.bucket('round-trip', initial.roleId);
  await server.project.successfulExport('source', snapshotId, bucket);

  const root = join(data, 'buckets/round-trip');
  const [prefix] = prefixesOf(root);
  assert.ok(prefix, 'nothing was exported');
  for (const collection of ['types/every', 'types/zipped', 'other-db/numbers']) {
    const folder = join(root, prefix, collection);
    const restored = readdirSync(folder)
      .filter((name) => name.endsWith('.json.gz'))
      .flatMap((name) =>
        gunzipSync(readFileSync(join(folder, name)))
          .toString('utf8')
          .trimEnd()
          .split('\n'),
      )
      .map((line) => asBson(EJSON.parse(line, read) as Document));
    const dumped = splitBson(readBson(dump, collection)).map((bytes) => bytes.toString('hex'));
    assert.deepEqual(restored.toSorted(), dumped.toSorted(), collection);
  }
});

function readBson(dump: string, collection: string): Buffer {
  const name = readdirSync(join(dump, collection, '..')).find((file) =>
    file.startsWith(`${collection.slice(collection.indexOf('/') + 1)}.bson`),
  );
  assert.ok(name);
  const bytes = readFileSync(join(dump, collection, '..', name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function splitBson(bytes: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const end = offset + bytes.readInt32LE(offset);
    documents.push(bytes.subarray(offset, end));
    offset = end;
  }
  return documents;
}
