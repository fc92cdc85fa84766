import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call as callOperation, wire, type Call } from '../../../test/support/api-request.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { CALLER, GROUP_ID, seededMetastore, START_MS } from '../../../test/support/seeded-metastore.ts';
import { defineError } from '../../http/index.ts';
import type { WaitingJob } from '../../jobs/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { SnapshotHeader, SnapshotTotals } from '../../snapshot/repository/index.ts';
import type { LeftOut } from '../../snapshot/contract.ts';
import type { Cluster, ClusterRemovalHook } from '../clusters/index.ts';
import { createSnapshots, type CaptureRequest } from './index.ts';

const CLUSTER: Cluster = {
  id: 'e0123456789abcdef012345e',
  groupId: GROUP_ID,
  name: 'cluster-989',
  sourceKind: 'mongodump',
  allowEmpty: false,
  strict: false,
  mongodbVersion: '8.0.29',
  createdAt: START_MS,
};
const clusterNotFound = defineError(
  'CLUSTER_NOT_FOUND',
  404,
  (name: string, groupId: string) => `${groupId} has no ${name}`,
);
const PARAMS = { groupId: GROUP_ID, clusterName: CLUSTER.name };
const TAKE = { description: 'test-snapshot', retentionInDays: 1 };
const CONSISTENCY = { level: 'pointInTime', reason: 'A test.' } as const;
const BAD_VALUE = { collection: 'app.users', _id: '{"$numberInt":"2"}', field: 'name', reason: 'invalidUtf8' } as const;
const CAPTURE_MS = 73_000;

