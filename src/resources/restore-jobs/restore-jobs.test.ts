import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { call as callOperation, wire, type Call } from '../../../test/support/api-request.ts';
import { callerWith } from '../../../test/support/control-plane.ts';
import { CLUSTER_FACTS } from '../../../test/support/facts.ts';
import { memoryStore, type MemoryStore } from '../../../test/support/memory-store.ts';
import { recordingQueue } from '../../../test/support/recording-queue.ts';
import { refusal } from '../../../test/support/refusal.ts';
import {
  CALLER,
  GROUP_ID,
  insertCluster,
  ORG_ID,
  seededMetastore,
  START_MS,
} from '../../../test/support/seeded-metastore.ts';
import { defineError } from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { RemovalHook } from '../../metastore/index.ts';
import type { RestoreProgressRecord, RestoreReport } from '../../pipelines/restore/index.ts';
import type { Snapshot as StoredSnapshot } from '../../snapshot/repository/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import type { Cluster, Clusters, SourceHook } from '../clusters/index.ts';
import type { ExportBucket } from '../export-buckets/index.ts';
import type { Snapshot } from '../snapshots/index.ts';
import { createRestoreJobs, type RestoreRequest } from './index.ts';
import { DOWNLOAD_MS } from './task.ts';

const CLUSTER: Cluster = { ...CLUSTER_FACTS, name: 'backupRestores-305' };
const TARGET: Cluster = { ...CLUSTER, id: 'f0123456789abcdef012345f', name: 'target', sourceKind: 'mongodb' };
const SNAPSHOT_ID = '6a79468a2c88faeba59de489';
const SNAPSHOT: Snapshot = {
  id: SNAPSHOT_ID,
  groupId: GROUP_ID,
  clusterId: CLUSTER.id,
  description: '',
  retention: { unit: 'DAYS', value: 1 },
  hasOwnRetention: false,
  scheduledFor: undefined,
  status: 'completed',
  requestedAt: START_MS,
  startedAt: Date.UTC(2026, 7, 10, 3, 35, 5),
  completedAt: START_MS,
  expiresAt: START_MS,
  mongodbVersion: '8.0.29',
  storageSizeBytes: 1,
  consistency: undefined,
  leftOut: undefined,
  strict: false,
  findings: undefined,
  progress: undefined,
  failure: undefined,
};
const BUCKET: ExportBucket = {
  id: 'b'.repeat(24),
  groupId: GROUP_ID,
  roleId: 'c'.repeat(24),
  provider: 'GCP',
  bucketName: 'exports',
  storeId: undefined,
  createdAt: START_MS,
};
const HASH = { documents: 1, sum: 'ab'.repeat(16) };
const REPORT: RestoreReport = {
  source: 'snapshot',
  target: 'mongodb://127.0.0.1',
  collections: [
    {
      database: 'shop',
      name: 'orders',
      type: 'collection',
      outcome: 'restored',
      source: HASH,
      bytes: 10,
      target: HASH,
      proof: 'equal',
    },
  ],
  documents: 1,
  bytes: 10,
  leftOut: [],
  problems: [],
};
const RECORD: RestoreProgressRecord = {
  collections: { 'shop.orders': { hash: HASH, bytes: 10, merged: false, state: 'begun' } },
};
const AUTOMATED = {
  deliveryType: 'automated',
  snapshotId: SNAPSHOT_ID,
  targetClusterName: 'target',
  targetGroupId: GROUP_ID,
};
const DOWNLOAD = { deliveryType: 'download', snapshotId: SNAPSHOT_ID };
const notFound = defineError('NOT_FOUND_BY_FAKE', 404, (id: string) => id);

function unused(): never {
  throw new Error('not used here');
}

