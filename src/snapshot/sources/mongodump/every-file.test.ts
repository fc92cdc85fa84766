import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Binary, BSON } from 'bson';
import { temporaryDirectory } from '../../../../test/support/temporary-directory.ts';
import type { SnapshotSource } from '../contract.ts';
import { dumpFileBase } from './file-names.ts';
import { openMongodumpSource, type MongodumpOptions } from './index.ts';

// Every file of a dump is taken or named with a reason, or the dump is refused.

const ONE = BSON.serialize({ _id: 1 });

/** Opens a dump with these files. The keys are their paths. */
async function open(
  files: Readonly<Record<string, string | Uint8Array>>,
  options?: MongodumpOptions,
): Promise<SnapshotSource> {
  using directory = temporaryDirectory('dump');
  const root = join(directory.path, 'dump');
  mkdirSync(root);
  writeFiles(root, files);
  return await openMongodumpSource(root, options);
}

function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

function namesOf({ collections }: SnapshotSource): string[] {
  return collections.map(({ database, name, type }) => `${database}.${name} ${type}`);
}

const metadata = (collectionName: string, more: object = {}): string =>
  JSON.stringify({ indexes: [], uuid: '', collectionName, type: 'collection', ...more });

const taken: readonly [string, Readonly<Record<string, string | Uint8Array>>, readonly string[]][] = [
  [
    'a view that was dumped as a collection',
    { 'app/active.bson': ONE, 'app/active.metadata.json': metadata('active', { type: 'view' }) },
    ['app.active collection'],
  ],
  [
    'a collection that is called oplog',
    { 'app/oplog.bson': ONE, 'app/oplog.metadata.json': metadata('oplog') },
    ['app.oplog collection'],
  ],
  [
    'collections by their escaped names',
    { 'app/big+coll.bson': ONE, 'app/a%2Bb.bson': ONE },
    ['app.a+b collection', 'app.big coll collection'],
  ],
  ['a database by the name of its directory as it is', { 'a%2Fb+c/d.bson': ONE }, ['a%2Fb+c.d collection']],
  ['a collection whose metadata are empty', { 'app/e.bson': ONE, 'app/e.metadata.json': '' }, ['app.e collection']],
  [
    'a collection whose name was shortened',
    {
      [`app/${dumpFileBase('ü'.repeat(60))}.bson`]: ONE,
      [`app/${dumpFileBase('ü'.repeat(60))}.metadata.json`]: metadata('ü'.repeat(60)),
    },
    [`app.${'ü'.repeat(60)} collection`],
  ],
  [
    'a time series of which only the name of the buckets is shortened',
    {
      [`app/${dumpFileBase(`system.buckets.${'x'.repeat(230)}`)}.bson`]: ONE,
      [`app/${'x'.repeat(230)}.metadata.json`]: metadata('x'.repeat(230), { type: 'timeseries' }),
    },
    [`app.${'x'.repeat(230)} timeseries`],
  ],
  [
    'the files of one database without their directory',
    { 'orders.bson': ONE, 'oplog.bson': ONE, 'oplog.metadata.json': metadata('oplog') },
    ['dump.oplog collection', 'dump.orders collection'],
  ],
];
for (const [what, files, expected] of taken) {
  test(`takes ${what}`, async () => {
    const source = await open(files);
    assert.deepEqual(namesOf(source), expected);
    assert.deepEqual(source.leftOut, []);
    assert.equal(source.oplog, undefined);
  });
}

test('a single database has the given name', async () => {
  assert.deepEqual(namesOf(await open({ 'orders.bson': ONE }, { database: 'shop' })), ['shop.orders collection']);
  assert.deepEqual(namesOf(await open({ 'oplog.bson': ONE }, { database: 'shop' })), ['shop.oplog collection']);
});

test('the oplog at the top of a dump is kept as what it is', async () => {
  const { oplog, collections, consistency } = await open({ 'app/e.bson': ONE, 'oplog.bson': ONE });
  assert.equal(`${oplog?.database}.${oplog?.name}`, 'local.oplog.rs');
  assert.equal(collections.length, 1);
  assert.match(consistency.reason, /oplog\.bson/);
});

for (const [what, bytes] of [
  ['plain', ONE],
  ['zipped under the name of a plain one, as mongodump --oplog --gzip writes it', gzipSync(ONE)],
  ['as long as gzip begins', documentOf(0x0008_8b1f)],
] as const) {
  test(`the oplog may be ${what}`, async () => {
    using directory = temporaryDirectory('dump');
    writeFiles(directory.path, { 'app/e.bson': ONE, 'oplog.bson': bytes });
    const { oplog } = await openMongodumpSource(directory.path);
    assert.ok(oplog);
    const pieces: Uint8Array[] = [];
    for await (const piece of oplog.documents(new AbortController().signal)) pieces.push(piece.slice());
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(what.startsWith('zipped') ? ONE : bytes));
  });
}