async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await database
    .insertInto('clusters')
    .values({
      id: CLUSTER.id,
      group_id: GROUP_ID,
      name: CLUSTER.name,
      source_kind: 'mongodump',
      sealed_source: '',
      mongodb_version: CLUSTER.mongodbVersion,
      created_at: START_MS,
    })
    .execute();
  const clock = { ms: START_MS, now: () => clock.ms };
  const jobs: { kind: string; payload: JsonObject }[] = [];
  const stored = new Map<string, { header: SnapshotHeader; totals: SnapshotTotals }>();
  const state: {
    failure?: Error;
    deletionFailure?: Error | undefined;
    closed: number;
    captures: number;
    collections: number;
    /** Snapshots whose manifest is damaged. */
    damaged?: readonly string[];
    lostLease: boolean;
    leftOut?: readonly LeftOut[];
    /** Of the last capture. */
    isStrict?: boolean;
    allowEmpty?: boolean;
    onReceived?: () => Promise<unknown>;
    hook?: ClusterRemovalHook;
    cluster: Cluster;
    /** By kind and payload. */
    readonly waiting: Map<string, WaitingJob>;
  } = {
    waiting: new Map(),
    cluster: CLUSTER,
    closed: 0,
    captures: 0,
    collections: 0,
    lostLease: false,
  };
  /** What was sent, by the snapshots' ids. */
  const uploads = new Map<string, string>();
  const openSource = (mongodbVersion: string) =>
    Promise.resolve({
      mongodbVersion,
      consistency: CONSISTENCY,
      leftOut: state.leftOut ?? [],
      collections: [],
      close: () => {
        state.closed++;
        return Promise.resolve();
      },
    });
  const during: { check?: () => Promise<void> } = {};
  const snapshots = createSnapshots({
    database,
    clock,
    logger: silentLogger,
    queue: {
      enqueue: (_transaction, kind, payload) => {
        jobs.push({ kind, payload });
        return Promise.resolve();
      },
      waiting: (kind, payloads) =>
        Promise.resolve(payloads.map((payload) => state.waiting.get(`${kind} ${JSON.stringify(payload)}`))),
    },
    clusters: {
      requireCluster: (groupId, name) =>
        name === CLUSTER.name ? Promise.resolve(state.cluster) : Promise.reject(clusterNotFound(name, groupId)),
      requireClusterById: () => Promise.resolve(state.cluster),
      openClusterSource: () => openSource('8.0.29'),
      onRemoval: (hook) => (state.hook = hook),
    },
    uploads: {
      receive: async (id, bytes) => {
        let text = '';
        for await (const piece of bytes) text += Buffer.from(piece).toString();
        if (text.startsWith('not ')) throw new AppError({ code: 'INVALID_DUMP', message: `${text} an archive.` });
        if (text === 'too much') throw new AppError({ code: 'SPOOL_FULL', message: 'full' });
        uploads.set(id, text);
        await state.onReceived?.();
      },
      open: (id, options) => {
        assert.ok(uploads.has(id));
        state.allowEmpty = options.allowEmpty;
        return openSource('sent');
      },
      remove: (id) => Promise.resolve(void uploads.delete(id)),
      removeAllBut: (ids) => {
        for (const id of uploads.keys()) if (!ids.includes(id)) uploads.delete(id);
        return Promise.resolve();
      },
    },
    captureSnapshot: async ({ source, id, clusterName, startedAt, isStrict }: CaptureRequest) => {
      state.isStrict = isStrict;
      state.captures++;
      await during.check?.();
      if (state.failure !== undefined) throw state.failure;
      clock.ms += CAPTURE_MS;
      const totals = {
        collections: 1,
        blocks: 1,
        documents: 1,
        bytes: 5,
        storedBytes: 1_574_477_824,
        badDocuments: 1,
        lookAlikes: 2,
      };
      const header = {
        id,
        clusterName,
        startedAt,
        mongodbVersion: source.mongodbVersion,
        consistency: CONSISTENCY,
        leftOut: state.leftOut ?? [],
        badValues: [BAD_VALUE],
      };
      stored.set(id, { header, totals });
      return totals;
    },
    repository: {
      openSnapshot: (id) => {
        const found = stored.get(id);
        if (found === undefined) {
          return Promise.reject(new AppError({ code: 'SNAPSHOT_NOT_FOUND', message: `no ${id}` }));
        }
        return Promise.resolve({
          ...found,
          collections: [],
          entries: () => assert.fail('not used here'),
          storedBlock: () => assert.fail('not used here'),
        });
      },
      deleteSnapshot: (id) => {
        if (state.deletionFailure !== undefined) return Promise.reject(state.deletionFailure);
        stored.delete(id);
        return Promise.resolve();
      },
      collectGarbage: async ({ isKnown } = {}) => {
        state.collections++;
        for (const id of state.damaged ?? []) {
          if (await isKnown?.(id))
            throw new AppError({ code: 'SNAPSHOT_MANIFEST_CORRUPT', message: `${id} is damaged` });
          stored.delete(id);
        }
        return { blocks: 0, bytes: 0 };
      },
    },
  });
  const call = async (id: string, request: Omit<Call, 'caller'> = {}) =>
    await callOperation(snapshots.operations, id, {
      caller: CALLER,
      ...request,
      params: { ...PARAMS, ...request.params },
    });
  /** Runs the queue's oldest job as a worker does. */
  const runJob = async (attempt = 1): Promise<void> => {
    const job = jobs.shift();
    assert.ok(job);
    const handler = snapshots.jobHandlers[job.kind];
    assert.ok(handler);
    const fence = () => (state.lostLease ? Promise.reject(new Error('the lease is lost')) : Promise.resolve());
    await handler
      .run({ payload: job.payload, attempt, signal: new AbortController().signal, fence })
      .catch(async (thrown: unknown) => {
        if (state.lostLease) return;
        await database.transaction().execute((transaction) => handler.failed(transaction, job.payload, thrown));
      });
  };
  const collectGarbage = async (): Promise<void> => {
    jobs.unshift({ kind: 'collect-garbage', payload: {} });
    await runJob();
  };
  /** The snapshots whose garbage waits for a collection. */
  const marked = async (): Promise<string[]> => {
    const rows = await database.selectFrom('snapshot_garbage').select('snapshot_id').orderBy('id').execute();
    return rows.map((row) => row.snapshot_id);
  };
  const take = async (): Promise<string> => idOf((await call('takeGroupClusterBackupSnapshots', { body: TAKE })).body);
  const read = async (snapshotId: string): Promise<string> =>
    wire(await call('getGroupClusterBackupSnapshot', { params: { snapshotId } }));
  const removeCluster = async () =>
    await database.transaction().execute(async (transaction) => await state.hook?.(transaction, CLUSTER));
  return {
    database,
    snapshots,
    clock,
    jobs,
    stored,
    state,
    during,
    uploads,
    call,
    runJob,
    collectGarbage,
    marked,
    take,
    read,
    removeCluster,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

function idOf(body: Json | undefined): string {
  const id = isJsonObject(body) ? body['id'] : undefined;
  assert.ok(typeof id === 'string');
  return id;
}

function expected(
  id: string,
  stage: { before: string; createdAt: string; expiresAt: string; version: string; rest: string },
) {
  const cluster = `http://localhost:8080/api/atlas/v2/groups/${GROUP_ID}/clusters/cluster-989`;
  return (
    `{${stage.before}"copyRegions":[],${stage.createdAt}"description":"test-snapshot","expiresAt":"${stage.expiresAt}",` +
    `"frequencyType":"ondemand","id":"${id}","links":[{"href":"${cluster}/backup/snapshots/${id}","rel":"self"},` +
    `{"href":"${cluster}","rel":"https://cloud.mongodb.com/cluster"}],${stage.version}"policyItems":[],` +
    `"replicaSetName":"cluster-989","snapshotType":"onDemand",${stage.rest},"type":"replicaSet"}`
  );
}

test('a snapshot shows more from stage to stage, as recorded', async () => {
  await using context = await scope();
  const { call, runJob, jobs, clock, during, read, state } = context;
  const reply = await call('takeGroupClusterBackupSnapshots', { body: TAKE });
  const id = idOf(reply.body);
  assert.equal(reply.status, 200);
  const queued = {
    before: '',
    createdAt: '',
    expiresAt: '2026-08-11T03:19:34Z',
    version: '',
    rest: '"status":"queued","storageSizeBytes":0',
  };
  assert.equal(wire(reply), expected(id, queued));
  assert.deepEqual(jobs, [{ kind: 'capture-snapshot', payload: { snapshotId: id } }]);

  const opened = { before: '"cloudProvider":"AWS",', version: '"mongodVersion":"8.0.29",' };
  let seen = '';
  during.check = async () => void (seen = await read(id));
  clock.ms = Date.UTC(2026, 7, 10, 3, 27, 8);
  await runJob();
  assert.equal(seen, expected(id, { ...queued, ...opened, rest: '"status":"inProgress","storageSizeBytes":0' }));
  assert.equal(
    await read(id),
    expected(id, {
      ...opened,
      createdAt: '"createdAt":"2026-08-10T03:27:08Z",',
      expiresAt: '2026-08-11T03:28:21Z',
      rest: '"status":"completed","storageSizeBytes":1574477824',
    }),
  );
  assert.equal(state.closed, 1);
});

test('one unfinished snapshot at a time; the list is newest first', async () => {
  await using context = await scope();
  const { call, runJob, take, clock } = context;
  const first = await take();
  const second = call('takeGroupClusterBackupSnapshots', { api: 'v1.0', body: TAKE });
  assert.equal(await refusal(second), '400 UNFINISHED_ON_DEMAND_SNAPSHOT []');
  await runJob();
  clock.ms += 1000;
  const third = await take();
  const { body } = await call('listGroupClusterBackupSnapshots', { query: 'includeCount=true' });
  assert.ok(isJsonObject(body) && Array.isArray(body['results']));
  assert.deepEqual(body['results'].map(idOf), [third, first]);
  assert.equal(body['totalCount'], 2);
});

test('a body without anything is taken: no description, a week', async () => {
  await using context = await scope();
  const reply = await context.call('takeGroupClusterBackupSnapshots', { body: {} });
  assert.match(wire(reply), /"description":"","expiresAt":"2026-08-17T03:19:34Z"/);
});

for (const [body, told] of [
  [{ retentionInDays: 0 }, '400 INVALID_ATTRIBUTE ["retentionInDays"]'],
  [{ retentionInDays: 2_147_483_647 }, '400 INVALID_ATTRIBUTE ["retentionInDays"]'],
  [{ retentionInDays: '1' }, '400 INVALID_JSON_ATTRIBUTE ["retentionInDays"]'],
  [{ description: 1 }, '400 INVALID_JSON_ATTRIBUTE ["description"]'],
  [{ x: 1 }, '400 INVALID_ATTRIBUTE ["x"]'],
] as const) {
  test(`refuses ${JSON.stringify(body)}`, async () => {
    await using context = await scope();
    const { call, jobs, database } = context;
    assert.equal(await refusal(call('takeGroupClusterBackupSnapshots', { body })), told);
    assert.deepEqual(jobs, []);
    assert.deepEqual(await database.selectFrom('snapshots').selectAll().execute(), []);
  });
}

test('a failed capture is failed, and says why without secrets', async () => {
  await using context = await scope();
  const { call, runJob, collectGarbage, marked, take, read, state } = context;
  const id = await take();
  state.failure = new AppError({
    code: 'SOURCE_UNREACHABLE',
    message: 'cannot read mongodb://u:pass@host',
    hint: 'Look at it.',
  });
  await runJob();
  assert.match(await read(id), /"status":"failed","storageSizeBytes":0/);
  assert.equal(state.closed, 1);
  const details = wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } }));
  assert.match(
    details,
    /"failure":{"errorCode":"SOURCE_UNREACHABLE","message":"cannot read mongodb:\/\/\[redacted\]@host\. Look at it\."}/,
  );
  assert.match(details, /"consistency":{"level":"pointInTime","reason":"A test\."}/);
  assert.deepEqual(await marked(), [id]);
  await collectGarbage();
  assert.equal(state.collections, 1, 'what the capture left is removed');
  await take();
});

