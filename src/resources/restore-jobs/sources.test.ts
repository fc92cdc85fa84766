import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { callerWith } from '../../../test/support/control-plane.ts';
import type { MemoryStore } from '../../../test/support/memory-store.ts';
import { refusal } from '../../../test/support/refusal.ts';
import {
  BUCKET,
  CLUSTER,
  idOf,
  RECORD,
  REPORT,
  restoreJobsScope as scope,
  SNAPSHOT_ID,
  TARGET,
} from '../../../test/support/restore-jobs-scope.ts';
import { GROUP_ID, ORG_ID } from '../../../test/support/seeded-metastore.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject } from '../../kernel/json.ts';
import type { RestoreRequest } from './index.ts';

/** Puts an export without a manifest, as Atlas writes it. */
function putExport({ objects }: MemoryStore, prefix: string, line = '{"_id":1}'): void {
  objects.set(`${prefix}/.complete`, new Uint8Array());
  objects.set(`${prefix}/shop/orders/rs0.0.json.gz`, Uint8Array.from(gzipSync(`${line}\n`)));
}

test('an export in a bucket is restored to the cluster of the path, with what was chosen', async () => {
  await using context = await scope();
  const { restoreTo, attempt, details, read, state, store, queued } = context;
  putExport(store, 'copies/one');
  const created = await restoreTo({
    source: { address: 'bucket/copies', allowIncomplete: true },
    include: ['shop'],
    exclude: ['shop.parts*'],
    rename: [{ from: 'shop.orders', to: 'old.orders' }],
    ifExists: 'drop',
    dryRun: true,
  });
  assert.equal(created.status, 201);
  const id = idOf(created.body);
  assert.deepEqual(queued, [{ kind: 'restore-snapshot', payload: { restoreJobId: id } }]);
  let asked: RestoreRequest | undefined;
  state.restore = (request) => {
    asked = request;
    return Promise.resolve({ ...REPORT, source: request.source.description });
  };
  await attempt(id);
  assert.deepEqual(
    asked?.source.collections.map(({ database, name }) => `${database}.${name}`),
    ['shop.orders'],
  );
  const { include, exclude, rename, ifExists, dryRun, allowEmpty } = asked;
  assert.deepEqual(
    { include, exclude, rename, ifExists, dryRun, allowEmpty },
    {
      include: ['shop'],
      exclude: ['shop.parts*'],
      rename: [{ from: { database: 'shop', name: 'orders' }, to: { database: 'old', name: 'orders' } }],
      ifExists: 'drop',
      dryRun: true,
      allowEmpty: false,
    },
  );
  const shown = await details(id, TARGET.name);
  assert.deepEqual(shown['source'], {
    address: 'bucket/copies',
    allowIncomplete: true,
    exportBucketId: BUCKET.id,
    groupId: GROUP_ID,
  });
  assert.deepEqual(shown['rename'], [{ from: 'shop.orders', to: 'old.orders' }]);
  assert.equal(shown['dryRun'], true);
  assert.ok(isJsonObject(shown['report']));
  assert.equal(shown['report']['source'], 'copies/one of exports');
  assert.match(
    await read(id, 'v2', TARGET.name),
    /"deliveryType":"automated".*"failed":false,"finishedAt".*"targetClusterName":"target"/,
  );
  assert.doesNotMatch(await read(id, 'v2', TARGET.name), /snapshotId|timestamp"|undefined/);
});

test('an export that another project has written is not there for this one', async () => {
  await using context = await scope();
  const { restoreTo, attempt, state, store } = context;
  putExport(store, 'copies/one');
  const id = idOf((await restoreTo({ source: { address: 'bucket/copies/one' } })).body);
  state.owners = ['d'.repeat(24)];
  await assert.rejects(attempt(id), { code: 'NO_EXPORT_FOUND' });
  state.owners = ['d'.repeat(24), GROUP_ID];
  await attempt(id);
});

test('the job of an export says whose it is, whatever names the projects have by now', async () => {
  await using context = await scope();
  const { restoreTo, attempt, state, store } = context;
  putExport(store, 'exported_snapshots/o/g/c/d/1');
  const id = idOf((await restoreTo({ source: { address: 'bucket/exported_snapshots/o/g/c/d/1' } })).body);
  for (const owners of [[], [GROUP_ID]]) {
    Object.assign(state, { owners, exportedBy: 'd'.repeat(24) });
    await assert.rejects(attempt(id), { code: 'NO_EXPORT_FOUND' });
  }
  Object.assign(state, { owners: ['d'.repeat(24)], exportedBy: GROUP_ID });
  await attempt(id);
});

test('a bucket that may not be read is told from others, and stays while an export in it is restored', async () => {
  await using context = await scope();
  const { restoreTo, attempt, state, store, removeBucket } = context;
  putExport(store, 'one');
  const id = idOf((await restoreTo({ source: { address: 'bucket/one' } })).body);
  assert.equal(await refusal(removeBucket()), `400 EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE ["${BUCKET.id}"]`);
  state.restore = () => Promise.reject(new AppError({ code: 'OBJECT_STORE_FORBIDDEN', message: 'no' }));
  await assert.rejects(attempt(id), { code: 'RESTORE_BUCKET_UNREADABLE', message: /a restore reads every object/ });
  state.restore = () => Promise.resolve(REPORT);
  await attempt(id);
  await removeBucket();
});

test('a restore of an export is due once its bucket is usable again, unless it has ended', async () => {
  await using context = await scope();
  const { restoreTo, attempt, store, becomeUsable, retried } = context;
  putExport(store, 'one');
  const restoreJobId = idOf((await restoreTo({ source: { address: 'bucket/one' } })).body);
  await becomeUsable({ ...BUCKET, id: 'f'.repeat(24) });
  assert.deepEqual(retried, []);
  await becomeUsable(BUCKET);
  assert.deepEqual(retried, [`restore-snapshot {"restoreJobId":"${restoreJobId}"}`]);
  await attempt(restoreJobId);
  await becomeUsable(BUCKET);
  assert.equal(retried.length, 1);
});

test('an attempt does not go on with a source that was changed since', async () => {
  await using context = await scope();
  const { restoreTo, attempt, state, opened, closed } = context;
  const id = idOf((await restoreTo({ source: { address: '/dumps/shop' } })).body);
  state.restore = async (request) => {
    await request.state.save(RECORD);
    throw new AppError({ code: 'TRANSIENT', message: 'the target is away', transient: true });
  };
  await assert.rejects(attempt(id), { code: 'TRANSIENT' });
  assert.deepEqual(opened, ['/dumps/shop']);
  assert.equal(closed(), 2, 'the source and the target');
  state.restore = (request) => {
    assert.deepEqual(request.state.earlier?.collections, RECORD.collections);
    return Promise.resolve(REPORT);
  };
  state.dumpIdentity = 'dump 2';
  await assert.rejects(attempt(id), { code: 'RESTORE_SOURCE_CHANGED' });
  state.dumpIdentity = 'dump 1';
  await attempt(id);
});

test('a restore that the extension cannot make is refused, and nothing is started', async () => {
  await using context = await scope();
  const { restoreTo, queued } = context;
  const source = { address: 'bucket/one' };
  for (const [body, expected] of [
    [{ source: { address: 'nobody/one' } }, `404 RESTORE_SOURCE_NOT_FOUND ["nobody/one","${GROUP_ID}"]`],
    [{ source: { address: 'bucket/../other' } }, '400 RESTORE_SOURCE_INVALID ["bucket/../other"]'],
    [{ source: { address: 'bucket/a\u0007' } }, '400 RESTORE_SOURCE_INVALID ["bucket/a\\u0007"]'],
    [{ source: { address: 'bucket/a', groupId: 'd'.repeat(24) } }, `404 NOT_FOUND_BY_FAKE ["${'d'.repeat(24)}"]`],
    [{ source: { address: 'bucket/a', snapshotId: SNAPSHOT_ID } }, '400 INVALID_ATTRIBUTE ["source.snapshotId"]'],
    [{ source, targetClusterName: 'target' }, '400 INVALID_ATTRIBUTE ["targetClusterName"]'],
    [{ source, targetGroupId: GROUP_ID }, '400 INVALID_ATTRIBUTE ["targetGroupId"]'],
    [{ source: { snapshotId: SNAPSHOT_ID, groupId: GROUP_ID } }, '400 INVALID_ATTRIBUTE ["source.groupId"]'],
    [{ source, rename: [{ from: 'a.b', to: 'c' }] }, '400 INVALID_ATTRIBUTE ["rename"]'],
    [{ source, rename: ['c.d', 'e.f'].map((to) => ({ from: 'a.b', to })) }, '400 INVALID_ATTRIBUTE ["rename"]'],
    [{ source, oplogReplay: true, include: ['shop'] }, '400 INVALID_ATTRIBUTE ["include"]'],
    [{ source, oplogReplay: true, ifExists: 'merge' }, '400 INVALID_ATTRIBUTE ["ifExists"]'],
    [{ source, oplogReplay: true, pointInTimeUTCSeconds: 1_786_332_505 }, '400 INVALID_ATTRIBUTE ["oplogReplay"]'],
    [{ source, oplogTs: 1_786_332_505 }, '400 MISSING_ATTRIBUTE ["oplogInc"]'],
  ] as const) {
    assert.equal(await refusal(restoreTo(body)), expected, JSON.stringify(body));
  }
  assert.equal(
    await refusal(restoreTo({ source }, { clusterName: CLUSTER.name })),
    `400 RESTORE_TARGET_INVALID ["${CLUSTER.name}"]`,
  );
  assert.deepEqual(queued, []);
});

test('a dump on the machine of the server needs the role that registers one', async () => {
  await using context = await scope();
  const { restoreTo, queued } = context;
  const restorer = callerWith(ORG_ID, [{ roleName: 'GROUP_BACKUP_RECOVERY_OPERATOR', groupId: GROUP_ID }]);
  assert.equal(
    await refusal(restoreTo({ source: { address: '/etc' } }, { caller: restorer })),
    '401 USER_UNAUTHORIZED []',
  );
  assert.deepEqual(queued, []);
  assert.equal((await restoreTo({ source: { address: 'bucket/one' } }, { caller: restorer })).status, 201);
});

test('a snapshot of the cluster of the path is restored in part', async () => {
  await using context = await scope();
  const { restoreTo, attempt, details, state } = context;
  const body = { source: { snapshotId: SNAPSHOT_ID }, targetClusterName: 'target', include: ['shop.o*'] };
  const id = idOf((await restoreTo(body, { clusterName: CLUSTER.name })).body);
  state.restore = ({ include }) => {
    assert.deepEqual(include, ['shop.o*']);
    return Promise.resolve(REPORT);
  };
  await attempt(id);
  const shown = await details(id);
  assert.deepEqual(shown['source'], { snapshotId: SNAPSHOT_ID });
  assert.equal(shown['state'], 'completed');
});
