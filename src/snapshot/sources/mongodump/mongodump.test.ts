import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BSON } from 'bson';
import { SMALL_DEPLOYMENT, writeMongodump, type DumpedDatabases } from '../../../../test/support/mongodump.ts';
import { temporaryDirectory } from '../../../../test/support/temporary-directory.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { SourceCollection } from '../contract.ts';
import { CONFORMANCE_DEPLOYMENT, CONFORMANCE_VIEW, runSnapshotSourceConformance } from '../conformance.ts';
import { openMongodumpSource } from './index.ts';

for (const gzip of [false, true]) {
  const directory = temporaryDirectory('conformance-dump');
  after(() => directory[Symbol.dispose]());
  const deployment: DumpedDatabases = Object.fromEntries(
    Object.entries(CONFORMANCE_DEPLOYMENT).map(([database, collections]) => [
      database,
      Object.fromEntries(
        Object.entries(database === 'conformance_a' ? { ...collections, view: CONFORMANCE_VIEW } : collections).map(
          ([name, collection]) => [name, { ...collection, gzip }],
        ),
      ),
    ]),
  );
  writeMongodump(directory.path, deployment);
  runSnapshotSourceConformance({
    name: gzip ? 'mongodump --gzip' : 'mongodump',
    open: () => openMongodumpSource(directory.path),
  });
}

/** Writes a dump for one test. */
function dump(databases: DumpedDatabases = SMALL_DEPLOYMENT): { readonly path: string } & Disposable {
  const directory = temporaryDirectory('dump');
  writeMongodump(directory.path, databases);
  return directory;
}

async function collectionsOf(path: string): Promise<ReadonlyMap<string, SourceCollection>> {
  const { collections } = await openMongodumpSource(path);
  return new Map(collections.map((collection) => [`${collection.database}.${collection.name}`, collection]));
}