test('a snapshot says what it left out of its source, while it is taken and when it is complete', async () => {
  await using context = await scope();
  const { runJob, take, call, state } = context;
  const id = await take();
  const details = async () => wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } }));
  assert.doesNotMatch(await details(), /leftOut/);
  state.leftOut = [{ name: 'README', reason: 'mongodump writes no such file' }];
  await runJob();
  assert.match(await details(), /"leftOut":\[{"name":"README","reason":"mongodump writes no such file"}\]/);
});

test('a complete snapshot says what of it does not read back as it is stored', async () => {
  await using context = await scope();
  const { runJob, take, call } = context;
  const id = await take();
  const details = async () => wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } }));
  assert.doesNotMatch(await details(), /badValues/);
  await runJob();
  const { badDocuments, badValues, lookAlikes } = JSON.parse((await details()).replace(/^\d+ /, '')) as Record<
    string,
    unknown
  >;
  assert.deepEqual({ badDocuments, badValues, lookAlikes }, { badDocuments: 1, badValues: [BAD_VALUE], lookAlikes: 2 });
});

test('bad values are refused where the request says so, and otherwise where the cluster does', async () => {
  await using context = await scope();
  const { call, runJob, state } = context;
  for (const [ofCluster, ofRequest, expected] of [
    [false, undefined, false],
    [false, true, true],
    [true, undefined, true],
    [true, false, false],
  ] as const) {
    state.cluster = { ...CLUSTER, strict: ofCluster };
    const body = ofRequest === undefined ? TAKE : { ...TAKE, strict: ofRequest };
    await call('takeGroupClusterBackupSnapshots', { body });
    await runJob();
    assert.equal(state.isStrict, expected);
  }
});

