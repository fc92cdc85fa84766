import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { EXPORT_DEFAULTS, SNAPSHOT_ID } from '../../../test/support/pipelines.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { createSnapshotRepository } from '../../snapshot/repository/index.ts';
import { openMongodumpSource } from '../../snapshot/sources/index.ts';
import { captureSnapshot } from '../capture/index.ts';
import { BlockPool } from '../threads/index.ts';
import { exportSnapshot } from './export.ts';

// Dumps of which other programs lost something, from their files to the files of an export.

const pool = new BlockPool({ threads: 1 });
after(() => pool.close());

interface Findings {
  readonly leftOut: readonly object[];
  readonly badValues: readonly object[];
  readonly lookAlikes: number;
}

interface Case {
  readonly what: string;
  /** The files by their paths: hexadecimal digits of BSON, or text. */
  readonly files: Readonly<Record<string, string>>;
  /** The lines of each collection in the export. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  /** The findings that the snapshot and the manifest name or count; absent: none. */
  readonly findings?: Partial<Findings>;
}

const ONE = '0e000000105f6964000100000000';
const ONE_LINE = '{"_id":{"$numberInt":"1"}}';

const CASES: readonly Case[] = [
  {
    what: 'a view that was dumped as a collection',
    files: {
      'app/active_users.bson':
        '18000000105f69640001000000027600030000007831000018000000105f696400020000000276000300000078320000',
      'app/active_users.metadata.json': '{"indexes":[],"uuid":"","collectionName":"active_users","type":"view"}',
    },
    lines: {
      'app.active_users': ['{"_id":{"$numberInt":"1"},"v":"x1"}', '{"_id":{"$numberInt":"2"},"v":"x2"}'],
    },
  },
  {
    what: 'invalid UTF-8 in a string',
    files: { 'app/users.bson': '1d000000105f69640002000000026e616d6500050000004a6f73e90000' },
    lines: { 'app.users': [String.raw`{"_id":{"$numberInt":"2"},"name":"Jos\ufffd"}`] },
    findings: {
      badValues: [{ collection: 'app.users', _id: '{"$numberInt":"2"}', field: 'name', reason: 'invalidUtf8' }],
    },
  },
  {
    what: 'line separators in a string',
    files: { 'app/lines.bson': '1b000000105f696400010000000273000600000061e280a8620000' },
    lines: { 'app.lines': [String.raw`{"_id":{"$numberInt":"1"},"s":"a\u2028b"}`] },
  },
  {
    what: 'a sub-document that looks like Extended JSON',
    files: {
      'app/alike.bson': '2a000000105f696400030000000377001900000002246e756d6265724c6f6e6700030000003132000000',
    },
    lines: { 'app.alike': ['{"_id":{"$numberInt":"3"},"w":{"$numberLong":"12"}}'] },
    findings: { lookAlikes: 1 },
  },
  {
    what: 'a collection called oplog',
    files: {
      'app/oplog.bson': ONE,
      'app/oplog.metadata.json': '{"options":{},"indexes":[],"uuid":"","collectionName":"oplog"}',
    },
    lines: { 'app.oplog': [ONE_LINE] },
  },
  {
    what: 'names that are escaped as in the query of a URL',
    files: { 'app/big+coll.bson': ONE, 'app/a%2Bb.bson': ONE },
    lines: { 'app.a+b': [ONE_LINE], 'app.big coll': [ONE_LINE] },
  },
  {
    what: 'a binary of subtype 2 without its inner length',
    files: { 'app/old.bson': '17000000105f696400050000000562000100000002ff00' },
    lines: { 'app.old': ['{"_id":{"$numberInt":"5"},"b":{"$binary":{"base64":"/w==","subType":"02"}}}'] },
    findings: {
      badValues: [{ collection: 'app.old', _id: '{"$numberInt":"5"}', field: 'b', reason: 'oldBinaryLength' }],
    },
  },
  {
    what: 'an empty metadata file',
    files: { 'app/e.bson': ONE, 'app/e.metadata.json': '' },
    lines: { 'app.e': [ONE_LINE] },
  },
  {
    what: 'a directory too deep, an ending in capitals, and a compressed file of another kind',
    files: { 'app/e.bson': ONE, 'app/sub/d.bson': ONE, 'app/F.BSON': ONE, 'app/g.bson.zst': '28b52ffd' },
    lines: { 'app.e': [ONE_LINE] },
    findings: {
      leftOut: [
        { name: 'app/F.BSON', reason: 'mongodump writes the endings of its files in small letters' },
        { name: 'app/g.bson.zst', reason: 'mongodump writes no .zst files: unpack it to have it taken' },
        { name: 'app/sub/', reason: 'mongodump makes no directories within the directory of a database' },
      ],
    },
  },
];

for (const { what, files, lines, findings } of CASES) {
  test(`${what} is exported as it is right`, async () => {
    using directory = temporaryDirectory('dump-case');
    const dump = join(directory.path, 'dump');
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(dump, path)), { recursive: true });
      writeFileSync(join(dump, path), path.endsWith('.json') ? content : Buffer.from(content, 'hex'));
    }
    const repository = createSnapshotRepository(memoryStore());
    const source = await openMongodumpSource(dump);
    const { signal } = EXPORT_DEFAULTS;
    await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'c', startedAt: 0, signal });
    await source.close();
    const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
    const expected = { leftOut: [], badValues: [], lookAlikes: 0, ...findings };
    const { leftOut, badValues } = snapshot.header;
    assert.deepEqual({ leftOut, badValues, lookAlikes: snapshot.totals.lookAlikes }, expected);

    const store = memoryStore();
    await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
    const object = (key: string): Buffer => Buffer.from(store.objects.get(`${EXPORT_DEFAULTS.prefix}/${key}`) ?? []);
    const manifest: unknown = JSON.parse(object('.manifest.json').toString());
    assert.partialDeepStrictEqual(manifest, { leftOut: expected.leftOut, badValues: expected.badValues });
    assert.partialDeepStrictEqual(manifest, { totals: { collections: Object.keys(lines).length } });
    for (const [name, written] of Object.entries(lines)) {
      const key = `${name.replace('.', '/')}/rs0.0.json.gz`;
      assert.deepEqual(gunzipSync(object(key)).toString().split('\n').slice(0, -1), written);
    }
  });
}
