import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, serialize, Timestamp } from 'bson';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { EXPORT_DEFAULTS, sourceOf } from '../../../test/support/pipelines.ts';
import { snapshotOf } from '../../../test/support/restore.ts';
import { documentLength, hashDocuments } from '../../snapshot/blocks/index.ts';
import { exportSnapshot } from '../export/index.ts';
import { BlockPool } from '../threads/index.ts';
import type { RestoreCollection } from './contract.ts';
import { openExportSource } from './export-source.ts';

const { prefix } = EXPORT_DEFAULTS;
const { signal } = new AbortController();
const DATA = `${prefix}/shop/orders/rs0.0.json.gz`;

let pool: BlockPool;
before(() => {
  pool = new BlockPool({ threads: 2 });
});
after(() => pool.close());

const TYPES = [
  { double: new Double(1), minusZero: new Double(-0), nan: new Double(NaN), int: new Int32(1), text: 'ä 海 🚢\u0000' },
  { long: Long.fromString('9007199254740993'), decimal: Decimal128.fromString('1.000E+3'), date: new Date(-1) },
  { regex: new BSONRegExp('^a', 'i'), time: new Timestamp({ t: 0, i: 0 }), min: new MinKey(), max: new MaxKey() },
  { list: [[[1]], null, true], nested: new Map([['2', new Map([['1', 'b']])]]) },
].map((value, index) => serialize({ _id: index, ...value }));

const orders = Array.from({ length: 9000 }, (_, number) => serialize({ _id: number, text: 'x'.repeat(number % 500) }));

/** An export of a few collections in memory. */
async function exported(mode: 'canonical' | 'relaxed' = 'canonical') {
  const source = sourceOf([
    { database: 'a%2Fb', name: '.dots/and %25', pieces: () => TYPES.slice(0, 1) },
    { database: 'shop', name: 'empty', options: '{"capped":true,"size":{"$numberInt":"4096"}}', pieces: () => [] },
    { database: 'shop', name: 'orders', pieces: () => [Buffer.concat(orders)] },
    { database: 'shop', name: 'types', indexes: ['{"v":2,"key":{"b":1,"2":-1},"name":"b"}'], pieces: () => TYPES },
    { database: 'w', name: 't', type: 'timeseries', documentsAre: 'buckets', pieces: () => TYPES },
  ]);
  const store = memoryStore();
  await exportSnapshot({ ...EXPORT_DEFAULTS, mode, snapshot: await snapshotOf(source, pool), store, pool });
  return store;
}

const open = (store: ReturnType<typeof memoryStore>, options = {}) =>
  openExportSource({ store, prefix, address: 'memory', signal, ...options });

async function documentsOf(collection: RestoreCollection, skipped = 0): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const { bson, hash } of collection.blocks(skipped, { pool, signal })) {
    assert.deepEqual(hashDocuments(bson), hash);
    pieces.push(Buffer.from(bson));
  }
  return Buffer.concat(pieces);
}

function find(source: { readonly collections: readonly RestoreCollection[] }, wanted: string): RestoreCollection {
  return source.collections.find(({ name }) => name === wanted) ?? assert.fail(`there is no ${wanted}`);
}

test('an export gives back the names, the metadata and every document', async () => {
  const source = await open(await exported());
  assert.deepEqual(
    source.collections.map(({ database, name, type, documents }) => [database, name, type, documents]),
    [
      ['a%2Fb', '.dots/and %25', 'collection', 1],
      ['shop', 'empty', 'collection', 0],
      ['shop', 'orders', 'collection', 9000],
      ['shop', 'types', 'collection', 4],
      ['w', 't', 'timeseries', 4],
    ],
  );
  assert.equal(find(source, 'empty').options, '{"capped":true,"size":{"$numberInt":"4096"}}');
  assert.deepEqual(find(source, 'types').indexes, ['{"v":2,"key":{"b":1,"2":-1},"name":"b"}']);
  assert.equal(find(source, 't').documentsAre, 'buckets');
  assert.ok((await documentsOf(find(source, 'orders'))).equals(Buffer.concat(orders)));
  assert.ok((await documentsOf(find(source, 'types'))).equals(Buffer.concat(TYPES)));
  assert.equal((await documentsOf(find(source, 'empty'))).byteLength, 0);
});