test('a snapshot whose capture waits says why and until when, alone and in the list, and only until it has ended', async () => {
  await using context = await scope();
  const { runJob, take, call, state } = context;
  const id = await take();
  const documents = async () => [
    wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } })),
    wire(await call('listSnapshotSummaries', { api: 'longshore' })),
  ];
  for (const document of await documents()) assert.doesNotMatch(document, /waiting/);
  state.waiting.set(`capture-snapshot {"snapshotId":"${id}"}`, {
    reason: { code: 'OBJECT_STORE_FULL', message: 'the disk is full. Free space.' },
    failures: 3,
    nextAttemptAt: START_MS + 4500,
  });
  const waiting =
    '"waiting":{"errorCode":"OBJECT_STORE_FULL","failures":3,"message":"the disk is full. Free space.",' +
    '"nextAttemptAt":"2026-08-10T03:19:38Z"}';
  for (const document of await documents()) {
    assert.ok(document.includes(waiting), document);
    assert.match(document, /"description":"test-snapshot".*"status":"queued"/, 'has what Atlas says of a snapshot');
  }
  assert.doesNotMatch(await context.read(id), /waiting/, "Atlas's own document keeps its shape");
  await runJob();
  for (const document of await documents()) assert.doesNotMatch(document, /waiting/);
});