async function bytesOf(collection: SourceCollection | undefined): Promise<Buffer> {
  assert.ok(collection, 'no such collection');
  const pieces: Uint8Array[] = [];
  for await (const piece of collection.documents(new AbortController().signal)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

test('takes the version from the prelude, and the metadata as it stands', async () => {
  using directory = dump();
  writeFileSync(join(directory.path, 'prelude.json'), '{"ServerVersion":"8.0.4","ToolVersion":"100.10.0"}');
  const source = await openMongodumpSource(directory.path);
  assert.equal(source.mongodbVersion, '8.0.4');
  const orders = source.collections.find(({ name }) => name === 'orders');
  assert.ok(orders);
  assert.deepEqual(JSON.parse(orders.indexes[1] ?? ''), {
    v: { $numberInt: '2' },
    key: { customer: { $numberInt: '1' } },
    name: 'customer_1',
  });
  assert.equal(orders.uuid, Buffer.from('shop.orders     ').toString('hex'));
});

test('options and indexes keep their text, and so the order of keys that look like integers', async () => {
  using directory = dump();
  const options = '{"validator": {"b": 1.0, "2": {"$numberLong":"1"}}}';
  const index = '{"key":{"b":1,"2":-1},"name":"b_1_2_-1"}';
  writeFileSync(
    join(directory.path, 'shop', 'orders.metadata.json'),
    `{"options": ${options}, "indexes": [ ${index} ]}\n`,
  );
  const orders = (await collectionsOf(directory.path)).get('shop.orders');
  assert.equal(orders?.options, options);
  assert.deepEqual(orders.indexes, [index]);
});

test('without a prelude the version is unknown', async () => {
  using directory = dump();
  rmSync(join(directory.path, 'prelude.json'), { force: true });
  assert.equal((await openMongodumpSource(directory.path)).mongodbVersion, 'unknown');
});

test('says honestly what a dump shows, with and without an oplog', async () => {
  using directory = dump();
  const without = (await openMongodumpSource(directory.path)).consistency;
  writeFileSync(join(directory.path, 'oplog.bson'), BSON.serialize({ op: 'i' }));
  const source = await openMongodumpSource(directory.path);
  assert.equal(without.level, 'none');
  assert.equal(source.consistency.level, 'none');
  assert.match(source.consistency.reason, /oplog\.bson/);
  assert.notEqual(source.consistency.reason, without.reason);
  assert.ok(source.collections.every(({ name }) => name !== 'oplog'));
});

test('a directory that holds the files of one database is that database', async () => {
  using directory = dump();
  const collections = await collectionsOf(join(directory.path, 'shop'));
  assert.ok(collections.has('shop.orders'));
  assert.ok(!collections.has('stock.items'));
});

test('names are unescaped; the one in the metadata wins', async () => {
  using directory = dump({ shop: { 'a/b': { documents: [{ _id: 1 }] }, '100%': { documents: [] } } });
  writeFileSync(join(directory.path, 'shop', 'old%zz.bson'), '');
  writeFileSync(join(directory.path, 'shop', 'short%24hash.bson'), '');
  writeFileSync(join(directory.path, 'shop', 'short%24hash.metadata.json'), '{"collectionName":"the long name"}');
  const names = [...(await collectionsOf(directory.path)).keys()];
  assert.deepEqual(names, ['shop.100%', 'shop.a/b', 'shop.old%zz', 'shop.the long name']);
});

test('a time series is one collection, whose documents are its buckets', async () => {
  using directory = temporaryDirectory('dump');
  mkdirSync(join(directory.path, 'db'));
  const bucket = BSON.serialize({ _id: 1, control: { version: 1 } });
  writeFileSync(join(directory.path, 'db', 'system.buckets.weather.bson'), bucket);
  const metadata = '{"type":"timeseries","options":{"timeseries":{"timeField":"at"}},"indexes":[]}';
  writeFileSync(join(directory.path, 'db', 'weather.metadata.json'), metadata);
  writeFileSync(join(directory.path, 'db', 'system.buckets.lost.bson.gz'), gzipSync(bucket));
  const collections = await collectionsOf(directory.path);
  assert.deepEqual([...collections.keys()], ['db.lost', 'db.weather']);
  for (const collection of collections.values()) {
    assert.equal(collection.type, 'timeseries');
    assert.equal(collection.documentsAre, 'buckets');
    assert.deepEqual(await bytesOf(collection), Buffer.from(bucket));
  }
});

test('documents without metadata are a collection without options and indexes', async () => {
  using directory = dump({ shop: { orders: { documents: [{ _id: 1 }] } } });
  rmSync(join(directory.path, 'shop', 'orders.metadata.json'));
  const orders = (await collectionsOf(directory.path)).get('shop.orders');
  assert.deepEqual(orders?.indexes, []);
  assert.equal(orders.options, '{}');
});

test('files that mongodump does not write are left alone', async () => {
  using directory = dump();
  writeFileSync(join(directory.path, 'README'), 'x');
  writeFileSync(join(directory.path, 'shop', '.DS_Store'), 'x');
  mkdirSync(join(directory.path, 'empty'));
  assert.equal((await collectionsOf(directory.path)).size, 7);
});

const refused: readonly [string, (path: string) => void, RegExp][] = [
  ['no directory', (path) => rmSync(path, { recursive: true }), /dump does not exist$/],
  [
    'a file',
    (path) => {
      rmSync(path, { recursive: true });
      writeFileSync(path, '');
    },
    /is not a directory/,
  ],
  [
    'an empty directory',
    (path) => {
      rmSync(path, { recursive: true });
      mkdirSync(path);
    },
    /holds no dump/,
  ],
  ['a linked file', (path) => symlinkSync('/etc/passwd', join(path, 'shop', 'x.bson')), /x\.bson is a symbolic link/],
  ['a linked database', (path) => symlinkSync('/tmp', join(path, 'linked')), /linked is a symbolic link/],
  [
    'a file both plain and zipped',
    (path) => writeFileSync(join(path, 'shop', 'orders.bson.gz'), gzipSync('')),
    /orders\.bson\.gz is there twice/,
  ],
  [
    'lost documents',
    (path) => rmSync(join(path, 'shop', 'orders.bson')),
    /describes shop\.orders, and there is no file/,
  ],
  [
    'a name twice',
    (path) => writeFileSync(join(path, 'shop', 'order%73.bson'), ''),
    /has two files of the collection shop\.orders/,
  ],
  [
    'a longer name than MongoDB has',
    (path) =>
      writeFileSync(join(path, 'shop', 'orders.metadata.json'), JSON.stringify({ collectionName: 'ü'.repeat(200) })),
    /orders\.metadata\.json is of shop\.ü+, whose name has 405 bytes, more than the 255/,
  ],
  [
    'a name that is not Unicode',
    (path) => writeFileSync(join(path, 'shop', 'orders.metadata.json'), '{"collectionName":"\\ud800"}'),
    /orders\.metadata\.json is .* is not Unicode/,
  ],
  [
    'broken metadata',
    (path) => writeFileSync(join(path, 'shop', 'orders.metadata.json'), '{"options":'),
    /orders\.metadata\.json cannot be read: .*JSON/,
  ],
  [
    'metadata that is a list',
    (path) => writeFileSync(join(path, 'shop', 'orders.metadata.json'), '[]'),
    /orders\.metadata\.json cannot be read: it must be object/,
  ],
  [
    'options that are no object',
    (path) => writeFileSync(join(path, 'shop', 'orders.metadata.json'), '{"options":[]}'),
    /options must be object/,
  ],
  [
    'indexes that are no list',
    (path) => writeFileSync(join(path, 'shop', 'orders.metadata.json'), '{"indexes":{}}'),
    /indexes must be array/,
  ],
  [
    'metadata that is not UTF-8',
    (path) => writeFileSync(join(path, 'shop', 'orders.metadata.json'), Buffer.from([0x7b, 0xff, 0x7d])),
    /is not UTF-8/,
  ],
  [
    'metadata that was cut off in its gzip',
    (path) => {
      rmSync(join(path, 'shop', 'orders.metadata.json'));
      writeFileSync(join(path, 'shop', 'orders.metadata.json.gz'), gzipSync('{"options":{}}').subarray(0, 12));
    },
    /orders\.metadata\.json\.gz is not a complete gzip/,
  ],
];
for (const [what, spoil, message] of refused) {
  test(`refuses ${what}, and says where`, async () => {
    using directory = dump();
    const path = join(directory.path, 'dump');
    mkdirSync(path);
    for (const database of Object.keys(SMALL_DEPLOYMENT))
      renameSync(join(directory.path, database), join(path, database));
    spoil(path);
    await assert.rejects(openMongodumpSource(path), { code: 'INVALID_DUMP', message });
  });
}

test('zipped documents that were cut off are an error that names the file', async () => {
  using directory = dump({ shop: { orders: { documents: [{ _id: 1, text: 'x'.repeat(1000) }], gzip: true } } });
  truncateSync(join(directory.path, 'shop', 'orders.bson.gz'), 30);
  const orders = (await collectionsOf(directory.path)).get('shop.orders');
  await assert.rejects(bytesOf(orders), { code: 'INVALID_DUMP', message: /orders\.bson\.gz is not a complete gzip/ });
});

test('a file that was replaced by a symbolic link since the dump was opened is not followed', async () => {
  using directory = dump();
  const orders = (await collectionsOf(directory.path)).get('shop.orders');
  rmSync(join(directory.path, 'shop', 'orders.bson'));
  symlinkSync('/etc/passwd', join(directory.path, 'shop', 'orders.bson'));
  await assert.rejects(bytesOf(orders), { code: 'INVALID_DUMP', message: /is a symbolic link/ });
});

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await promise.then(
    () => assert.fail('was not refused'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof AppError, String(thrown));
  return thrown;
}

test('a named pipe is refused, not waited for', { timeout: 10_000 }, async () => {
  using directory = dump();
  const pipe = join(directory.path, 'shop', 'pipe.bson');
  execFileSync('mkfifo', [pipe]);
  const { code, message } = await refusal(collectionsOf(directory.path).then((all) => bytesOf(all.get('shop.pipe'))));
  assert.equal(code, 'INVALID_DUMP');
  assert.ok(message.startsWith(`${pipe} is not a file`), message);
});

for (const gzip of [false, true]) {
  test(`a ${gzip ? 'zipped ' : ''}file that is written to while it is read is no whole one`, async () => {
    using directory = dump({ shop: { orders: { documents: [{ _id: 1 }, { _id: 2 }], gzip } } });
    const path = join(directory.path, 'shop', gzip ? 'orders.bson.gz' : 'orders.bson');
    const orders = (await collectionsOf(directory.path)).get('shop.orders');
    assert.ok(orders);
    const read = async (): Promise<void> => {
      const more = BSON.serialize({ _id: 3, text: 'x'.repeat(300_000) });
      let pieces = 0;
      for await (const piece of orders.documents(new AbortController().signal)) {
        assert.ok(piece.byteLength > 0);
        if (++pieces === 1) appendFileSync(path, gzip ? gzipSync(more) : more);
        // The pieces are large although the file was small when it was opened.
        assert.ok(pieces < 40);
      }
    };
    const { code, message, hint } = await refusal(read());
    assert.equal(code, 'INVALID_DUMP');
    assert.ok(message.startsWith(`${path} was written to while it was read`), message);
    assert.match(hint ?? '', /leave the dump as it is, then try again/);
  });
}

test('a file that loses documents while it is read is no whole one', async () => {
  using directory = dump({ shop: { orders: { documents: [{ _id: 1 }, { _id: 2 }] } } });
  const path = join(directory.path, 'shop', 'orders.bson');
  const orders = (await collectionsOf(directory.path)).get('shop.orders');
  assert.ok(orders);
  const read = async (): Promise<void> => {
    for await (const piece of orders.documents(new AbortController().signal)) truncateSync(path, piece.byteLength / 2);
  };
  assert.equal((await refusal(read())).code, 'INVALID_DUMP');
});