/** A document of so many bytes. */
function documentOf(length: number): Uint8Array {
  const empty = BSON.serialize({ _id: new Binary(Buffer.alloc(0)) }).byteLength;
  return BSON.serialize({ _id: new Binary(Buffer.alloc(length - empty)) });
}

test('whatever else lies in a dump is named with the reason', async () => {
  const { leftOut, collections } = await open({
    'app/e.bson': ONE,
    'app/sub/d.bson': ONE,
    'app/F.BSON': ONE,
    'app/g.bson.zst': '(\xb5/\xfd',
    'app/.DS_Store': '',
    README: 'x',
    'others/notes.txt': '',
  });
  assert.deepEqual(
    collections.map(({ name }) => name),
    ['e'],
  );
  assert.deepEqual(leftOut, [
    { name: 'README', reason: 'mongodump writes no such file' },
    { name: 'app/.DS_Store', reason: 'mongodump writes no such file' },
    { name: 'app/F.BSON', reason: 'mongodump writes the endings of its files in small letters' },
    { name: 'app/g.bson.zst', reason: 'mongodump writes no .zst files: unpack it to have it taken' },
    { name: 'app/sub/', reason: 'mongodump makes no directories within the directory of a database' },
    { name: 'others/notes.txt', reason: 'mongodump writes no such file' },
  ]);
});

test('what lies beside the files of one database is named too', async () => {
  const { leftOut } = await open({ 'e.bson': ONE, 'x.txt': '', 'sub/notes.txt': '' });
  assert.deepEqual(
    leftOut.map(({ name }) => name),
    ['x.txt', 'sub/'],
  );
});

const SERIES = metadata('s', { type: 'timeseries' });
const refused: readonly [string, Readonly<Record<string, string | Uint8Array>>, RegExp, MongodumpOptions?][] = [
  [
    'a collection beside the directories of databases',
    { 'x.bson': ONE, 'app/e.bson': ONE },
    /x\.bson belongs to no database: it lies beside app/,
  ],
  [
    'a whole dump as the directory of one database',
    { 'app/e.bson': ONE },
    /is not the directory of one database: it holds the directory app/,
    { database: 'shop' },
  ],
  [
    'buckets of what is not a time series',
    { 'app/system.buckets.s.bson': ONE, 'app/s.bson': ONE, 'app/s.metadata.json': metadata('s') },
    /system\.buckets\.s\.bson belongs to nothing: app\.s is not a time series/,
  ],
  [
    'measurements beside buckets',
    { 'app/system.buckets.s.bson': ONE, 'app/s.bson': ONE, 'app/s.metadata.json': SERIES },
    /app\/s\.bson belongs to nothing: the buckets of app\.s are in/,
  ],
  [
    'documents of a view',
    { 'app/v.bson': ONE, 'app/v.metadata.json': metadata('v', { options: { viewOn: 'e', pipeline: [] } }) },
    /v\.bson belongs to nothing: app\.v is a view/,
  ],
  [
    'a shortened name without metadata',
    { [`app/${dumpFileBase('x'.repeat(239))}.bson`]: ONE },
    /has a shortened name, and no metadata say/,
  ],
  [
    'a shortened name with the metadata of another collection',
    {
      [`app/${dumpFileBase('x'.repeat(239))}.bson`]: ONE,
      [`app/${dumpFileBase('x'.repeat(239))}.metadata.json`]: metadata('x'.repeat(240)),
    },
    /does not have the shortened name of the collection x{240},/,
  ],
  [
    'a time series whose name is not Unicode',
    { 'app/s.bson': ONE, 'app/s.metadata.json': '{"collectionName":"\\ud800","type":"timeseries"}' },
    /s\.metadata\.json is .* is not Unicode/,
  ],
];
for (const [what, files, message, options] of refused) {
  test(`refuses ${what}`, async () => {
    await assert.rejects(open(files, options), { code: 'INVALID_DUMP', message });
  });
}

test('a directory that holds nothing of a dump is an empty dump only where that was asked for', async () => {
  await assert.rejects(open({ 'notes.txt': '' }), { code: 'INVALID_DUMP', message: /holds no dump/ });
  const { collections, leftOut } = await open({ 'notes.txt': '' }, { allowEmpty: true });
  assert.deepEqual(collections, []);
  assert.equal(leftOut.length, 1);
});