test('garbage is collected after a capture that took more than one attempt', async () => {
  await using context = await scope();
  const { runJob, collectGarbage, take, state, stored, jobs, read } = context;
  await take();
  await runJob();
  assert.deepEqual(jobs, []);
  await collectGarbage();
  assert.equal(state.collections, 0, 'nothing is to be collected');
  const second = await take();
  await runJob(2);
  assert.match(await read(second), /"status":"completed"/);
  await collectGarbage();
  assert.equal(state.collections, 1);
  assert.equal(stored.size, 2);
  await collectGarbage();
  assert.equal(state.collections, 1, 'once is enough');
});

test('an attempt that lost its lease writes nothing', async () => {
  await using context = await scope();
  const { runJob, take, read, state } = context;
  const id = await take();
  state.lostLease = true;
  await runJob();
  assert.match(await read(id), /"status":"queued"/);
  assert.equal(state.captures, 0);
});

test('a capture that was killed after its manifest is completed, not made again', async () => {
  await using context = await scope();
  const { runJob, take, read, state, jobs } = context;
  const id = await take();
  const [job] = jobs;
  assert.ok(job);
  state.failure = new AppError({ code: 'BUSY', message: 'busy', transient: true });
  const handler = context.snapshots.jobHandlers[job.kind];
  const attempt = {
    payload: job.payload,
    attempt: 1,
    signal: new AbortController().signal,
    fence: () => Promise.resolve(),
  };
  await assert.rejects(Promise.resolve(handler?.run(attempt)));
  assert.match(await read(id), /"status":"inProgress"/);
  delete state.failure;
  let fences = 0;
  const dies = () => (++fences > 2 ? Promise.reject(new Error('killed')) : Promise.resolve());
  await assert.rejects(Promise.resolve(handler?.run({ ...attempt, fence: dies })), /killed/);
  assert.equal(state.captures, 2);
  await runJob();
  assert.equal(state.captures, 2);
  assert.match(
    await read(id),
    /"createdAt":"2026-08-10T03:19:34Z".*"status":"completed","storageSizeBytes":1574477824/,
  );
  await handler?.run(attempt);
  assert.equal(state.captures, 2);
});

test('DELETE takes the row at once and the repository with the next collection of garbage', async () => {
  await using context = await scope();
  const { call, runJob, collectGarbage, marked, take, stored, jobs, state, snapshots } = context;
  const snapshotId = await take();
  const remove = async () => await call('deleteGroupClusterBackupSnapshot', { params: { snapshotId } });
  assert.equal(await refusal(remove()), `400 CANNOT_DELETE_IN_PROGRESS_SNAPSHOT ["${snapshotId}"]`);
  await runJob();
  assert.equal(stored.size, 1);
  assert.deepEqual(await remove(), { status: 204 });
  assert.deepEqual(jobs, []);
  assert.deepEqual(await marked(), [snapshotId]);
  assert.equal(await refusal(remove()), `404 SNAPSHOT_NOT_FOUND ["${snapshotId}","cluster-989"]`);
  await collectGarbage();
  assert.equal(stored.size, 0);
  assert.equal(state.collections, 1);
  assert.deepEqual(await marked(), []);
  assert.equal(snapshots.jobHandlers['collect-garbage']?.nextRun?.(START_MS), START_MS + 3_600_000);
});

test('one collection serves many deletions, and one that fails or loses its lease leaves their marks', async () => {
  await using context = await scope();
  const { call, runJob, collectGarbage, marked, take, stored, state } = context;
  const ids: string[] = [];
  for (let number = 0; number < 4; number++) {
    ids.push(await take());
    await runJob();
  }
  const [kept, ...removed] = ids;
  for (const snapshotId of removed) await call('deleteGroupClusterBackupSnapshot', { params: { snapshotId } });
  state.deletionFailure = new Error('the directory is read-only');
  await collectGarbage();
  assert.deepEqual([...stored.keys()], ids);
  state.deletionFailure = undefined;
  state.lostLease = true;
  await collectGarbage();
  assert.deepEqual(await marked(), removed);
  state.lostLease = false;
  await collectGarbage();
  assert.deepEqual([...stored.keys()], [kept]);
  assert.equal(state.collections, 2);
  assert.deepEqual(await marked(), []);
});

