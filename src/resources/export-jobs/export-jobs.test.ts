import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call as callOperation, wire, type Call } from '../../../test/support/api-request.ts';
import { CLUSTER_FACTS, SNAPSHOT_FACTS as SNAPSHOT } from '../../../test/support/facts.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { recordingQueue } from '../../../test/support/recording-queue.ts';
import { turns } from '../../../test/support/turns.ts';
import {
  insertCluster,
  CALLER,
  GROUP_ID,
  ORG_ID,
  seededMetastore,
  START_MS,
} from '../../../test/support/seeded-metastore.ts';
import { defineError } from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { RemovalHook } from '../../metastore/index.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { ExportObject } from '../../pipelines/export/index.ts';
import type { Cluster } from '../clusters/index.ts';
import type { ExportBucket, UsableHook } from '../export-buckets/index.ts';
import { createOrganizations } from '../organizations/index.ts';
import { createProjects } from '../projects/index.ts';
import type { Snapshot } from '../snapshots/index.ts';
import { createExportJobs, type ExportRequest } from './index.ts';
import { WRITE_INTERVAL_MS } from '../../jobs/index.ts';

const CLUSTER: Cluster = { ...CLUSTER_FACTS, name: 'cluster-989' };
const BUCKET: ExportBucket = {
  id: '6a794342c0eb9e7a17729455',
  groupId: GROUP_ID,
  provider: 'AWS',
  bucketName: 'test-bucket',
  roleId: 'c0123456789abcdef012345c',
  storeId: undefined,
  requirePrivateNetworking: false,
  region: 'us-east-1',
  createdAt: START_MS,
};
const BODY = { snapshotId: SNAPSHOT.id, exportBucketId: BUCKET.id };
const ANOTHER_SNAPSHOT_ID = 'f'.repeat(24);
const notFound = defineError('NOT_FOUND_BY_FAKE', 404, (id: string) => id);

function unused(): never {
  throw new Error('not used here');
}
const STORE: ObjectStore = {
  put: unused,
  get: unused,
  read: unused,
  head: unused,
  compare: unused,
  list: unused,
  delete: unused,
};

const object = (number: number): ExportObject => ({
  key: `db/c/rs.${number}.json.gz`,
  bytes: 10,
  sha256: 'a'.repeat(64),
  documents: 1,
  firstBlock: number,
  blocks: 1,
});
const progress = (exportedCollections: number) => ({
  exportedCollections,
  totalCollections: 4,
  documents: 1,
  totalDocuments: 4,
  bytes: 1,
  totalBytes: 4,
});
const TOTALS = { collections: 4, documents: 4, files: 8, bytes: 40 };

