import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { EXPORT_DEFAULTS, SNAPSHOT_ID, sourceOf } from '../../../test/support/pipelines.ts';
import { createSnapshotRepository, type LocatedBadValue, type Snapshot } from '../../snapshot/repository/index.ts';
import { captureSnapshot, type CaptureOptions } from '../capture/index.ts';
import { BlockPool } from '../threads/index.ts';
import { exportSnapshot } from './export.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());

interface Case {
  readonly what: string;
  readonly collection: string;
  /** Hexadecimal digits. */
  readonly bson: string;
  readonly line: string;
  readonly badValues: readonly Omit<LocatedBadValue, 'collection'>[];
  readonly lookAlikes: number;
}

/** Values that MongoDB stores and Extended JSON cannot show as they are stored. */
const CASES: readonly Case[] = [
  {
    what: 'invalid UTF-8 in a string, as old drivers stored Latin-1',
    collection: 'users',
    bson: '1d000000105f69640002000000026e616d6500050000004a6f73e90000',
    line: String.raw`{"_id":{"$numberInt":"2"},"name":"Jos\ufffd"}`,
    badValues: [{ _id: '{"$numberInt":"2"}', field: 'name', reason: 'invalidUtf8' }],
    lookAlikes: 0,
  },
  {
    what: 'line separators in a string',
    collection: 'lines',
    bson: '1b000000105f696400010000000273000600000061e280a8620000',
    line: String.raw`{"_id":{"$numberInt":"1"},"s":"a\u2028b"}`,
    badValues: [],
    lookAlikes: 0,
  },
  {
    what: 'a sub-document that looks like Extended JSON',
    collection: 'alike',
    bson: '2a000000105f696400030000000377001900000002246e756d6265724c6f6e6700030000003132000000',
    line: '{"_id":{"$numberInt":"3"},"w":{"$numberLong":"12"}}',
    badValues: [],
    lookAlikes: 1,
  },
  {
    what: 'a binary of subtype 2 without its inner length',
    collection: 'old',
    bson: '17000000105f696400050000000562000100000002ff00',
    line: '{"_id":{"$numberInt":"5"},"b":{"$binary":{"base64":"/w==","subType":"02"}}}',
    badValues: [{ _id: '{"$numberInt":"5"}', field: 'b', reason: 'oldBinaryLength' }],
    lookAlikes: 0,
  },
];

async function take(cases: readonly Case[], options: Partial<CaptureOptions> = {}): Promise<Snapshot> {
  const repository = createSnapshotRepository(memoryStore());
  const source = sourceOf(
    cases.map(({ collection, bson }) => ({
      database: 'app',
      name: collection,
      pieces: () => [Buffer.from(bson, 'hex')],
    })),
  );
  const { signal } = EXPORT_DEFAULTS;
  const capture = { source, repository, pool, id: SNAPSHOT_ID, clusterName: 'c', startedAt: 0, signal };
  await captureSnapshot({ ...capture, ...options });
  return await repository.openSnapshot(SNAPSHOT_ID);
}

for (const each of CASES) {
  describe(each.what, () => {
    const located = each.badValues.map((value) => ({ collection: `app.${each.collection}`, ...value }));
    const counts = { badDocuments: each.badValues.length, lookAlikes: each.lookAlikes };

    test('is exported, named or counted in the snapshot and in the manifest', async () => {
      const snapshot = await take([each]);
      const { badDocuments, lookAlikes } = snapshot.totals;
      assert.deepEqual({ badDocuments, lookAlikes }, counts);
      assert.deepEqual(snapshot.header.badValues, located);
      const store = memoryStore();
      await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
      const object = (key: string): Uint8Array =>
        store.objects.get(`${EXPORT_DEFAULTS.prefix}/${key}`) ?? Buffer.alloc(0);
      assert.equal(gunzipSync(object(`app/${each.collection}/rs0.0.json.gz`)).toString(), `${each.line}\n`);
      const manifest: unknown = JSON.parse(Buffer.from(object('.manifest.json')).toString());
      assert.partialDeepStrictEqual(manifest, { badValues: located });
      assert.partialDeepStrictEqual(manifest, {
        collections: [{ database: 'app', name: each.collection, documents: 1, ...counts }],
      });
    });

    test('is refused at the snapshot in strict mode if it is a bad value', async () => {
      const taken = take([each], { isStrict: true });
      if (each.badValues.length === 0) await taken;
      else await assert.rejects(taken, { code: 'BAD_VALUE_REFUSED', message: new RegExp(`app\\.${each.collection}`) });
    });
  });
}

test('a snapshot names the first hundred bad values in the order of the documents, and counts all', async () => {
  const [user] = CASES;
  assert.ok(user);
  const many = { ...user, bson: user.bson.repeat(60_000) };
  const snapshot = await take([many, { ...many, collection: 'users2' }]);
  assert.equal(snapshot.header.badValues.length, 100);
  assert.ok(snapshot.header.badValues.every(({ collection }) => collection === 'app.users'));
  assert.equal(snapshot.totals.badDocuments, 120_000);
  for (const { collection } of snapshot.entries()) {
    if (collection !== undefined) assert.equal(collection.badDocuments, 60_000);
  }
});

test('an export names no bad values of collections that it leaves out', async () => {
  const [user] = CASES;
  assert.ok(user);
  const repository = createSnapshotRepository(memoryStore());
  const pieces = (): Uint8Array[] => [Buffer.from(user.bson, 'hex')];
  const [oplog] = sourceOf([{ database: 'local', name: 'oplog.rs', pieces }]).collections;
  assert.ok(oplog);
  const source = { ...sourceOf([{ database: 'app', name: 'users', pieces }]), oplog };
  const { signal } = EXPORT_DEFAULTS;
  await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'c', startedAt: 0, signal });
  const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
  assert.deepEqual(
    snapshot.header.badValues.map(({ collection }) => collection),
    ['app.users', 'local.oplog.rs'],
  );
  const store = memoryStore();
  await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });
  const manifest = Buffer.from(store.objects.get(`${EXPORT_DEFAULTS.prefix}/.manifest.json`) ?? []).toString();
  assert.deepEqual(
    (JSON.parse(manifest) as { badValues: LocatedBadValue[] }).badValues.map(({ collection }) => collection),
    ['app.users'],
  );
});