test('a reading begins behind the documents that are there already', async () => {
  const source = await open(await exported());
  for (const skipped of [1, 3333, 8999, 9000]) {
    const rest = await documentsOf(find(source, 'orders'), skipped);
    assert.ok(rest.equals(Buffer.concat(orders.slice(skipped))), String(skipped));
  }
});

test("an export in Atlas's layout without a manifest is read", async () => {
  const store = await exported('relaxed');
  store.objects.delete(`${prefix}/.manifest.json`);
  const source = await open(store);
  assert.equal(find(source, 'orders').documents, undefined);
  assert.ok((await documentsOf(find(source, 'orders'))).equals(Buffer.concat(orders)));
  const [first = assert.fail()] = orders;
  // Several shards, several objects, a last line without a line feed, metadata that was printed for people.
  const line = (number: number): string => `{"_id":{"$numberInt":"${number}"}}`;
  const lines = Buffer.from([10, 11].map(line).join('\n'));
  store.objects.set(`${prefix}/shop/orders/shard-1.10.json.gz`, gzipSync(lines));
  store.objects.set(`${prefix}/shop/orders/shard-1.9.json.gz`, gzipSync(`${line(9)}\n`));
  store.objects.set(
    `${prefix}/shop/orders/metadata.json`,
    Buffer.from('{\n "options": {},\n "collectionName": "Orders"\n}'),
  );
  const orders2 = find(await open(store), 'Orders');
  const bytes = await documentsOf(orders2, 9000);
  assert.deepEqual(bytes, Buffer.concat([9, 10, 11].map((_id) => serialize({ _id }))));
  assert.equal(documentLength(first, 0), first.byteLength);
});

test('an export that was not finished is refused unless the user knows better', async () => {
  const store = await exported();
  store.objects.delete(`${prefix}/.complete`);
  await assert.rejects(open(store), { code: 'EXPORT_NOT_COMPLETE' });
  assert.ok(find(await open(store, { allowIncomplete: true }), 'orders'));
  await assert.rejects(open(memoryStore()), { code: 'NO_EXPORT_FOUND' });
});

test('damage is found: of the manifest, of metadata, of objects with and without a manifest', async () => {
  const spoil = async (key: string, change: (bytes: Uint8Array) => Uint8Array | undefined, hasManifest = true) => {
    const store = await exported();
    const changed = change(store.objects.get(key) ?? assert.fail(`no ${key}`));
    if (changed === undefined) store.objects.delete(key);
    else store.objects.set(key, Uint8Array.from(changed));
    if (!hasManifest) store.objects.delete(`${prefix}/.manifest.json`);
    await assert.rejects(
      (async () => documentsOf(find(await open(store), 'orders')))(),
      (thrown) =>
        thrown instanceof Error && 'code' in thrown && /^EXPORT_DAMAGED|INVALID_EXTENDED/.test(String(thrown.code)),
      key,
    );
  };
  const again = (edit: (text: string) => string) => (bytes: Uint8Array) => gzipSync(edit(gunzipSync(bytes).toString()));
  await spoil(`${prefix}/.manifest.json`, () => Buffer.from('{'));
  await spoil(`${prefix}/shop/orders/metadata.json`, () => Buffer.from('{"options":{},"indexes":[]}'));
  await spoil(DATA, () => undefined);
  await spoil(DATA, (bytes) => bytes.subarray(0, -9));
  await spoil(
    DATA,
    again((text) => text.replace('x', 'y')),
  );
  await spoil(DATA, (bytes) => bytes.subarray(0, -9), false);
  await spoil(
    DATA,
    again((text) => `${text}{"_id":`),
    false,
  );
});
