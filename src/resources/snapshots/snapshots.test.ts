import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { GROUP_ID, START_MS } from '../../../test/support/seeded-metastore.ts';
import { defineError } from '../../http/index.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { BAD_VALUE, CLUSTER, idOf, snapshotsScope, TAKE } from '../../../test/support/snapshots-scope.ts';

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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
    await using context = await snapshotsScope();
    const { call, jobs, database } = context;
    assert.equal(await refusal(call('takeGroupClusterBackupSnapshots', { body })), told);
    assert.deepEqual(jobs, []);
    assert.deepEqual(await database.selectFrom('snapshots').selectAll().execute(), []);
  });
}

test('the snapshot of a failed capture is failed, and says why without secrets', async () => {
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
  const { runJob, take, call, state } = context;
  const id = await take();
  const details = async () => wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } }));
  assert.doesNotMatch(await details(), /leftOut/);
  state.leftOut = [{ name: 'README', reason: 'mongodump writes no such file' }];
  await runJob();
  assert.match(await details(), /"leftOut":\[{"name":"README","reason":"mongodump writes no such file"}\]/);
});

test('a complete snapshot says what of it does not read back as it is stored', async () => {
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
  const { runJob, take, call } = context;
  const id = await take();
  const documents = async () => [
    wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } })),
    wire(await call('listSnapshotSummaries', { api: 'longshore' })),
  ];
  for (const document of await documents()) assert.doesNotMatch(document, /waiting/);
  context.waiting.set(`capture-snapshot {"snapshotId":"${id}"}`, {
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
  await using context = await snapshotsScope();
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

test('a later attempt continues an earlier one if the source can, and forgets it otherwise', async () => {
  await using context = await snapshotsScope();
  const { runJob, take, state, stored } = context;
  const checkpoint = {
    ...{ startedAt: START_MS - 5000, place: '{}', collections: [], leftOut: [], pieces: 1 },
    entries: () => assert.fail('not used here'),
  };
  for (const canResume of [true, false]) {
    Object.assign(state, { checkpoint, canResume });
    const id = await take();
    await runJob(2);
    assert.equal(state.earlier, canResume ? checkpoint : undefined);
    assert.equal(stored.get(id)?.header.startedAt === checkpoint.startedAt, canResume);
    assert.equal(state.checkpoint, canResume ? checkpoint : undefined);
  }
  Object.assign(state, { checkpoint, canResume: true });
  state.failure = new AppError({ code: 'SNAPSHOT_HISTORY_ENDED', message: 'over', transient: true });
  await take();
  await runJob(2);
  assert.equal(state.checkpoint, undefined);
});

test('an attempt that lost its lease writes nothing', async () => {
  await using context = await snapshotsScope();
  const { runJob, take, read, state } = context;
  const id = await take();
  state.lostLease = true;
  await runJob();
  assert.match(await read(id), /"status":"queued"/);
  assert.equal(state.captures, 0);
});

test('a capture that was killed after its manifest is completed, not made again', async () => {
  await using context = await snapshotsScope();
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
    report: () => undefined,
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

test('DELETE removes the row at once, and the next collection of garbage removes the blocks', async () => {
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
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

test('a snapshot expires by the time that is certain, not by a clock that was set ahead', async () => {
  await using context = await snapshotsScope();
  const { runJob, take, clock, jobs, state, database } = context;
  await take();
  await runJob();
  const expire = async () => {
    jobs.push({ kind: 'expire-snapshots', payload: {} });
    await runJob();
    return await database.selectFrom('snapshots').select('id').execute();
  };
  state.retentionTime = clock.ms;
  clock.ms += 365 * 86_400_000;
  assert.equal((await expire()).length, 1);
  state.retentionTime = clock.ms;
  assert.equal((await expire()).length, 0);
});

test('PATCH sets the retention from the completion on', async () => {
  await using context = await snapshotsScope();
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
  await using context = await snapshotsScope();
  const { runJob, take, removeCluster, marked, database } = context;
  const snapshotId = await take();
  assert.match(await refusal(removeCluster()), /^400 CANNOT_DELETE_IN_PROGRESS_SNAPSHOT/);
  await runJob();
  await removeCluster();
  assert.deepEqual(await marked(), [snapshotId]);
  assert.deepEqual(await database.selectFrom('snapshots').selectAll().execute(), []);
});

test('the snapshot of a sharded cluster has a member for each shard, also after the cluster has changed', async () => {
  await using context = await snapshotsScope();
  const { call, take, state } = context;
  const ofReplicaSet = await take();
  await context.runJob();
  state.cluster = { ...CLUSTER, shardCount: 2 };
  const snapshotId = await take();
  await context.runJob();
  state.cluster = { ...CLUSTER, shardCount: 3 };
  const params = { snapshotId };
  const shown = (await call('getGroupClusterBackupSnapshotShardedCluster', { params })).body;
  assert.ok(isJsonObject(shown));
  const { members, snapshotIds, type } = shown;
  assert.equal(type, 'shardedCluster');
  assert.ok(Array.isArray(snapshotIds));
  assert.equal(new Set(snapshotIds).size, 2);
  assert.deepEqual(
    members,
    snapshotIds.map((id: unknown, shard) => ({
      cloudProvider: 'AWS',
      id,
      replicaSetName: `cluster-989-shard-${shard}`,
    })),
  );
  assert.match(wire(await call('getGroupClusterBackupSnapshot', { params })), /"type":"shardedCluster"}$/);
  const listed = (await call('listGroupClusterBackupSnapshotShardedClusters')).body;
  assert.deepEqual(isJsonObject(listed) && listed['results'], [shown]);
  const other = { params: { snapshotId: ofReplicaSet } };
  assert.match(await refusal(call('deleteGroupClusterBackupSnapshotShardedCluster', other)), /^404 SNAPSHOT_NOT_FOUND/);
  assert.equal((await call('deleteGroupClusterBackupSnapshotShardedCluster', { params })).status, 204);
  assert.match(await refusal(call('getGroupClusterBackupSnapshot', { params })), /^404 SNAPSHOT_NOT_FOUND/);
});

test('a snapshot is shown as one of a sharded cluster without members, and is in no list of those', async () => {
  await using context = await snapshotsScope();
  const { call, take } = context;
  const snapshotId = await take();
  const params = { snapshotId };
  const shown = await call('getGroupClusterBackupSnapshotShardedCluster', { params });
  assert.equal(shown.status, 200);
  assert.match(wire(shown), /"members":\[\],"policyItems":\[\],"snapshotIds":\[\],"snapshotType":"onDemand"/);
  const sharded = ['getGroupClusterBackupSnapshotShardedCluster', { params: { snapshotId: 'f'.repeat(24) } }] as const;
  assert.match(await refusal(call(...sharded)), /^404 SNAPSHOT_NOT_FOUND/);
  const refused = await refusal(call('deleteGroupClusterBackupSnapshotShardedCluster', { params }));
  assert.match(refused, /^404 SNAPSHOT_NOT_FOUND/);
  assert.match(wire(await call('listGroupClusterBackupSnapshotShardedClusters')), /"results":\[\],"totalCount":0}$/);
  const unknown = { params: { clusterName: 'x' } };
  assert.match(await refusal(call('listGroupClusterBackupSnapshots', unknown)), /^404 CLUSTER_NOT_FOUND/);
});

test('nothing is removed while a backup copies the repository, and the next collection removes it', async () => {
  await using context = await snapshotsScope();
  const { call, runJob, collectGarbage, marked, take, stored, state } = context;
  const snapshotId = await take();
  await runJob();
  await call('deleteGroupClusterBackupSnapshot', { params: { snapshotId } });
  state.isBackedUp = true;
  await collectGarbage();
  assert.deepEqual([[...stored.keys()], await marked(), state.collections], [[snapshotId], [snapshotId], 0]);
  state.isBackedUp = false;
  await collectGarbage();
  assert.deepEqual([[...stored.keys()], await marked(), state.collections], [[], [], 1]);
});

test('a new source lets the unfinished snapshots of its cluster be tried again at once', async () => {
  await using context = await snapshotsScope();
  const { runJob, take, changeSource, retried } = context;
  await take();
  await runJob();
  const id = await take();
  await changeSource();
  assert.deepEqual(retried, [`capture-snapshot ${JSON.stringify({ snapshotId: id })}`]);
});
