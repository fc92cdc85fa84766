import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { BSON, EJSON } from 'bson';
import { temporaryDirectory } from '../../../../test/support/temporary-directory.ts';
import { memberTexts } from '../../../kernel/json-text.ts';
import type { CollectionInfo } from '../../contract.ts';
import { openMongodumpArchive, openMongodumpSource, type SnapshotSource } from '../../sources/index.ts';
import { runRestoreTargetConformance, type TargetContent } from '../conformance.ts';
import type { RestoreTarget } from '../contract.ts';
import { openArchiveTarget } from './archive-target.ts';
import { openDumpTarget } from './dump-target.ts';

const never = new AbortController().signal;
const GZIP_BEGINS_WITH = 0x1f;

/** What a reader of dumps finds. @param open a source of what was written. */
function contentOf(open: () => Promise<SnapshotSource>): TargetContent {
  const find = async (database: string, name: string) => {
    const source = await open();
    return source.collections.find((each) => each.database === database && each.name === name);
  };
  return {
    async documents(database, name) {
      const collection = await find(database, name);
      if (collection === undefined) return undefined;
      const pieces: Uint8Array[] = [];
      for await (const piece of collection.documents(never)) pieces.push(Uint8Array.from(piece));
      return split(Buffer.concat(pieces)).sort();
    },
    async options(database, name) {
      const { options } = (await find(database, name)) ?? assert.fail(`there is no ${name}`);
      return EJSON.stringify(EJSON.parse(options), { relaxed: true });
    },
    async indexKeys(database, name) {
      const { indexes } = (await find(database, name)) ?? assert.fail(`there is no ${name}`);
      return indexes.map((index) => keyOf(index)).sort();
    },
  };
}

/** The text is not parsed, because an object of JavaScript would change the order of the keys. */
function keyOf(index: string): string {
  const key = memberTexts(index).get('key') ?? '';
  return key.replaceAll(/\{"\$numberInt":"(-?\d+)"\}/g, '$1');
}

function split(bytes: Buffer): string[] {
  const documents: string[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const end = at + bytes.readInt32LE(at);
    documents.push(bytes.toString('hex', at, end));
    at = end;
  }
  return documents;
}

runRestoreTargetConformance({
  name: 'a dump',
  place() {
    const directory = temporaryDirectory('dump-target');
    const path = join(directory.path, 'dump');
    return Promise.resolve({
      open: () => openDumpTarget(path, { mongodbVersion: '8.0.4' }),
      content: contentOf(() => openMongodumpSource(path)),
      remove: () => {
        directory[Symbol.dispose]();
        return Promise.resolve();
      },
    });
  },
});

for (const gzip of [false, true]) {
  runRestoreTargetConformance({
    name: gzip ? 'a zipped archive' : 'an archive',
    isWrittenOnce: true,
    place() {
      const directory = temporaryDirectory('archive-target');
      const path = join(directory.path, 'all.archive');
      return Promise.resolve({
        open: () => openArchiveTarget(path, { mongodbVersion: '8.0.4', gzip }),
        content: contentOf(() => {
          assert.equal(readFileSync(path)[0] === GZIP_BEGINS_WITH, gzip);
          return openMongodumpArchive(path, { spool: directory.path });
        }),
        remove: () => {
          directory[Symbol.dispose]();
          return Promise.resolve();
        },
      });
    },
  });
}

const ORDERS: CollectionInfo = {
  database: 'shop',
  name: 'orders & co',
  type: 'collection',
  options: '{"capped":true}',
  indexes: ['{"name":"_id_"}'],
  uuid: 'ab'.repeat(16),
};
const SERIES: CollectionInfo = {
  ...ORDERS,
  name: 'series',
  type: 'timeseries',
  options: '{}',
  documentsAre: 'buckets',
};
const MEASURES: CollectionInfo = {
  ...ORDERS,
  name: 'measures',
  type: 'timeseries',
  options: '{"timeseries":{"timeField":"t"}}',
};
const VIEW: CollectionInfo = {
  ...ORDERS,
  name: 'view',
  type: 'view',
  options: '{"viewOn":"orders & co"}',
  indexes: [],
};

