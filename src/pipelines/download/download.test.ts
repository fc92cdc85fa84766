import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { BSON, type Document } from 'bson';
import fc from 'fast-check';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { SNAPSHOT_ID, sourceOf } from '../../../test/support/pipelines.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { createSnapshotRepository, type Snapshot } from '../../snapshot/repository/index.ts';
import { openMongodumpSource } from '../../snapshot/sources/index.ts';
import { captureSnapshot } from '../capture/index.ts';
import { BlockPool } from '../threads/index.ts';
import { openDownload } from './download.ts';
import { gzipBytes, gzipMember, MEMBER_BYTES, MEMBER_CONTENT_BYTES } from './gzip-members.ts';
import { paddingOf, tarHeader } from './tar.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());
const { signal } = new AbortController();

function bson(documents: readonly Document[]): Buffer {
  return Buffer.concat(documents.map((document) => BSON.serialize(document)));
}

const orders = bson(Array.from({ length: 9000 }, (_, index) => ({ _id: index, text: 'x'.repeat(1000) })));
const few = bson([{ _id: 'a' }, { _id: 'b', when: new Date(0) }]);
/** A name whose file has as long a name as file systems allow. */
const long = 'ü'.repeat(120);

async function take(collections: Parameters<typeof sourceOf>[0]): Promise<Snapshot> {
  const repository = createSnapshotRepository(memoryStore());
  await captureSnapshot({
    source: { ...sourceOf(collections), oplog: sourceOf([oplog]).collections[0] ?? assert.fail() },
    repository,
    id: SNAPSHOT_ID,
    clusterName: 'cluster',
    startedAt: Date.UTC(2026, 7, 10, 3, 28, 1, 7),
    pool,
    signal,
  });
  return repository.openSnapshot(SNAPSHOT_ID);
}

const oplog = { database: 'local', name: 'oplog.rs', pieces: () => [few] };

const COLLECTIONS: Parameters<typeof sourceOf>[0] = [
  { database: 'shop', name: 'empty', indexes: ['{"name":"_id_"}'], pieces: () => [] },
  { database: 'shop', name: long, pieces: () => [few] },
  {
    database: 'shop',
    name: 'measures',
    type: 'timeseries',
    options: '{"timeseries":{"timeField":"t"}}',
    pieces: () => [few],
  },
  { database: 'shop', name: 'orders & co', options: '{"capped":true}', uuid: 'ab'.repeat(16), pieces: () => [orders] },
  { database: 'shop', name: 'series', type: 'timeseries', documentsAre: 'buckets', pieces: () => [few] },
  { database: 'shop', name: 'view', type: 'view', options: '{"viewOn":"orders"}', pieces: () => [] },
];

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

suite('a snapshot as a tar.gz', () => {
  test('is a dump that tar unpacks, with every document as it was captured', async () => {
    const download = openDownload({ snapshot: await take(COLLECTIONS), pool });
    const whole = await bytesOf(download.read({ start: 0, end: download.bytes }, signal));
    assert.equal(whole.byteLength, download.bytes);
    using temporary = temporaryDirectory('download');
    const directory = temporary.path;
    const file = join(directory, 'restore.tar.gz');
    writeFileSync(file, whole);
    execFileSync('tar', ['xzf', file, '-C', directory]);
    assert.deepEqual(readdirSync(join(directory, 'dump')).toSorted(), ['oplog.bson', 'prelude.json', 'shop']);
    const read = (name: string) => readFileSync(join(directory, 'dump', name));
    assert.ok(read('shop/orders+%26+co.bson').equals(orders));
    assert.ok(read('shop/system.buckets.series.bson').equals(few));
    assert.ok(read('oplog.bson').equals(few));
    assert.equal(
      read('shop/orders+%26+co.metadata.json').toString(),
      `{"options":{"capped":true},"indexes":[],"uuid":"${'ab'.repeat(16)}","collectionName":"orders & co","type":"collection"}`,
    );
    const source = await openMongodumpSource(join(directory, 'dump'));
    assert.deepEqual(source.leftOut, []);
    assert.equal(source.mongodbVersion, '8.0.4');
    assert.deepEqual(
      source.collections.map(({ name, type, documentsAre }) => [name, type, documentsAre]),
      [
        ['empty', 'collection', undefined],
        ['measures', 'timeseries', undefined],
        ['orders & co', 'collection', undefined],
        ['series', 'timeseries', 'buckets'],
        ['view', 'view', undefined],
        [long, 'collection', undefined],
      ],
    );
  });

  test('can be read from any byte to any other', async () => {
    const download = openDownload({ snapshot: await take(COLLECTIONS), pool });
    const whole = await bytesOf(download.read({ start: 0, end: download.bytes }, signal));
    await fc.assert(
      fc.asyncProperty(fc.nat(download.bytes - 1), fc.nat(3_000_000), async (start, length) => {
        const end = Math.min(download.bytes, start + length);
        const part = await bytesOf(download.read({ start, end }, signal));
        assert.ok(part.equals(whole.subarray(start, end)));
      }),
      { numRuns: 25 },
    );
  });

  test('is the same for the same snapshot', async () => {
    const [one, other] = [await take(COLLECTIONS), await take(COLLECTIONS)].map((snapshot) =>
      openDownload({ snapshot, pool }),
    );
    assert.ok(one !== undefined && other !== undefined);
    assert.equal(one.version, other.version);
    const [a, b] = await Promise.all(
      [one, other].map((download) => bytesOf(download.read({ start: 0, end: download.bytes }, signal))),
    );
    assert.ok(a?.equals(b ?? Buffer.alloc(0)));
  });

  test('cannot have a database whose name leaves the directory', async () => {
    const snapshot = await take([{ database: '../../etc', name: 'passwd', pieces: () => [few] }]);
    assert.throws(() => openDownload({ snapshot, pool }), { code: 'DUMP_NAME_UNUSABLE' });
  });

  test('ends with its signal', async () => {
    const download = openDownload({ snapshot: await take(COLLECTIONS), pool });
    const controller = new AbortController();
    const reading = bytesOf(download.read({ start: 0, end: download.bytes }, controller.signal));
    controller.abort(new Error('the client left'));
    await assert.rejects(reading, /the client left/);
  });
});

suite('gzip members of stored blocks', () => {
  test('hold any number of bytes in the length that was promised', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MEMBER_CONTENT_BYTES }), (bytes) => {
        const content = Buffer.alloc(bytes, 'ab');
        const member = gzipMember(content, Buffer.alloc(MEMBER_BYTES, 'old'));
        assert.equal(member.byteLength, gzipBytes(bytes));
        assert.ok(gunzipSync(member).equals(content));
      }),
      { numRuns: 30 },
    );
    assert.equal(gzipBytes(2 * MEMBER_CONTENT_BYTES), 2 * MEMBER_BYTES);
  });
});

suite('headers of tar', () => {
  test('have an extended header for a file of more than 8 GiB', () => {
    const header = tarHeader({ path: 'dump/a.bson', bytes: 2 ** 33, modifiedAt: 0 });
    assert.equal(header.byteLength, 3 * 512);
    assert.match(header.toString('latin1', 512, 1024), /^19 size=8589934592\n\0/);
  });

  test('are whole blocks for every path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }), (path) => {
        const header = tarHeader({ path, bytes: 3, modifiedAt: 0 });
        assert.equal(paddingOf(header.byteLength), 0);
      }),
      { numRuns: 30 },
    );
  });
});