async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER);
  await insertCluster(database, TARGET);
  const clock = { ms: Date.UTC(2026, 7, 10, 3, 44, 52), now: () => clock.ms };
  const { queue, queued, waiting, retried } = recordingQueue();
  const hooks: {
    snapshot?: RemovalHook<Snapshot>;
    cluster?: RemovalHook<Cluster>;
    source?: SourceHook;
    bucket?: RemovalHook<ExportBucket>;
  } = {};
  const store = memoryStore();
  const opened: string[] = [];
  let closed = 0;
  const target: RestoreTarget = {
    description: 'mongodb://127.0.0.1',
    collectionsAtOnce: 1,
    keepsOplog: false,
    inspect: unused,
    drop: unused,
    writing: unused,
    createCollection: unused,
    writeBlock: unused,
    createIndexes: unused,
    createView: unused,
    finish: unused,
    close: () => {
      closed++;
      return Promise.resolve();
    },
  };
  const state: {
    restore: (request: RestoreRequest) => Promise<RestoreReport>;
    snapshots: readonly Snapshot[];
    dumpIdentity: string;
    /** The projects whose exports the bucket has. */
    owners: readonly string[];
  } = {
    restore: () => Promise.resolve(REPORT),
    snapshots: [SNAPSHOT],
    dumpIdentity: 'dump 1',
    owners: [],
  };
  const stored: StoredSnapshot = {
    header: {
      id: SNAPSHOT_ID,
      clusterName: CLUSTER.name,
      startedAt: START_MS,
      mongodbVersion: '8.0.29',
      consistency: { level: 'none', reason: '' },
      leftOut: [],
      badValues: [],
    },
    totals: { collections: 0, blocks: 0, documents: 0, bytes: 0, storedBytes: 0, badDocuments: 0, lookAlikes: 0 },
    collections: [],
    entries: function* () {},
    storedBlock: unused,
  };
  const requireCluster: Clusters['requireCluster'] = (_groupId, name) => {
    const found = [CLUSTER, TARGET].find((cluster) => cluster.name === name);
    return found === undefined ? Promise.reject(notFound(name)) : Promise.resolve(found);
  };
  const jobs = createRestoreJobs({
    database,
    clock,
    queue,
    projects: {
      requireOrganizationOf: (groupId) =>
        groupId === GROUP_ID ? Promise.resolve(ORG_ID) : Promise.reject(notFound(groupId)),
    },
    clusters: {
      requireCluster,
      requireClusterOfBackups: requireCluster,
      openClusterTarget: () => Promise.resolve(target),
      onRemoval: (hook) => (hooks.cluster = hook),
      onSourceChange: (hook) => (hooks.source = hook),
    },
    snapshots: {
      requireSnapshot: (_cluster, id) =>
        id === SNAPSHOT_ID ? Promise.resolve(SNAPSHOT) : Promise.reject(notFound(id)),
      snapshotsOf: () => Promise.resolve(state.snapshots),
      onRemoval: (hook) => (hooks.snapshot = hook),
    },
    repository: {
      openSnapshot: (id) => {
        opened.push(id);
        return Promise.resolve(stored);
      },
    },
    restore: (request) => state.restore(request),
    openDump: (path) => {
      opened.push(path);
      const source = { description: path, identity: state.dumpIdentity, collections: [], leftOut: [] };
      return Promise.resolve({ source, close: () => Promise.resolve(void closed++) });
    },
    exportBuckets: {
      findPlace: (_groupId, address) =>
        Promise.resolve(
          address.startsWith('bucket/') ? { bucket: BUCKET, place: `${address.slice('bucket/'.length)}/` } : undefined,
        ),
      requireExportBucket: () => Promise.resolve(BUCKET),
      openStore: () => Promise.resolve(store),
      onRemoval: (hook) => (hooks.bucket = hook),
    },
    exportJobs: { ownersOf: () => Promise.resolve(state.owners) },
    openDownload: () => ({ bytes: 3, version: 'v1', read: unused }),
    linkKey: new Uint8Array(32),
  });
  const call = async (id: string, { params, ...request }: Partial<Call> = {}) =>
    await callOperation(jobs.operations, id, {
      caller: CALLER,
      ...request,
      params: { groupId: GROUP_ID, clusterName: CLUSTER.name, ...params },
    });
  const create = async (body: JsonObject, caller = CALLER) =>
    await call('createGroupClusterBackupRestoreJob', { body, caller });
  const restoreTo = async (body: JsonObject, { clusterName = TARGET.name, caller = CALLER } = {}) =>
    await call('restoreToCluster', { body, caller, api: 'longshore', params: { clusterName } });
  const removeBucket = async (): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.bucket?.(transaction, BUCKET));
  const read = async (restoreJobId: string, api: 'v1.0' | 'v2' = 'v2', clusterName = CLUSTER.name): Promise<string> =>
    wire(await call('getGroupClusterBackupRestoreJob', { params: { restoreJobId, clusterName }, api }));
  const details = async (restoreJobId: string, clusterName = CLUSTER.name): Promise<JsonObject> => {
    const { body } = await call('getRestoreJobDetails', { params: { restoreJobId, clusterName }, api: 'longshore' });
    assert.ok(isJsonObject(body));
    return body;
  };
  const cancel = async (restoreJobId: string) =>
    await call('cancelGroupClusterBackupRestoreJob', { params: { restoreJobId } });
  const attempt = async (restoreJobId: string): Promise<void> =>
    await jobs.jobHandlers['restore-snapshot']?.run({
      payload: { restoreJobId },
      attempt: 1,
      signal: new AbortController().signal,
      fence: () => Promise.resolve(),
      report: () => undefined,
    });
  const fail = async (restoreJobId: string, error: unknown): Promise<void> =>
    await database
      .transaction()
      .execute(
        async (transaction) => await jobs.jobHandlers['restore-snapshot']?.failed(transaction, { restoreJobId }, error),
      );
  const removeSnapshot = async (changed: Partial<Snapshot> = {}): Promise<void> =>
    await database
      .transaction()
      .execute(async (transaction) => await hooks.snapshot?.(transaction, { ...SNAPSHOT, ...changed }));
  const removeTarget = async (): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.cluster?.(transaction, TARGET));
  const changeSource = async (cluster: Cluster): Promise<void> =>
    await database.transaction().execute(async (transaction) => await hooks.source?.(transaction, cluster));
  return {
    ...{ retried, changeSource },
    ...{ clock, queued, state, call, create, read, details, cancel, attempt, fail, removeSnapshot, removeTarget },
    ...{ waiting, opened, restoreTo, removeBucket, store },
    openLinkedDownload: jobs.openLinkedDownload,
    closed: () => closed,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

function idOf(body: Json | undefined): string {
  const id = isJsonObject(body) ? body['id'] : undefined;
  assert.ok(typeof id === 'string');
  return id;
}

function linkOf(text: string): URL {
  const body = JSON.parse(text) as { deliveryUrl: readonly string[] };
  return new URL(body.deliveryUrl[0] ?? assert.fail('there is no link'));
}

test('a restore to a deployment ends with its time, and its report is kept', async () => {
  await using context = await scope();
  const { create, attempt, read, details, queued, closed } = context;
  const created = await create(AUTOMATED);
  const id = idOf(created.body);
  assert.deepEqual(queued, [{ kind: 'restore-snapshot', payload: { restoreJobId: id } }]);
  assert.doesNotMatch(wire(created), /finishedAt/);
  await attempt(id);
  assert.equal(closed(), 1);
  const url = (api: string) => `http://localhost:8080/api/atlas/${api}/groups/${GROUP_ID}`;
  const expected = (api: string) =>
    `{"cancelled":false,"deliveryType":"automated","deliveryUrl":[],"desiredTimestamp":{"increment":null,"time":null,"date":null},` +
    `"expired":false,"failed":false,"finishedAt":"2026-08-10T03:44:52Z","id":"${id}","links":[` +
    `{"href":"${url(api)}/clusters/backupRestores-305/backup/restoreJobs/${id}","rel":"self"},` +
    `{"href":"${url(api)}/clusters/backupRestores-305/backup/snapshots/${SNAPSHOT_ID}","rel":"https://cloud.mongodb.com/snapshot"},` +
    `{"href":"${url(api)}/clusters/backupRestores-305","rel":"https://cloud.mongodb.com/cluster"},` +
    `{"href":"${url(api)}","rel":"https://cloud.mongodb.com/group"}],"snapshotId":"${SNAPSHOT_ID}",` +
    `"targetClusterName":"target","targetDeploymentItemName":"target","targetGroupId":"${GROUP_ID}","timestamp":"2026-08-10T03:35:05Z"}`;
  assert.equal(await read(id), expected('v2'));
  assert.equal(await read(id, 'v1.0'), expected('v1.0'));
  const { state, report } = await details(id);
  assert.equal(state, 'completed');
  assert.ok(isJsonObject(report));
  assert.deepEqual(report['collections'], REPORT.collections);
});

test('a later attempt gets the record of the earlier one', async () => {
  await using context = await scope();
  const { create, attempt, state, details } = context;
  const id = idOf((await create({ ...AUTOMATED, ifExists: 'drop' })).body);
  state.restore = async (request) => {
    assert.equal(request.ifExists, 'drop');
    assert.equal(request.state.earlier, undefined);
    request.onProgress({
      phase: 'writing',
      collections: 0,
      totalCollections: 1,
      documents: 1,
      bytes: 10,
      totalBytes: 20,
    });
    await request.state.save(RECORD);
    throw new AppError({ code: 'TRANSIENT', message: 'the target is away', transient: true });
  };
  await assert.rejects(attempt(id), { code: 'TRANSIENT' });
  const { progress } = await details(id);
  assert.deepEqual(progress, {
    phase: 'writing',
    collections: 0,
    totalCollections: 1,
    documents: 1,
    bytes: 10,
    totalBytes: 20,
  });
  state.restore = (request) => {
    assert.deepEqual(request.state.earlier, { ...RECORD, source: `snapshot ${SNAPSHOT_ID}` });
    return Promise.resolve(REPORT);
  };
  await attempt(id);
  assert.equal((await details(id))['state'], 'completed');
});

test('a target that is not equal afterwards is a failure, and the report is kept', async () => {
  await using context = await scope();
  const { create, attempt, state, details, read } = context;
  const id = idOf((await create(AUTOMATED)).body);
  state.restore = () => Promise.resolve({ ...REPORT, problems: ['shop.orders holds 2 documents instead of 1.'] });
  await attempt(id);
  assert.match(await read(id), /"failed":true/);
  const { stateReason, report } = await details(id);
  assert.deepEqual(stateReason, {
    errorCode: 'RESTORE_DIFFERS',
    message: 'shop.orders holds 2 documents instead of 1.',
  });
  assert.ok(isJsonObject(report));
});

test('a failed attempt is shown with its reason', async () => {
  await using context = await scope();
  const { create, fail, details, read } = context;
  const id = idOf((await create(AUTOMATED)).body);
  await fail(id, new AppError({ code: 'RESTORE_REFUSED', message: 'shop.orders holds documents' }));
  assert.match(await read(id), /"failed":true,"finishedAt"/);
  assert.deepEqual((await details(id))['stateReason'], {
    errorCode: 'RESTORE_REFUSED',
    message: 'shop.orders holds documents.',
  });
});

test('a job that waits says why and until when, then why the last attempt failed, and only until it has ended', async () => {
  await using context = await scope();
  const { create, attempt, details, read } = context;
  const id = idOf((await create(AUTOMATED)).body);
  const reason = { code: 'TARGET_UNREACHABLE', message: 'the target is away.' };
  const failure = { errorCode: 'TARGET_UNREACHABLE', failures: 3, message: 'the target is away.' };
  const waits = async () => {
    const { waiting, lastFailure } = await details(id);
    return { waiting, lastFailure };
  };
  const nextAttemptAt = Date.UTC(2026, 7, 10, 3, 45);
  context.waiting.set(`restore-snapshot {"restoreJobId":"${id}"}`, { reason, failures: 3, nextAttemptAt });
  const waiting = { ...failure, nextAttemptAt: '2026-08-10T03:45:00Z' };
  assert.deepEqual(await waits(), { waiting, lastFailure: undefined });
  assert.doesNotMatch(await read(id), /waiting/, "Atlas's own document keeps its shape");
  context.waiting.set(`restore-snapshot {"restoreJobId":"${id}"}`, { reason, failures: 3, nextAttemptAt: undefined });
  assert.deepEqual(await waits(), { waiting: undefined, lastFailure: failure });
  await attempt(id);
  assert.deepEqual(await waits(), { waiting: undefined, lastFailure: undefined });
});

test('a cancelled job leaves the queue, and no later attempt changes it', async () => {
  await using context = await scope();
  const { create, attempt, cancel, queued, read } = context;
  const id = idOf((await create(AUTOMATED)).body);
  assert.equal((await cancel(id)).status, 204);
  assert.deepEqual(queued, []);
  await attempt(id);
  assert.match(await read(id), /"cancelled":true.*"failed":false,"finishedAt"/);
  assert.equal((await cancel(id)).status, 204);
});

test('a job that has ended cannot be cancelled', async () => {
  await using context = await scope();
  const { create, attempt, cancel } = context;
  const id = idOf((await create(AUTOMATED)).body);
  await attempt(id);
  assert.equal(await refusal(cancel(id)), `400 RESTORE_JOB_FINISHED ["${id}"]`);
  assert.equal(await refusal(cancel('1'.repeat(24))), `404 RESTORE_JOB_NOT_FOUND ["${'1'.repeat(24)}"]`);
});

test('a download has a link for an hour, unless it is cancelled', async () => {
  await using context = await scope();
  const { create, attempt, read, clock, openLinkedDownload, cancel } = context;
  const id = idOf((await create(DOWNLOAD)).body);
  await attempt(id);
  const text = await read(id);
  assert.match(text, /"expired":false,"expiresAt":"2026-08-10T04:44:52Z","failed":false,"id"/);
  const link = linkOf(text);
  assert.equal(link.pathname, `/downloads/restore-${SNAPSHOT_ID}.tar.gz`);
  const open = () => openLinkedDownload(basename(link.pathname), (name) => link.searchParams.get(name) ?? undefined);
  assert.equal((await open())?.version, 'v1');
  clock.ms += DOWNLOAD_MS;
  assert.equal(await open(), undefined);
  assert.match(await read(id), /"deliveryUrl":\[\].*"expired":true/);
  assert.equal(await refusal(cancel(id)), `400 RESTORE_JOB_FINISHED ["${id}"]`);
  clock.ms -= 1000;
  assert.equal((await cancel(id)).status, 204);
  assert.equal(await open(), undefined);
});

test('a new source of the target lets its unfinished restores be tried again at once', async () => {
  await using context = await scope();
  const { create, attempt, changeSource, retried } = context;
  const first = idOf((await create(AUTOMATED)).body);
  await attempt(first);
  const restoreJobId = idOf((await create(AUTOMATED)).body);
  await create(DOWNLOAD);
  await changeSource(CLUSTER);
  await changeSource(TARGET);
  assert.deepEqual(retried, [`restore-snapshot ${JSON.stringify({ restoreJobId })}`]);
});

test('a snapshot stays while it is restored, and so does the target of a restore', async () => {
  await using context = await scope();
  const { create, attempt, removeSnapshot, removeTarget } = context;
  const id = idOf((await create(AUTOMATED)).body);
  assert.equal(await refusal(removeSnapshot()), `409 SNAPSHOT_RESTORE_IN_PROGRESS ["${SNAPSHOT_ID}"]`);
  assert.equal(await refusal(removeTarget()), '409 RESTORE_TARGET_IN_USE ["target"]');
  assert.equal(await refusal(create(AUTOMATED)), '409 RESTORE_TARGET_IN_USE ["target"]');
  await attempt(id);
  await removeSnapshot();
  await removeTarget();
});

test('a snapshot that is deleted ends its downloads, and one that expires waits for them', async () => {
  await using context = await scope();
  const { create, attempt, clock, read, removeSnapshot } = context;
  const id = idOf((await create(DOWNLOAD)).body);
  assert.equal(await refusal(removeSnapshot()), `409 SNAPSHOT_RESTORE_IN_PROGRESS ["${SNAPSHOT_ID}"]`);
  await attempt(id);
  assert.equal(
    await refusal(removeSnapshot({ expiresAt: clock.ms })),
    `409 SNAPSHOT_RESTORE_IN_PROGRESS ["${SNAPSHOT_ID}"]`,
  );
  assert.match(await read(id), /"expired":false/);
  await removeSnapshot({ expiresAt: clock.ms + 1 });
  assert.match(await read(id), /"deliveryUrl":\[\].*"expired":true/);
  await removeSnapshot({ expiresAt: clock.ms });
});

test('a request that lacks something, or asks for what is not there, changes nothing', async () => {
  await using context = await scope();
  const { create, queued } = context;
  for (const [body, expected] of [
    [{ ...DOWNLOAD, deliveryType: 'automated' }, '400 MISSING_ATTRIBUTE ["targetClusterName"]'],
    [{ deliveryType: 'download' }, '400 MISSING_ATTRIBUTE ["snapshotId"]'],
    [{ ...AUTOMATED, targetClusterName: CLUSTER.name }, `400 RESTORE_TARGET_INVALID ["${CLUSTER.name}"]`],
    [{ ...AUTOMATED, targetClusterName: 'nobody' }, '404 NOT_FOUND_BY_FAKE ["nobody"]'],
    [{ ...AUTOMATED, targetGroupId: 'c'.repeat(24) }, `404 NOT_FOUND_BY_FAKE ["${'c'.repeat(24)}"]`],
    [{ ...DOWNLOAD, snapshotId: '1'.repeat(24) }, `404 NOT_FOUND_BY_FAKE ["${'1'.repeat(24)}"]`],
    [{ ...DOWNLOAD, deliveryType: 'pigeon' }, '400 INVALID_ENUM_VALUE ["pigeon"]'],
    [{ ...AUTOMATED, deliveryType: 'pointInTime' }, '400 MISSING_ATTRIBUTE ["pointInTimeUTCSeconds"]'],
    [{ ...AUTOMATED, deliveryType: 'pointInTime', oplogTs: 1_786_332_505 }, '400 MISSING_ATTRIBUTE ["oplogInc"]'],
    [{ ...AUTOMATED, oplogReplay: true }, `400 SNAPSHOT_HAS_NO_OPLOG ["${SNAPSHOT_ID}"]`],
    [{ ...AUTOMATED, oplogReplay: true, ifExists: 'merge' }, '400 INVALID_ATTRIBUTE ["ifExists"]'],
    [{ ...DOWNLOAD, oplogReplay: true }, '400 INVALID_ATTRIBUTE ["oplogReplay"]'],
    [
      { ...AUTOMATED, deliveryType: 'pointInTime', pointInTimeUTCSeconds: 1_786_332_505 },
      `400 POINT_IN_TIME_RESTORE_NOT_AVAILABLE ["${SNAPSHOT_ID}"]`,
    ],
  ] as const) {
    assert.equal(await refusal(create(body)), expected, JSON.stringify(body));
  }
  assert.deepEqual(queued, []);
});

test('a moment without a snapshot looks only at completed snapshots that may have an oplog', async () => {
  await using context = await scope();
  const { create, state, opened } = context;
  const body = { deliveryType: 'pointInTime', pointInTimeUTCSeconds: 1_786_332_505, targetClusterName: 'target' };
  const reason = 'made up';
  state.snapshots = [
    { ...SNAPSHOT, id: 'a1'.repeat(12), status: 'inProgress' },
    { ...SNAPSHOT, id: 'a2'.repeat(12), consistency: { level: 'pointInTime', reason } },
    { ...SNAPSHOT, id: 'a3'.repeat(12), consistency: { level: 'perCollection', reason } },
    { ...SNAPSHOT, id: 'a4'.repeat(12), consistency: { level: 'none', reason } },
    { ...SNAPSHOT, id: 'a5'.repeat(12) },
  ];
  assert.equal(await refusal(create(body)), `400 POINT_IN_TIME_RESTORE_NOT_AVAILABLE ["${CLUSTER.name}"]`);
  assert.deepEqual(opened, ['a4'.repeat(12), 'a5'.repeat(12)]);
});

test('a caller without a role in the project of the target may not restore to it', async () => {
  await using context = await scope();
  const { create, queued } = context;
  const reader = callerWith(ORG_ID, [{ roleName: 'GROUP_READ_ONLY', groupId: GROUP_ID }]);
  assert.equal(await refusal(create(AUTOMATED, reader)), '401 USER_UNAUTHORIZED []');
  assert.deepEqual(queued, []);
});

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
  const { include, exclude, rename, ifExists, dryRun, allowEmpty } = asked ?? assert.fail();
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
