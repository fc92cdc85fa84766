import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BSON } from 'bson';
import {
  archiveOf,
  archiveOfDatabases,
  type ArchivedNamespace,
} from '../../../../../test/support/mongodump-archive.ts';
import { SMALL_DEPLOYMENT, type DumpedDatabases } from '../../../../../test/support/mongodump.ts';
import { temporaryDirectory } from '../../../../../test/support/temporary-directory.ts';
import type { SnapshotSource, SourceCollection } from '../../contract.ts';
import { CONFORMANCE_DEPLOYMENT, CONFORMANCE_VIEW, runSnapshotSourceConformance } from '../../conformance.ts';
import { openMongodumpArchive } from './index.ts';

const CONFORMANCE: DumpedDatabases = {
  ...CONFORMANCE_DEPLOYMENT,
  conformance_a: { ...CONFORMANCE_DEPLOYMENT['conformance_a'], view: CONFORMANCE_VIEW },
};

for (const gzip of [false, true]) {
  const directory = temporaryDirectory('conformance-archive');
  after(() => directory[Symbol.dispose]());
  const file = join(directory.path, 'dump.archive');
  const archive = archiveOfDatabases(CONFORMANCE);
  writeFileSync(file, gzip ? gzipSync(archive) : archive);
  runSnapshotSourceConformance({
    name: gzip ? 'mongodump --archive --gzip' : 'mongodump --archive',
    open: () => openMongodumpArchive(file, { spool: directory.path }),
  });
}

interface Archived extends Disposable {
  readonly file: string;
  readonly spool: string;
  open(): Promise<SnapshotSource>;
}

function archived(archive: Uint8Array): Archived {
  const directory = temporaryDirectory('archive');
  const file = join(directory.path, 'dump.archive');
  const spool = join(directory.path, 'spool');
  mkdirSync(spool);
  writeFileSync(file, archive);
  return {
    file,
    spool,
    open: () => openMongodumpArchive(file, { spool }),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

function ordersOf({ collections }: SnapshotSource): SourceCollection {
  const orders = collections.find(({ name }) => name === 'orders');
  assert.ok(orders);
  return orders;
}

async function bytesOf(collection: SourceCollection | undefined): Promise<Buffer> {
  assert.ok(collection, 'no such collection');
  const pieces: Uint8Array[] = [];
  for await (const piece of collection.documents(new AbortController().signal)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

const OPLOG: ArchivedNamespace = { db: '', collection: 'oplog', metadata: '', runs: [[{ op: 'i' }]] };

test('an archive says its version, and names in its consistency whether it has an oplog', async () => {
  using plain = archived(archiveOfDatabases(SMALL_DEPLOYMENT));
  using withOplog = archived(archiveOfDatabases(SMALL_DEPLOYMENT, [OPLOG]));
  const [without, source] = [await plain.open(), await withOplog.open()];
  assert.equal(source.mongodbVersion, '8.0.29');
  assert.equal(without.oplog, undefined);
  assert.match(source.consistency.reason, /local\.oplog\.rs/);
  assert.notEqual(source.consistency.reason, without.consistency.reason);
  assert.deepEqual(await bytesOf(source.oplog), Buffer.from(BSON.serialize({ op: 'i' })));
  assert.deepEqual(
    source.collections.map(({ name }) => name),
    without.collections.map(({ name }) => name),
  );
  await source.close();
});

test('nothing is unpacked before documents are asked for, and nothing of it stays', async () => {
  using it = archived(archiveOfDatabases(SMALL_DEPLOYMENT));
  const source = await it.open();
  assert.deepEqual(readdirSync(it.spool), []);
  assert.ok((await bytesOf(ordersOf(source))).byteLength > 1000);
  const [unpacked] = readdirSync(it.spool);
  assert.ok(unpacked);
  assert.equal(statSync(join(it.spool, unpacked)).mode & 0o077, 0);
  await source.close();
  assert.deepEqual(readdirSync(it.spool), []);
});

test('an archive that turns out to be damaged is refused by name, and nothing of it stays', async () => {
  using it = archived(archiveOfDatabases(SMALL_DEPLOYMENT));
  truncateSync(it.file, statSync(it.file).size - 10);
  const source = await it.open();
  await assert.rejects(bytesOf(ordersOf(source)), {
    code: 'INVALID_DUMP',
    message: /dump\.archive ends at byte \d+ .*cut off/,
  });
  await source.close();
  assert.deepEqual(readdirSync(it.spool), []);
});

test('a zipped archive that was cut off is no whole one', async () => {
  using it = archived(gzipSync(archiveOfDatabases(SMALL_DEPLOYMENT)));
  truncateSync(it.file, statSync(it.file).size - 10);
  const source = await it.open();
  await assert.rejects(bytesOf(ordersOf(source)), { code: 'INVALID_DUMP', message: /is not a complete gzip file/ });
  await source.close();
});

test('an archive that was replaced after it was opened is refused', async () => {
  using it = archived(archiveOfDatabases(SMALL_DEPLOYMENT));
  const source = await it.open();
  writeFileSync(it.file, archiveOfDatabases({ other: SMALL_DEPLOYMENT['stock'] ?? {} }));
  await assert.rejects(bytesOf(ordersOf(source)), { code: 'INVALID_DUMP', message: /was replaced/ });
  await source.close();
});

test('an abort stops the reading, also in the middle of unpacking', async () => {
  using it = archived(archiveOfDatabases(SMALL_DEPLOYMENT));
  const source = await it.open();
  const reason = new Error('stop');
  const controller = new AbortController();
  const reading = ordersOf(source).documents(controller.signal)[Symbol.asyncIterator]().next();
  controller.abort(reason);
  await assert.rejects(reading, reason);
  await source.close();
  assert.deepEqual(readdirSync(it.spool), []);
});

test('names in an archive are names in no directory', async () => {
  using it = archived(archiveOf([{ db: '../..', collection: '../../../x', metadata: '', runs: [[{ _id: 1 }]] }]));
  const source = await it.open();
  assert.ok((await bytesOf(source.collections[0])).byteLength > 0);
  const [unpacked] = readdirSync(it.spool);
  assert.deepEqual(readdirSync(join(it.spool, unpacked ?? '')), ['0.bson']);
  await source.close();
});

const refused: readonly [string, Uint8Array, RegExp][] = [
  ['an archive of nothing', archiveOf([]), /holds no collections/],
  ['a collection of no database', archiveOf([{ ...OPLOG, collection: 'x' }]), /lists the collection x of no database/],
  ['a name that is too long', archiveOf([{ ...OPLOG, db: 'ü'.repeat(140) }]), /more than the 255/],
  ['a directory of a dump', Buffer.from('x'), /is not what mongodump --archive writes/],
];
for (const [what, archive, message] of refused) {
  test(`refuses ${what} at once`, async () => {
    using it = archived(archive);
    await assert.rejects(it.open(), { code: 'INVALID_DUMP', message });
  });
}

test('an archive that grows while it is read is no whole one', async () => {
  using it = archived(archiveOfDatabases(SMALL_DEPLOYMENT));
  const source = await it.open();
  const reading = bytesOf(ordersOf(source));
  appendFileSync(it.file, archiveOf([]));
  await assert.rejects(reading, { code: 'INVALID_DUMP' });
  await source.close();
});