async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER);
  const clock = { ms: Date.UTC(2026, 7, 10, 3, 28, 25), now: () => clock.ms };
  const { queue, queued, waiting, retried } = recordingQueue();
  const hooks: { snapshot?: RemovalHook<Snapshot>; bucket?: RemovalHook<ExportBucket>; usable?: UsableHook } = {};
  const requests: ExportRequest[] = [];
  const state: {
    status: Snapshot['status'];
    lostLease: boolean;
    fences: number;
    export: (request: ExportRequest) => Promise<void>;
    store: ObjectStore;
  } = { store: STORE, status: 'completed', lostLease: false, fences: 0, export: () => Promise.resolve() };
  const jobs = createExportJobs({
    database,
    clock,
    queue,
    organizations: createOrganizations({
      database,
      clock,
      createFirstApiKey: unused,
      createFirstServiceAccount: unused,
    }),
    projects: createProjects({ database, clock, grantGroupOwner: unused }),
    clusters: {
      requireClusterOfBackups: (_groupId, name) =>
        name === CLUSTER.name ? Promise.resolve(CLUSTER) : Promise.reject(notFound(name)),
      requireClusterById: () => Promise.resolve(CLUSTER),
    },
    snapshots: {
      requireSnapshot: (_cluster, id) =>
        id === SNAPSHOT.id || id === ANOTHER_SNAPSHOT_ID
          ? Promise.resolve({ ...SNAPSHOT, id, status: state.status })
          : Promise.reject(notFound(id)),
      onRemoval: (hook) => (hooks.snapshot = hook),
    },
    exportBuckets: {
      requireExportBucket: (_groupId, id) =>
        id === BUCKET.id ? Promise.resolve(BUCKET) : Promise.reject(notFound(id)),
      openStore: () => Promise.resolve(state.store),
      onRemoval: (hook) => (hooks.bucket = hook),
      onUsable: (hook) => (hooks.usable = hook),
    },
    repository: {
      openSnapshot: (id) =>
        Promise.resolve({
          header: {
            id,
            clusterName: CLUSTER.name,
            startedAt: START_MS,
            mongodbVersion: '8.0.29',
            consistency: { level: 'none', reason: '' },
            leftOut: [],
            badValues: [],
          },
          totals: { collections: 4, blocks: 4, documents: 4, bytes: 4, storedBytes: 4, badDocuments: 0, lookAlikes: 0 },
          collections: [],
          entries: unused,
          storedBlock: unused,
        }),
    },
    exportSnapshot: async (request) => {
      requests.push(request);
      await state.export(request);
      return TOTALS;
    },
  });
  const call = async (id: string, request: Omit<Call, 'caller'> = {}) =>
    await callOperation(jobs.operations, id, {
      caller: CALLER,
      ...request,
      params: { groupId: GROUP_ID, clusterName: CLUSTER.name, ...request.params },
    });
  const create = async (body: JsonObject = BODY) => await call('createGroupClusterBackupExport', { body });
  const read = async (exportId: string, api: 'v1.0' | 'v2' = 'v2'): Promise<string> =>
    wire(await call('getGroupClusterBackupExport', { params: { exportId }, api }));
  const fence = (): Promise<void> => {
    state.fences++;
    return state.lostLease ? Promise.reject(new Error('the lease is lost')) : Promise.resolve();
  };
  /** One attempt at the job; a worker decides what an error means. */
  const attempt = async (exportJobId: string): Promise<void> =>
    await jobs.jobHandlers['export-snapshot']?.run({
      payload: { exportJobId },
      attempt: 1,
      signal: new AbortController().signal,
      fence,
      report: () => undefined,
    });
  const fail = async (exportJobId: string, error: unknown): Promise<void> =>
    await database
      .transaction()
      .execute(
        async (transaction) => await jobs.jobHandlers['export-snapshot']?.failed(transaction, { exportJobId }, error),
      );
  const keys = async (): Promise<readonly string[]> =>
    (await database.selectFrom('export_job_objects').select('key').orderBy('key').execute()).map(({ key }) => key);
  return {
    database,
    clock,
    queued,
    waiting,
    retried,
    hooks,
    requests,
    state,
    call,
    create,
    read,
    attempt,
    fail,
    keys,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

function idOf(body: Json | undefined): string {
  const id = isJsonObject(body) ? body['id'] : undefined;
  assert.ok(typeof id === 'string');
  return id;
}

const PREFIX = `exported_snapshots/${ORG_ID}/${GROUP_ID}/cluster-989/2026-08-10T0327/1786332505`;
const expected = (id: string, status: string, finishedAt: string, state: string): string =>
  `{"createdAt":"2026-08-10T03:28:25Z","customData":[],"exportBucketId":"${BUCKET.id}","exportStatus":${status},${finishedAt}` +
  `"id":"${id}","prefix":"${PREFIX}","snapshotId":"${SNAPSHOT.id}","state":${state}}`;

test('a job goes from Queued over InProgress to Successful, as recorded, with counts that move', async () => {
  await using context = await scope();
  const { create, read, attempt, queued, clock, state } = context;
  const reply = await create();
  const id = idOf(reply.body);
  assert.equal(reply.status, 200);
  assert.equal(wire(reply), expected(id, '{"exportedCollections":0,"totalCollections":0}', '', '"Queued"'));
  assert.deepEqual(queued, [{ kind: 'export-snapshot', payload: { exportJobId: id } }]);
  let seen = '';
  state.export = async ({ onProgress, onObject }) => {
    onProgress?.(progress(2));
    await onObject?.(object(0));
    seen = await read(id);
  };
  const start = clock.ms;
  clock.ms = Date.UTC(2026, 7, 10, 3, 43, 5);
  await attempt(id);
  assert.ok(start < clock.ms);
  assert.equal(seen, expected(id, '{"exportedCollections":2,"totalCollections":4}', '', '"InProgress"'));
  const done = '{"exportedCollections":4,"totalCollections":4}';
  assert.equal(await read(id), expected(id, done, '"finishedAt":"2026-08-10T03:43:05Z",', '"Successful"'));
  assert.equal(await read(id, 'v1.0'), await read(id));
});

test('the totals are shown before the first object exists', async () => {
  await using context = await scope();
  const { create, read, attempt, state } = context;
  const id = idOf((await create()).body);
  let seen = '';
  state.export = async ({ onProgress }) => {
    onProgress?.(progress(0));
    await turns(10);
    seen = await read(id);
  };
  await attempt(id);
  assert.match(seen, /"exportStatus":\{"exportedCollections":0,"totalCollections":4\}/);
});

test('the data plane receives all facts of .complete', async () => {
  await using context = await scope();
  const { create, attempt, requests } = context;
  const customData = [{ key: 'exported by', value: 'myName' }];
  await attempt(idOf((await create({ ...BODY, customData })).body));
  const [request] = requests;
  assert.deepEqual(request?.completion, {
    orgId: ORG_ID,
    orgName: 'Org',
    groupId: GROUP_ID,
    groupName: 'Project',
    clusterUniqueId: CLUSTER.id,
    clusterName: CLUSTER.name,
    labels: [],
    customData,
  });
  assert.equal(request.prefix, PREFIX);
  assert.equal(request.replicaSetName, CLUSTER.name);
  assert.equal(request.store, STORE);
  assert.equal(request.snapshot.header.id, SNAPSHOT.id);
});

test('each API shows a failure in its own way', async () => {
  await using context = await scope();
  const { create, read, fail } = context;
  const id = idOf((await create()).body);
  await fail(id, new AppError({ code: 'ACCESS_DENIED', message: 'the bucket is closed.', hint: 'Open it.' }));
  const status = '{"exportedCollections":0,"totalCollections":0}';
  const finished = '"finishedAt":"2026-08-10T03:28:25Z",';
  const reason = '"Failed","stateReason":{"errorCode":"ACCESS_DENIED","message":"the bucket is closed. Open it."}';
  assert.equal(await read(id), expected(id, status, finished, reason));
  assert.match(
    await read(id, 'v1.0'),
    /"customData":\[\],"errMsg":"the bucket is closed\. Open it\.","exportBucketId"/,
  );
  assert.doesNotMatch(await read(id, 'v1.0'), /stateReason/);
  await create();
});

test('a failure after the end changes nothing, and an ended job is not run again', async () => {
  await using context = await scope();
  const { create, read, attempt, fail, requests } = context;
  const id = idOf((await create()).body);
  await attempt(id);
  const before = await read(id);
  await fail(id, new Error('late'));
  await attempt(id);
  assert.equal(await read(id), before);
  assert.equal(requests.length, 1);
});

test('a folder that another server has claimed is left for that of the next free second, and a claimed one is not', async () => {
  await using context = await scope();
  const { create, attempt, requests, state, read, database } = context;
  const id = idOf((await create()).body);
  // A job of this server has the next second.
  await create({ ...BODY, snapshotId: ANOTHER_SNAPSHOT_ID });
  const taken = new AppError({ code: 'EXPORT_FOLDER_TAKEN', message: 'taken' });
  const third = PREFIX.replace('6332505', '6332507');
  const isClaimed = async () =>
    (await database.selectFrom('export_jobs').select('is_claimed').where('id', '=', id).execute())[0]?.is_claimed;
  state.export = async ({ prefix, claim }) => {
    assert.deepEqual([claim?.exportId, claim?.isClaimed], [id, false]);
    if (prefix === PREFIX) throw taken;
    await claim?.onClaimed();
    throw new Error('away');
  };
  await assert.rejects(attempt(id), { message: 'away' });
  assert.deepEqual(
    requests.map(({ prefix }) => prefix),
    [PREFIX, third],
  );
  assert.match(await read(id), new RegExp(`"prefix":"${third}"`));
  assert.equal(await isClaimed(), 1);
  state.export = ({ claim }) => {
    assert.equal(claim?.isClaimed, true);
    throw taken;
  };
  await assert.rejects(attempt(id), taken);
  assert.match(await read(id), new RegExp(`"prefix":"${third}"`));
});

test('a store that refuses every claim fails the job', async () => {
  await using context = await scope();
  const { create, attempt, requests, state } = context;
  const taken = new AppError({ code: 'EXPORT_FOLDER_TAKEN', message: 'taken' });
  state.export = () => Promise.reject(taken);
  await assert.rejects(attempt(idOf((await create()).body)), taken);
  assert.ok(requests.length > 10 && requests.length < 1000);
});

test('the objects of a folder that belongs to another export are not removed with a failed job', async () => {
  await using context = await scope();
  const { create, call, fail, state } = context;
  const store = memoryStore();
  state.store = store;
  const exportId = idOf((await create()).body);
  await fail(exportId, new AppError({ code: 'EXPORT_FOLDER_TAKEN', message: 'taken' }));
  await store.put(`${PREFIX}/.claim`, [Buffer.from('{"exportId":"another"}')]);
  await store.put(`${PREFIX}/.complete`, [Buffer.from('{}')]);
  const remove = async () =>
    await call('deleteExportJob', { api: 'longshore', params: { exportId }, query: 'objects=remove' });
  assert.match(await refusal(remove()), /EXPORT_OBJECTS_UNREACHABLE/);
  assert.equal(store.objects.size, 2);
  await store.put(`${PREFIX}/.claim`, [Buffer.from(JSON.stringify({ exportId }))]);
  await remove();
  assert.equal(store.objects.size, 0);
});

test('a later attempt receives the finished objects of the first one, and success removes them', async () => {
  await using context = await scope();
  const { create, attempt, state, requests, keys, read } = context;
  const id = idOf((await create()).body);
  const away = new AppError({ code: 'STORE_AWAY', message: 'away', transient: true });
  state.export = async ({ onObject }) => {
    await onObject?.(object(0));
    await onObject?.(object(1));
    throw away;
  };
  await assert.rejects(attempt(id), away);
  assert.deepEqual(await keys(), [object(0).key, object(1).key]);
  assert.match(await read(id), /"state":"InProgress"/);
  state.export = async ({ onObject }) => {
    await onObject?.(object(1));
    await onObject?.(object(2));
  };
  await attempt(id);
  assert.deepEqual(requests[1]?.finished, [object(0), object(1)]);
  assert.deepEqual(await keys(), []);
});

test('writes are throttled: many objects in a moment take few transactions', async () => {
  await using context = await scope();
  const { create, attempt, state, clock, keys } = context;
  const id = idOf((await create()).body);
  const written: number[] = [];
  state.export = async ({ onObject, onProgress }) => {
    for (let number = 0; number < 2500; number++) {
      onProgress?.(progress(1));
      if (number % 1000 === 999) clock.ms += WRITE_INTERVAL_MS;
      await onObject?.(object(number));
    }
    written.push((await keys()).length);
  };
  await attempt(id);
  assert.deepEqual(written, [2000]);
  assert.equal(state.fences, 5);
});

test('an attempt that lost its job stops at its next write, and writes nothing', async () => {
  await using context = await scope();
  const { create, attempt, state, keys, read } = context;
  const id = idOf((await create()).body);
  let wentOn = false;
  state.export = async ({ onObject }) => {
    state.lostLease = true;
    await onObject?.(object(0));
    wentOn = true;
  };
  await assert.rejects(attempt(id), /lease/);
  assert.equal(wentOn, false);
  assert.deepEqual(await keys(), []);
  assert.match(await read(id), /"state":"InProgress"/);
});

test('one active export of a snapshot, and none of an unfinished or failed one', async () => {
  await using context = await scope();
  const { create, attempt, state, queued } = context;
  const id = idOf((await create()).body);
  assert.equal(await refusal(create()), `409 SNAPSHOT_EXPORT_IN_PROGRESS ["${SNAPSHOT.id}"]`);
  await attempt(id);
  for (const status of ['queued', 'inProgress', 'failed'] as const) {
    state.status = status;
    assert.equal(await refusal(create()), `400 SNAPSHOT_NOT_COMPLETED ["${SNAPSHOT.id}"]`);
  }
  assert.equal(queued.length, 1);
});

test('two exports never share a prefix', async () => {
  await using context = await scope();
  const { create, attempt } = context;
  const prefixes = new Set<unknown>();
  for (let i = 0; i < 3; i++) {
    const { body } = await create({ ...BODY, snapshotId: i === 1 ? ANOTHER_SNAPSHOT_ID : SNAPSHOT.id });
    prefixes.add(isJsonObject(body) && body['prefix']);
    await attempt(idOf(body));
  }
  assert.deepEqual([...prefixes], [PREFIX, PREFIX.replace(/5$/, '6'), PREFIX.replace(/5$/, '7')]);
});

test('an active export keeps its snapshot and its bucket, and is due once the bucket is usable again', async () => {
  await using context = await scope();
  const { create, attempt, database, hooks, retried } = context;
  const id = idOf((await create()).body);
  const becomeUsable = async (bucket: ExportBucket) =>
    await database.transaction().execute(async (transaction) => await hooks.usable?.(transaction, bucket));
  const removeSnapshot = async () =>
    await database.transaction().execute(async (transaction) => await hooks.snapshot?.(transaction, SNAPSHOT));
  const removeBucket = async () =>
    await database.transaction().execute(async (transaction) => await hooks.bucket?.(transaction, BUCKET));
  assert.equal(await refusal(removeSnapshot()), `409 SNAPSHOT_EXPORT_IN_PROGRESS ["${SNAPSHOT.id}"]`);
  assert.equal(await refusal(removeBucket()), `400 EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE ["${BUCKET.id}"]`);
  await becomeUsable({ ...BUCKET, id: 'f'.repeat(24) });
  assert.deepEqual(retried, []);
  await becomeUsable(BUCKET);
  assert.deepEqual(retried, [`export-snapshot {"exportJobId":"${id}"}`]);
  await attempt(id);
  await removeSnapshot();
  await removeBucket();
  await becomeUsable(BUCKET);
  assert.equal(retried.length, 1);
});

test('the list is newest first; an unknown job is not found', async () => {
  await using context = await scope();
  const { create, attempt, clock, call, read } = context;
  const first = idOf((await create()).body);
  await attempt(first);
  clock.ms += 5000;
  const second = idOf((await create()).body);
  for (const api of ['v1.0', 'v2'] as const) {
    const { body } = await call('listGroupClusterBackupExports', { api, query: 'includeCount=true' });
    assert.ok(isJsonObject(body) && Array.isArray(body['results']));
    assert.deepEqual(body['results'].map(idOf), [second, first]);
    assert.equal(body['totalCount'], 2);
  }
  assert.equal(await refusal(read('f'.repeat(24))), `404 EXPORT_JOB_NOT_FOUND ["${'f'.repeat(24)}","cluster-989"]`);
});

for (const [what, body, told] of [
  ['no snapshot', { exportBucketId: BUCKET.id }, '400 MISSING_ATTRIBUTE ["snapshotId"]'],
  ['no bucket', { snapshotId: SNAPSHOT.id }, '400 MISSING_ATTRIBUTE ["exportBucketId"]'],
  ['a bad id', { ...BODY, snapshotId: 'x' }, '400 INVALID_JSON_ATTRIBUTE ["snapshotId"]'],
  ['an unknown snapshot', { ...BODY, snapshotId: '0'.repeat(24) }, `404 NOT_FOUND_BY_FAKE ["${'0'.repeat(24)}"]`],
  ['an unknown bucket', { ...BODY, exportBucketId: '0'.repeat(24) }, `404 NOT_FOUND_BY_FAKE ["${'0'.repeat(24)}"]`],
  ['an unknown attribute', { ...BODY, state: 'Queued' }, '400 INVALID_ATTRIBUTE ["state"]'],
  ['custom data of one half', { ...BODY, customData: [{ key: 'a' }] }, '400 MISSING_ATTRIBUTE ["customData[0].value"]'],
  [
    'a long key',
    { ...BODY, customData: [{ key: 'a'.repeat(257), value: '' }] },
    '400 INVALID_ATTRIBUTE ["customData[0].key"]',
  ],
  [
    'much custom data',
    { ...BODY, customData: Array<JsonObject>(101).fill({ key: 'a', value: '' }) },
    '400 INVALID_JSON_ATTRIBUTE ["customData"]',
  ],
] as const) {
  test(`refuses ${what}`, async () => {
    await using context = await scope();
    const { create, queued, database } = context;
    assert.equal(await refusal(create(body)), told);
    assert.deepEqual(queued, []);
    assert.deepEqual(await database.selectFrom('export_jobs').selectAll().execute(), []);
  });
}

test('a job that waits says why and until when, alone and in the list, and only until it has ended', async () => {
  await using context = await scope();
  const { create, call, attempt, read } = context;
  const id = idOf((await create()).body);
  const documents = async () => [
    wire(await call('getExportJobDetails', { api: 'longshore', params: { exportId: id } })),
    wire(await call('listExportJobDetails', { api: 'longshore' })),
  ];
  assert.deepEqual((await documents())[0], await read(id), "otherwise it is Atlas's document");
  context.waiting.set(`export-snapshot {"exportJobId":"${id}"}`, {
    reason: { code: 'OBJECT_STORE_FULL', message: 'the disk is full. Free space.' },
    failures: 3,
    nextAttemptAt: Date.UTC(2026, 7, 10, 3, 29),
  });
  const waiting =
    '"waiting":{"errorCode":"OBJECT_STORE_FULL","failures":3,"message":"the disk is full. Free space.",' +
    '"nextAttemptAt":"2026-08-10T03:29:00Z"}';
  for (const document of await documents()) assert.ok(document.includes(waiting), document);
  assert.doesNotMatch(await read(id), /waiting|stateReason/, "Atlas's own document keeps its shape");
  await attempt(id);
  for (const document of await documents()) assert.doesNotMatch(document, /waiting/);
});

test('a cancelled job leaves the queue at once, stays cancelled, and says so', async () => {
  await using context = await scope();
  const { create, call, attempt, fail, queued, state, requests } = context;
  const id = idOf((await create()).body);
  const cancel = async () => await call('cancelExportJob', { api: 'longshore', params: { exportId: id } });
  assert.match(wire(await cancel()), /"state":"Cancelled","stateReason":{"errorCode":"EXPORT_CANCELLED",/);
  assert.deepEqual(queued, []);
  assert.equal((await cancel()).status, 200, 'a repeated request has the same result');
  await fail(id, new Error('too late'));
  await attempt(id);
  assert.equal(requests.length, 0);
  assert.match(await context.read(id), /"state":"Cancelled"/);
  state.export = () => Promise.resolve();
  const other = idOf((await create()).body);
  await attempt(other);
  assert.equal(
    await refusal(call('cancelExportJob', { api: 'longshore', params: { exportId: other } })),
    `409 EXPORT_JOB_HAS_ENDED ["${other}","Successful"]`,
  );
});

test('a job that may have written .complete cannot be cancelled, and an attempt that was cancelled before does not write it', async () => {
  await using context = await scope();
  const { create, call, attempt, state } = context;
  const id = idOf((await create()).body);
  let refused = '';
  state.export = async ({ beforeComplete }) => {
    await beforeComplete?.();
    refused = await refusal(call('cancelExportJob', { api: 'longshore', params: { exportId: id } }));
  };
  await attempt(id);
  assert.equal(refused, `409 EXPORT_JOB_COMPLETING ["${id}"]`);
  const second = idOf((await create()).body);
  state.export = async ({ beforeComplete }) => {
    await call('cancelExportJob', { api: 'longshore', params: { exportId: second } });
    state.lostLease = true;
    await beforeComplete?.();
  };
  await assert.rejects(attempt(second), /the lease is lost/);
});

test('the objects of a cancelled job are listed, and removed with it on request', async () => {
  await using context = await scope();
  const { create, call, state, attempt, database } = context;
  const store = memoryStore();
  state.store = store;
  const id = idOf((await create()).body);
  const of = { api: 'longshore', params: { exportId: id } } as const;
  const prefix = (await database.selectFrom('export_jobs').select('prefix').executeTakeFirstOrThrow()).prefix;
  for (const key of ['db/c/rs.0.json.gz', 'db/c/metadata.json'])
    await store.put(`${prefix}/${key}`, [Buffer.from('x')]);
  await store.put(`${prefix}0/of another export`, []);
  assert.equal(await refusal(call('deleteExportJob', of)), `409 EXPORT_JOB_IN_PROGRESS ["${id}"]`);
  await call('cancelExportJob', of);
  assert.match(
    wire(await call('listExportJobObjects', of)),
    /"results":\[{"bytes":1,"key":"[^"]*metadata\.json"},{"bytes":1,"key":"[^"]*rs\.0\.json\.gz"}\],"totalCount":2/,
  );
  assert.equal(
    await refusal(call('deleteExportJob', { ...of, query: 'objects=all' })),
    '400 INVALID_QUERY_PARAMETER ["objects"]',
  );
  const removed = await call('deleteExportJob', { ...of, query: 'objects=remove' });
  assert.equal(wire(removed), `{"deleted":"${id}","removedObjects":2}`);
  const left: string[] = [];
  for await (const { key } of store.list('')) left.push(key);
  assert.deepEqual(left, [`${prefix}0/of another export`]);
  assert.equal(await refusal(call('getExportJobDetails', of)), `404 EXPORT_JOB_NOT_FOUND ["${id}","cluster-989"]`);

  const whole = idOf((await create()).body);
  await attempt(whole);
  const ofWhole = { api: 'longshore', params: { exportId: whole } } as const;
  const refused = refusal(call('deleteExportJob', { ...ofWhole, query: 'objects=remove' }));
  assert.equal(await refused, `409 EXPORT_IS_COMPLETE ["${whole}"]`);
  assert.equal(wire(await call('deleteExportJob', ofWhole)), `{"deleted":"${whole}","removedObjects":0}`);
});

test('figures move while a job runs, and end with what is in the bucket', async () => {
  await using context = await scope();
  const { create, call, state, attempt, clock } = context;
  const id = idOf((await create()).body);
  const document = async (): Promise<string> =>
    wire(await call('getExportJobDetails', { api: 'longshore', params: { exportId: id } }));
  let during = '';
  state.export = async ({ onProgress, onObject }) => {
    clock.ms += WRITE_INTERVAL_MS;
    onProgress?.(progress(1));
    await onObject?.(object(0));
    during = await document();
  };
  await attempt(id);
  assert.match(during, /"progress":{"documents":1,"totalDocuments":4,"bytes":1,"totalBytes":4}/);
  assert.match(
    await document(),
    /"progress":{"documents":4,"totalDocuments":4,"bytes":0,"totalBytes":0,"objects":8,"objectBytes":40}/,
  );
  assert.doesNotMatch(await context.read(id), /progress/, "Atlas's own document keeps its shape");
});