const documents = (count: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.concat(Array.from({ length: count }, (_, index) => BSON.serialize({ _id: index, n: -0 }))));

async function writeAll(target: RestoreTarget): Promise<void> {
  for (const info of [ORDERS, SERIES, MEASURES]) {
    await target.createCollection(info, never);
    await target.writeBlock(info, documents(3), never);
    await target.writeBlock(info, documents(5), never);
    await target.createIndexes(info, never);
  }
  await target.createView(VIEW, never);
  await target.finish(never);
  await target.close();
}

const WRITTEN = Buffer.concat([documents(3), documents(5)]);

suite('a dump that a restore writes', () => {
  test('has the files of mongodump, with the documents byte for byte', async () => {
    using directory = temporaryDirectory('dump-target');
    const path = join(directory.path, 'dump');
    await writeAll(await openDumpTarget(path, { mongodbVersion: '8.0.4' }));
    assert.deepEqual(readdirSync(directory.path), ['dump']);
    assert.deepEqual(readdirSync(path).sort(), ['prelude.json', 'shop']);
    assert.deepEqual(readdirSync(join(path, 'shop')).sort(), [
      'measures.bson',
      'measures.metadata.json',
      'orders+%26+co.bson',
      'orders+%26+co.metadata.json',
      'series.metadata.json',
      'system.buckets.series.bson',
      'view.metadata.json',
    ]);
    assert.ok(readFileSync(join(path, 'shop', 'orders+%26+co.bson')).equals(WRITTEN));
    assert.equal(
      readFileSync(join(path, 'shop', 'orders+%26+co.metadata.json'), 'utf8'),
      `{"options":{"capped":true},"indexes":[{"name":"_id_"}],"uuid":"${'ab'.repeat(16)}","collectionName":"orders & co","type":"collection"}`,
    );
    await assertSource(await openMongodumpSource(path));
  });

  test('has its name only when it is whole, and goes on after a kill', async () => {
    using directory = temporaryDirectory('dump-target');
    const path = join(directory.path, 'dump');
    const killed = await openDumpTarget(path);
    await killed.createCollection(ORDERS, never);
    await killed.writeBlock(ORDERS, documents(3), never);
    await killed.createIndexes(ORDERS, never);
    await killed.createCollection(SERIES, never);
    await killed.writeBlock(SERIES, documents(3), never);
    assert.equal(existsSync(path), false);
    const again = await openDumpTarget(path);
    const present = await again.inspect([ORDERS, SERIES, VIEW], never);
    assert.deepEqual(
      present.map(({ name, holdsDocuments }) => [name, holdsDocuments]),
      [
        [ORDERS.name, true],
        ['series', true],
      ],
    );
    // The restore continues with what is whole, and begins the other one anew.
    await again.createCollection(ORDERS, never);
    await again.createIndexes(ORDERS, never);
    await again.drop(SERIES, never);
    await again.createCollection(SERIES, never);
    await again.writeBlock(SERIES, documents(5), never);
    await again.createIndexes(SERIES, never);
    await again.finish(never);
    await Promise.all([killed.close(), again.close()]);
    assert.deepEqual(readdirSync(directory.path), ['dump']);
    assert.ok(readFileSync(join(path, 'shop', 'orders+%26+co.bson')).equals(documents(3)));
    assert.ok(readFileSync(join(path, 'shop', 'system.buckets.series.bson')).equals(documents(5)));
  });

  test('does not take other options for the same', async () => {
    using directory = temporaryDirectory('dump-target');
    const target = await openDumpTarget(join(directory.path, 'dump'));
    await target.createCollection(ORDERS, never);
    await assert.rejects(target.createCollection({ ...ORDERS, options: '{}' }, never), {
      code: 'RESTORE_COLLECTION_DIFFERS',
    });
    await target.close();
  });

  test('is refused for a database whose name leaves the directory', async () => {
    using directory = temporaryDirectory('dump-target');
    const target = await openDumpTarget(join(directory.path, 'dump'));
    for (const database of ['..', '../../etc', '', '.', 'a/b', 'a\\b', 'a\0b']) {
      await assert.rejects(target.createCollection({ ...ORDERS, database }, never), { code: 'DUMP_NAME_UNUSABLE' });
    }
    await target.close();
  });

  test('says which file cannot be written', async () => {
    using directory = temporaryDirectory('dump-target');
    const path = join(directory.path, 'dump');
    mkdirSync(path);
    writeFileSync(join(path, 'shop'), 'a file where the directory of the database belongs');
    const target = await openDumpTarget(path);
    await assert.rejects(target.createCollection(ORDERS, never), { code: 'DUMP_UNWRITABLE', message: /shop/ });
    await target.close();
  });
});

