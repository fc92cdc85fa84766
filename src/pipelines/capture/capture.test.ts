import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BSON } from 'bson';
import { SMALL_DEPLOYMENT, writeMongodump } from '../../../test/support/mongodump.ts';
import { faultyStore } from '../../../test/support/faulty-store.ts';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { readBlock, SNAPSHOT_ID, sourceOf } from '../../../test/support/pipelines.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { turns } from '../../../test/support/turns.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { BlockMemory } from '../../snapshot/blocks/index.ts';
import { createSnapshotRepository, type SnapshotRepository } from '../../snapshot/repository/index.ts';
import { openMongodumpSource } from '../../snapshot/sources/index.ts';
import { BlockPool } from '../threads/index.ts';
import { captureSnapshot } from './capture.ts';
import { assertNotEmpty } from './captured-collections.ts';
import type { CaptureOptions, CaptureProgress } from './contract.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());

const CAPTURE = {
  pool,
  id: SNAPSHOT_ID,
  clusterName: 'cluster',
  startedAt: 1_700_000_000_000,
  signal: new AbortController().signal,
} satisfies Partial<CaptureOptions>;

async function namesOf(repository: SnapshotRepository, id: string): Promise<string[]> {
  const names: string[] = [];
  for (const { collection } of (await repository.openSnapshot(id)).entries()) {
    if (collection !== undefined) names.push(`${collection.database}.${collection.name} ${collection.documents}`);
  }
  return names;
}

/** Documents of about 1 KB each, from number `from`. */
function documents(from: number, count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => BSON.serialize({ _id: from + index, text: 'x'.repeat(1000) })),
  );
}

test("a dump is captured without MongoDB's own collections, and the captured documents equal those of the dump", async () => {
  using directory = temporaryDirectory('dump');
  writeMongodump(directory.path, {
    ...SMALL_DEPLOYMENT,
    config: { system_sessions: { documents: [{ _id: 1 }] } },
    local: { 'oplog.rs': { documents: [{ _id: 1 }] } },
    admin: { 'system.users': { documents: [{ _id: 1 }] }, mine: { documents: [{ _id: 1 }] } },
  });
  const repository = createSnapshotRepository(memoryStore());
  const source = await openMongodumpSource(directory.path);
  const seen: CaptureProgress[] = [];
  const onProgress = (progress: CaptureProgress): void => void seen.push(progress);
  const totals = await captureSnapshot({ ...CAPTURE, source, repository, onProgress });
  assert.deepEqual(await namesOf(repository, SNAPSHOT_ID), [
    'admin.mine 1',
    'shop.bigOrders 0',
    'shop.empty 0',
    'shop.orders 300',
    'shop.parts & pieces 1',
    'shop.system.js 1',
    'stock.items 1',
  ]);
  const { bytes, documents: count, storedBytes } = totals;
  assert.equal(count, 304);
  const figures = { collections: 7, totalCollections: 7, documents: 304 };
  const last = { ...figures, bytes, newBytes: bytes, newStoredBytes: storedBytes };
  // No other collection has the one document of admin.mine, so every byte is new.
  assert.deepEqual(seen.at(-1), last);
  const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
  assert.equal(snapshot.header.startedAt, CAPTURE.startedAt);
  assert.deepEqual(snapshot.header.consistency, source.consistency);
  assert.deepEqual(snapshot.header.leftOut, [
    { name: 'admin.system.users', reason: 'MongoDB keeps system collections for itself' },
    { name: 'config.system_sessions', reason: 'MongoDB keeps the database config for itself' },
    { name: 'local.oplog.rs', reason: 'MongoDB keeps the database local for itself' },
    { name: 'shop.system.views', reason: 'MongoDB keeps system collections for itself' },
  ]);
});