test('a collection leaves manifests that nobody deleted, also one whose capture is under way', async () => {
  await using context = await scope();
  const { call, runJob, collectGarbage, take, stored, during } = context;
  const [kept, snapshotId] = [await take(), await runJob().then(take)];
  await runJob();
  const facts = stored.get(kept) ?? assert.fail('no snapshot');
  const stranger = 'f'.repeat(24);
  stored.set(stranger, facts);
  await call('deleteGroupClusterBackupSnapshot', { params: { snapshotId } });
  const captured = await take();
  during.check = async () => {
    stored.set(captured, facts);
    await collectGarbage();
  };
  await runJob();
  assert.deepEqual([...stored.keys()], [kept, stranger, captured]);
});

test('a damaged manifest stops the collection while its snapshot exists, and goes with the snapshot', async () => {
  await using context = await scope();
  const { call, runJob, collectGarbage, marked, take, stored, state } = context;
  const [snapshotId, other] = [await take(), await runJob().then(take)];
  await runJob();
  state.damaged = [snapshotId];
  const remove = async (id: string) => await call('deleteGroupClusterBackupSnapshot', { params: { snapshotId: id } });
  await remove(other);
  await collectGarbage();
  assert.deepEqual(await marked(), [other]);
  await remove(snapshotId);
  await collectGarbage();
  assert.deepEqual(await marked(), []);
  assert.equal(stored.size, 0);
});

test('a hook keeps a snapshot that is needed, also from expiring', async () => {
  await using context = await scope();
  const { call, runJob, take, snapshots, clock, marked, jobs } = context;
  const expire = async () => {
    jobs.push({ kind: 'expire-snapshots', payload: {} });
    await runJob();
  };
  let needed = true;
  const inUse = defineError('IN_USE', 409, (id: string) => id);
  snapshots.onRemoval((_, { id }) => (needed ? Promise.reject(inUse(id)) : Promise.resolve()));
  const snapshotId = await take();
  await runJob();
  const removal = call('deleteGroupClusterBackupSnapshot', { params: { snapshotId } });
  assert.equal(await refusal(removal), `409 IN_USE ["${snapshotId}"]`);
  needed = false;
  await expire();
  assert.deepEqual(await marked(), [], 'removed before its time was over');
  clock.ms += 2 * 86_400_000;
  needed = true;
  await expire();
  assert.deepEqual(await marked(), []);
  needed = false;
  await expire();
  assert.deepEqual(await marked(), [snapshotId]);
});

test('expired snapshots are looked for every ten minutes, and kept by a worker that has lost its lease', async () => {
  await using context = await scope();
  const { runJob, take, snapshots, clock, jobs, state, database } = context;
  assert.equal(snapshots.jobHandlers['expire-snapshots']?.nextRun?.(START_MS), START_MS + 600_000);
  await take();
  await runJob();
  clock.ms += 2 * 86_400_000;
  state.lostLease = true;
  jobs.push({ kind: 'expire-snapshots', payload: {} });
  await runJob();
  assert.equal((await database.selectFrom('snapshots').select('id').execute()).length, 1);
});

test('PATCH sets the retention from the completion on', async () => {
  await using context = await scope();
  const { call, runJob, take } = context;
  const snapshotId = await take();
  const patch = async (body: JsonObject) =>
    await call('updateGroupClusterBackupSnapshot', { params: { snapshotId }, body });
  const retention = { retentionUnit: 'MONTHS', retentionValue: 1 };
  const early = patch(retention);
  assert.equal(await refusal(early), `400 CANNOT_MODIFY_IN_PROGRESS_SNAPSHOT_RETENTION ["${snapshotId}"]`);
  await runJob();
  assert.match(wire(await patch(retention)), /"expiresAt":"2026-09-10T03:20:47Z"/);
  assert.equal(await refusal(patch({ ...retention, retentionUnit: 'HOURS' })), '400 INVALID_ENUM_VALUE ["HOURS"]');
  assert.equal(await refusal(patch({ ...retention, retentionValue: 0 })), '400 INVALID_ATTRIBUTE ["retentionValue"]');
  assert.equal(await refusal(patch({ ...retention, retentionValue: 1e9 })), '400 INVALID_ATTRIBUTE ["retentionValue"]');
});