test('a dump keeps an oplog, drops it and goes on with it', async () => {
  using directory = temporaryDirectory('dump-target');
  const path = join(directory.path, 'dump');
  const oplog: CollectionInfo = { ...ORDERS, database: 'local', name: 'oplog.rs', options: '{}', indexes: [] };
  const target = await openDumpTarget(path);
  assert.deepEqual(await target.inspect([oplog], never), []);
  await target.createCollection(oplog, never);
  await target.writeBlock(oplog, documents(3), never);
  await target.createIndexes(oplog, never);
  assert.deepEqual(await target.inspect([oplog], never), [
    { database: 'local', name: 'oplog.rs', type: 'collection', holdsDocuments: true },
  ]);
  await target.finish(never);
  await target.close();
  assert.deepEqual(readdirSync(path), ['oplog.bson', 'prelude.json']);
  assert.ok(readFileSync(join(path, 'oplog.bson')).equals(documents(3)));
  const again = await openDumpTarget(path);
  await again.drop(oplog, never);
  assert.deepEqual(await again.inspect([oplog], never), []);
  await again.close();
});

suite('an archive that a restore writes', () => {
  test('is read back with every document and checksum, and nothing else is left', async () => {
    using directory = temporaryDirectory('archive-target');
    const path = join(directory.path, 'all.archive');
    await writeAll(await openArchiveTarget(path, { mongodbVersion: '8.0.4' }));
    assert.deepEqual(readdirSync(directory.path), ['all.archive']);
    const spool = join(directory.path, 'spool');
    mkdirSync(spool);
    const source = await openMongodumpArchive(path, { spool });
    await assertSource(source);
    await source.close();
  });

  test('is not written over', async () => {
    using directory = temporaryDirectory('archive-target');
    const path = join(directory.path, 'all.archive');
    writeFileSync(path, 'mine');
    await assert.rejects(openArchiveTarget(path), { code: 'RESTORE_TARGET_EXISTS' });
    assert.equal(readFileSync(path, 'utf8'), 'mine');
  });

  test('goes on after a kill', async () => {
    using directory = temporaryDirectory('archive-target');
    const path = join(directory.path, 'all.archive');
    const killed = await openArchiveTarget(path);
    await killed.createCollection(ORDERS, never);
    await killed.writeBlock(ORDERS, documents(3), never);
    await killed.createIndexes(ORDERS, never);
    await killed.close();
    const again = await openArchiveTarget(path);
    assert.equal((await again.inspect([ORDERS], never)).length, 1);
    await again.createCollection(ORDERS, never);
    await again.createIndexes(ORDERS, never);
    await again.finish(never);
    await again.close();
    assert.deepEqual(readdirSync(directory.path), ['all.archive']);
  });
});

async function assertSource(source: SnapshotSource): Promise<void> {
  assert.equal(source.mongodbVersion, '8.0.4');
  assert.deepEqual(source.leftOut, []);
  assert.deepEqual(
    source.collections.map(({ name, type, documentsAre }) => [name, type, documentsAre]),
    [
      ['measures', 'timeseries', undefined],
      ['orders & co', 'collection', undefined],
      ['series', 'timeseries', 'buckets'],
      ['view', 'view', undefined],
    ],
  );
  for (const collection of source.collections) {
    if (collection.type === 'view') continue;
    const pieces: Uint8Array[] = [];
    for await (const piece of collection.documents(never)) pieces.push(Uint8Array.from(piece));
    assert.ok(Buffer.concat(pieces).equals(WRITTEN), collection.name);
  }
}