test('a source is empty unless an export of it would hold a collection', () => {
  const pieces = (): Uint8Array[] => [];
  const view = { database: 'shop', name: 'view', type: 'view', pieces } as const;
  const users = { database: 'admin', name: 'system.users', pieces };
  assert.doesNotThrow(() => assertNotEmpty(sourceOf([view, { database: 'shop', name: 'orders', pieces }])));
  assert.throws(() => assertNotEmpty(sourceOf([])), {
    code: 'SOURCE_EMPTY',
    message: 'the source has nothing to export',
  });
  assert.throws(() => assertNotEmpty(sourceOf([view, users])), {
    code: 'SOURCE_EMPTY',
    message: /left out: admin\.system\.users \(MongoDB keeps/,
  });
  const many = sourceOf(Array.from({ length: 8 }, (_, index) => ({ ...users, name: `system.${index}` })));
  assert.throws(() => assertNotEmpty(many), { message: / and 3 more$/ });
});

test('the oplog of a dump is kept with the snapshot', async () => {
  using directory = temporaryDirectory('dump');
  writeMongodump(directory.path, { admin: { mine: { documents: [] } }, shop: { orders: { documents: [] } } });
  writeFileSync(join(directory.path, 'oplog.bson'), documents(0, 3));
  const repository = createSnapshotRepository(memoryStore());
  const source = await openMongodumpSource(directory.path);
  await captureSnapshot({ ...CAPTURE, source, repository });
  const names = await namesOf(repository, SNAPSHOT_ID);
  assert.deepEqual(names, ['admin.mine 0', 'local.oplog.rs 3', 'shop.orders 0']);
  assert.deepEqual((await repository.openSnapshot(SNAPSHOT_ID)).header.leftOut, []);
});

test('the bytes of a put do not change until the put has ended, even if blocks are equal and the store is slow', async () => {
  const objects = memoryStore();
  const slow: ObjectStore = {
    ...objects,
    put: async (key, body, options) => {
      const parts: Uint8Array[] = [];
      for await (const part of body) {
        const before = Uint8Array.from(part);
        await turns(1000);
        assert.ok(Buffer.from(before).equals(part), `${key} changed while it was written`);
        parts.push(before);
      }
      return objects.put(key, parts, options);
    },
  };
  const repository = createSnapshotRepository(slow);
  const contents = [documents(0, 9000), documents(0, 9000), documents(5000, 9000), documents(0, 9000), documents(0, 3)];
  const source = sourceOf(
    contents.map((bytes, index) => ({ database: 'shop', name: `c${index}`, pieces: () => [bytes] })),
  );
  const { signal } = new AbortController();
  await captureSnapshot({ ...CAPTURE, source, repository, signal });
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
  const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
  const found: Uint8Array[][] = [];
  for (const { collection, block } of snapshot.entries()) {
    if (collection !== undefined) found.push([]);
    else found[found.length - 1]?.push(await readBlock(snapshot, block));
  }
  assert.equal(found.length, contents.length);
  for (const [index, bytes] of contents.entries()) assert.ok(bytes.equals(Buffer.concat(found[index] ?? [])));
});

test('the memory of each block is given back, and all memory is released at the end', async (context) => {
  const giveBack = context.mock.method(BlockMemory.prototype, 'giveBack');
  const release = context.mock.method(BlockMemory.prototype, 'release');
  const repository = createSnapshotRepository(memoryStore());
  const pieces = (): Uint8Array[] => [documents(0, 20_000), documents(20_000, 20_000)];
  const source = sourceOf([{ database: 'shop', name: 'orders', pieces }]);
  const { blocks } = await captureSnapshot({ ...CAPTURE, source, repository });
  const returned = new Set(giveBack.mock.calls.map(({ arguments: [bytes] }) => bytes));
  assert.ok(blocks > 5 && returned.size >= blocks, `${returned.size} of ${blocks}`);
  assert.equal(release.mock.callCount(), 1);
});

test('a second snapshot stores only what changed', async () => {
  const store = memoryStore();
  const repository = createSnapshotRepository(store);
  const before = documents(0, 30_000);
  const after = Buffer.concat([
    before.subarray(0, before.byteLength / 2),
    documents(90_000, 1),
    before.subarray(before.byteLength / 2),
  ]);
  const news: number[] = [];
  for (const [index, bytes] of [before, before, after].entries()) {
    const source = sourceOf([{ database: 'shop', name: 'orders', pieces: () => [bytes] }]);
    let last: CaptureProgress | undefined;
    const id = `${index}`.padStart(24, '0');
    const onProgress = (progress: CaptureProgress): void => void (last = progress);
    await captureSnapshot({ ...CAPTURE, id, source, repository, onProgress });
    news.push(last?.newBytes ?? -1);
  }
  assert.equal(news[0], before.byteLength);
  assert.equal(news[1], 0);
  assert.ok(news[2] !== undefined && news[2] > 0 && news[2] < before.byteLength / 2, `${news[2]} new`);
});

test('a truncated dump is an error that names the file and the place, and there is no snapshot', async () => {
  using directory = temporaryDirectory('dump');
  mkdirSync(join(directory.path, 'd'));
  writeMongodump(directory.path, SMALL_DEPLOYMENT);
  const file = join(directory.path, 'shop', 'orders.bson');
  truncateSync(file, 1000);
  const repository = createSnapshotRepository(memoryStore());
  const source = await openMongodumpSource(directory.path);
  await assert.rejects(captureSnapshot({ ...CAPTURE, source, repository }), {
    code: 'SOURCE_TRUNCATED',
    message: new RegExp(`^${file} ends at byte 1000 in the middle`),
  });
  await assert.rejects(repository.openSnapshot(SNAPSHOT_ID), { code: 'SNAPSHOT_NOT_FOUND' });
});

test('an interrupted collection is read again, a dropped one is left out, and the counts are those of the rest', async () => {
  let readings = 0;
  function* interrupted(): Generator<Uint8Array> {
    yield documents(0, 6000);
    if (++readings < 3) throw new AppError({ code: 'COLLECTION_INTERRUPTED', message: 'again' });
    yield documents(6000, 10);
  }
  function* dropped(): Generator<Uint8Array> {
    yield documents(90_000, 6000);
    throw new AppError({ code: 'COLLECTION_DROPPED', message: 'gone' });
  }
  const names = { orders: interrupted, parts: dropped, same: () => [documents(0, 6000), documents(6000, 10)] };
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf(Object.entries(names).map(([name, pieces]) => ({ database: 'shop', name, pieces })));
  let last: CaptureProgress | undefined;
  const onProgress = (progress: CaptureProgress): void => void (last = progress);
  const totals = await captureSnapshot({ ...CAPTURE, source, repository, onProgress });
  assert.deepEqual(await namesOf(repository, SNAPSHOT_ID), ['shop.orders 6010', 'shop.same 6010']);
  const { documents: count, bytes } = totals;
  assert.equal(count, 12_020);
  assert.deepEqual([last?.documents, last?.bytes, last?.collections], [count, bytes, 3]);
  const stored = new Map<string, number>();
  for (const { block } of (await repository.openSnapshot(SNAPSHOT_ID)).entries()) {
    if (block !== undefined) stored.set(block.sha256, block.storedBytes);
  }
  assert.equal(
    totals.storedBytes,
    [...stored.values()].reduce((sum, each) => sum + each, 0),
  );
});

test('a collection whose reading never ends fails the attempt', async () => {
  function* interrupted(): Generator<Uint8Array> {
    yield documents(0, 10);
    throw new AppError({ code: 'COLLECTION_INTERRUPTED', message: 'again', transient: true });
  }
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf([{ database: 'shop', name: 'orders', pieces: interrupted }]);
  await assert.rejects(captureSnapshot({ ...CAPTURE, source, repository }), { code: 'COLLECTION_INTERRUPTED' });
});

test('bad values of a collection that is read again are named once, and those of a dropped one never', async () => {
  const bad = Buffer.from('1d000000105f69640002000000026e616d6500050000004a6f73e90000', 'hex');
  let readings = 0;
  function* interrupted(): Generator<Uint8Array> {
    yield bad;
    yield documents(0, 6000);
    if (++readings < 3) throw new AppError({ code: 'COLLECTION_INTERRUPTED', message: 'again' });
  }
  function* dropped(): Generator<Uint8Array> {
    yield bad;
    yield documents(0, 6000);
    throw new AppError({ code: 'COLLECTION_DROPPED', message: 'gone' });
  }
  const names = { first: () => [bad], orders: interrupted, parts: dropped };
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf(Object.entries(names).map(([name, pieces]) => ({ database: 'shop', name, pieces })));
  const { badDocuments } = await captureSnapshot({ ...CAPTURE, source, repository });
  const { header } = await repository.openSnapshot(SNAPSHOT_ID);
  const value = { _id: '{"$numberInt":"2"}', field: 'name', reason: 'invalidUtf8' };
  assert.deepEqual(header.badValues, [
    { collection: 'shop.first', ...value },
    { collection: 'shop.orders', ...value },
  ]);
  assert.equal(badDocuments, 2);
});

test('a damaged document ends the capture with the collection, the number and the _id, and there is no snapshot', async () => {
  const good = documents(0, 12_000);
  const length = good.byteLength / 12_000;
  // The type of the second element, behind the type, key and value of _id.
  good[11_000 * length + 4 + 9] = 0x7e;
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf([{ database: 'shop', name: 'orders', pieces: () => [good] }]);
  await assert.rejects(captureSnapshot({ ...CAPTURE, source, repository }), {
    code: 'INVALID_BSON',
    message:
      'document 11000 of shop.orders (from 0) with _id {"$numberInt":"11000"} is not valid BSON: the type of an element is unknown',
    hint: /take a new snapshot/,
  });
  await assert.rejects(repository.openSnapshot(SNAPSHOT_ID), { code: 'SNAPSHOT_NOT_FOUND' });
});

test('an abort ends it with its reason, and there is no snapshot', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  function* endless(): Generator<Uint8Array> {
    for (let from = 0; ; from += 1000) {
      if (from === 12_000) controller.abort(reason);
      yield documents(from, 1000);
    }
  }
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf([{ database: 'shop', name: 'orders', pieces: endless }]);
  await assert.rejects(captureSnapshot({ ...CAPTURE, source, repository, signal: controller.signal }), reason);
  await assert.rejects(repository.openSnapshot(SNAPSHOT_ID), { code: 'SNAPSHOT_NOT_FOUND' });
});