test('removing the cluster removes its snapshots, unless one is unfinished', async () => {
  await using context = await scope();
  const { runJob, take, removeCluster, marked, database } = context;
  const snapshotId = await take();
  assert.match(await refusal(removeCluster()), /^400 CANNOT_DELETE_IN_PROGRESS_SNAPSHOT/);
  await runJob();
  await removeCluster();
  assert.deepEqual(await marked(), [snapshotId]);
  assert.deepEqual(await database.selectFrom('snapshots').selectAll().execute(), []);
});

test('there are no snapshots of sharded clusters', async () => {
  await using context = await scope();
  const { call, take } = context;
  const snapshotId = await take();
  for (const id of ['getGroupClusterBackupSnapshotShardedCluster', 'deleteGroupClusterBackupSnapshotShardedCluster']) {
    assert.match(await refusal(call(id, { params: { snapshotId } })), /^404 SNAPSHOT_NOT_FOUND/);
  }
  assert.match(wire(await call('listGroupClusterBackupSnapshotShardedClusters')), /"results":\[\],"totalCount":0}$/);
  const unknown = { params: { clusterName: 'x' } };
  assert.match(await refusal(call('listGroupClusterBackupSnapshots', unknown)), /^404 CLUSTER_NOT_FOUND/);
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await Promise.resolve();
  yield Uint8Array.from(Buffer.from(text));
}

const SEND = { api: 'longshore', query: 'description=sent&retentionInDays=3' } as const;

test('an archive that is sent becomes a snapshot instead of what the cluster has, and is kept until then', async () => {
  await using context = await scope();
  const { call, runJob, read, uploads, state } = context;
  state.cluster = { ...CLUSTER, sourceKind: 'upload', allowEmpty: true };
  assert.equal(
    await refusal(call('takeGroupClusterBackupSnapshots', { body: TAKE })),
    '400 ARCHIVE_NOT_SENT ["cluster-989"]',
  );
  const id = idOf((await call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') })).body);
  assert.deepEqual([...uploads], [[id, 'an archive']]);
  assert.match(await read(id), /"description":"sent".*"status":"queued"/);
  await runJob();
  assert.match(await read(id), /"mongodVersion":"sent".*"status":"completed"/);
  assert.equal(state.allowEmpty, true);
  assert.equal(uploads.size, 0);
});

test('an archive that is broken, or has no room, is no snapshot', async () => {
  await using context = await scope();
  const { call, jobs, uploads } = context;
  const send = (text: string) => refusal(call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf(text) }));
  assert.equal(await send('not whole'), '400 INVALID_ARCHIVE ["not whole an archive"]');
  assert.equal(await send('too much'), '507 INSUFFICIENT_STORAGE []');
  assert.deepEqual([jobs.length, uploads.size], [0, 0]);
});

test('an archive is refused while another snapshot is taken, before it is received and after', async () => {
  await using context = await scope();
  const { call, take, uploads, state } = context;
  const send = () => refusal(call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') }));
  state.onReceived = take;
  assert.equal(await send(), '400 UNFINISHED_ON_DEMAND_SNAPSHOT []');
  state.onReceived = () => assert.fail('was received');
  assert.equal(await send(), '400 UNFINISHED_ON_DEMAND_SNAPSHOT []');
  assert.equal(uploads.size, 0);
});

test('an archive goes with the failure of its snapshot', async () => {
  await using context = await scope();
  const { call, runJob, uploads, state } = context;
  await call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') });
  state.failure = new AppError({ code: 'INVALID_DUMP', message: 'damaged' });
  await runJob();
  assert.equal(uploads.size, 0);
});

test('archives that no snapshot waits for are removed at a start', async () => {
  await using context = await scope();
  const { call, snapshots, uploads } = context;
  const id = idOf((await call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') })).body);
  uploads.set('stray', 'left by a process that was killed');
  await snapshots.removeStrayUploads();
  assert.deepEqual([...uploads.keys()], [id]);
});

for (const query of [
  'strict=maybe',
  'retentionInDays=0',
  'retentionInDays=x',
  'retentionInDays=999999',
  `description=${'x'.repeat(4097)}`,
]) {
  test(`an archive is not taken with ${query.slice(0, 25)}`, async () => {
    await using context = await scope();
    const refused = await refusal(
      context.call('takeSnapshotOfArchive', { ...SEND, query, bytes: bytesOf('an archive') }),
    );
    assert.match(refused, /^400 INVALID_QUERY_PARAMETER /);
  });
}