test('after a failure of any call to the store, there is no incomplete snapshot, and the next attempt makes it', async () => {
  const source = sourceOf([
    { database: 'shop', name: 'orders', pieces: () => [documents(0, 9000)] },
    { database: 'shop', name: 'parts', pieces: () => [documents(0, 10)] },
  ]);
  const counting = faultyStore(memoryStore(), 0);
  await captureSnapshot({ ...CAPTURE, source, repository: createSnapshotRepository(counting) });
  assert.ok(counting.calls.length >= 7, `${counting.calls.length} calls`);
  for (const moment of ['before', 'after'] as const) {
    for (let call = 1; call <= counting.calls.length; call++) {
      const store = memoryStore();
      const failing = captureSnapshot({
        ...CAPTURE,
        source,
        repository: createSnapshotRepository(faultyStore(store, call, moment)),
      });
      await assert.rejects(failing, { code: 'INJECTED_FAULT' });
      const repository = createSnapshotRepository(store);
      const wasLastCall = call === counting.calls.length;
      if (!wasLastCall || moment === 'before') {
        await assert.rejects(repository.openSnapshot(SNAPSHOT_ID), { code: 'SNAPSHOT_NOT_FOUND' });
      }
      await captureSnapshot({ ...CAPTURE, source, repository });
      assert.equal((await repository.openSnapshot(SNAPSHOT_ID)).totals.documents, 9010);
      assert.deepEqual(await repository.collectGarbage(), { blocks: 0, bytes: 0 });
    }
  }
});
