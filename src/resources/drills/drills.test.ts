import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { test } from 'node:test';
import { call as callOperation, type Call } from '../../../test/support/api-request.ts';
import { EXPORT_FACTS } from '../../../test/support/facts.ts';
import { recordingQueue } from '../../../test/support/recording-queue.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { CALLER, GROUP_ID, insertCluster, seededMetastore, START_MS } from '../../../test/support/seeded-metastore.ts';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createSealer, SEALING_KEY_BYTES } from '../../kernel/sealing.ts';
import type { DrillResult } from '../../pipelines/drill/index.ts';
import { createClusters } from '../clusters/index.ts';
import type { ExportBucket, UsableHook } from '../export-buckets/index.ts';
import type { ExportJob } from '../export-jobs/index.ts';
import { createDrills } from './index.ts';

const CLUSTER = { id: 'e0123456789abcdef012345e', name: 'shop', mongodbVersion: '8.0.29' };
const EXPORT: ExportJob = { ...EXPORT_FACTS, finishedAt: START_MS, figures: undefined, isCompleting: false };
const BUCKET: ExportBucket = {
  id: EXPORT.exportBucketId,
  groupId: GROUP_ID,
  provider: 'AWS',
  bucketName: 'test-bucket',
  roleId: 'c0123456789abcdef012345c',
  storeId: undefined,
  requirePrivateNetworking: false,
  region: 'us-east-1',
  createdAt: START_MS,
};
const HASH = { documents: 3, sum: 'ab'.repeat(16) };
const RESULT: DrillResult = {
  collections: [{ database: 'shop', name: 'orders', type: 'collection', proof: 'equal', found: HASH, expected: HASH }],
  documents: 3,
  problems: [],
};
const DAY_MS = 24 * 60 * 60_000;

function text(value: Json | undefined): string {
  assert.ok(typeof value === 'string');
  return value;
}

function unused(): never {
  throw new Error('not used here');
}

async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER);
  const clock = { ms: START_MS, now: () => clock.ms };
  const { queue, queued, retried } = recordingQueue();
  const sealer = createSealer(new Uint8Array(SEALING_KEY_BYTES).fill(7));
  await database
    .updateTable('clusters')
    .set({ sealed_source: sealer.seal('/dump', 'cluster source') })
    .execute();
  const clusters = createClusters({
    ...{ database, clock, sealer },
    openSource: () =>
      Promise.resolve({
        ...{ mongodbVersion: '8.0.29', consistency: { level: 'none', reason: '' }, collections: [], leftOut: [] },
        close: () => Promise.resolve(),
      }),
    openTarget: unused,
    describeSource: ({ mongodbVersion, consistency }) => ({
      ...{ mongodbVersion, consistency, collections: [], leftOut: [], warnings: [] },
    }),
  });
  const hooks: { usable?: UsableHook } = {};
  const state: { newest: ExportJob | undefined; run: () => Promise<DrillResult> } = {
    newest: EXPORT,
    run: () => Promise.resolve(RESULT),
  };
  const drills = createDrills({
    ...{ database, clock, queue, sealer, clusters },
    logger: silentLogger,
    product: 'longshore test',
    snapshots: { onRemoval: () => undefined },
    exportJobs: {
      newestSuccessful: () => Promise.resolve(state.newest),
      exportById: () => Promise.resolve(EXPORT),
    },
    exportBuckets: {
      requireExportBucket: () => Promise.resolve(BUCKET),
      openStore: () => Promise.resolve(memoryStore()),
      onUsable: (hook) => (hooks.usable = hook),
    },
    repository: {
      openSnapshot: () => Promise.reject(new AppError({ code: 'SNAPSHOT_NOT_FOUND', message: 'expired' })),
    },
    runDrill: () => state.run(),
  });
  const call = async (id: string, { params, ...request }: Partial<Call> = {}): Promise<JsonObject> => {
    const { body } = await callOperation(drills.operations, id, {
      ...{ caller: CALLER, api: 'longshore' },
      ...request,
      params: { groupId: GROUP_ID, clusterName: CLUSTER.name, ...params },
    });
    return isJsonObject(body) ? body : { body: body ?? null };
  };
  const run = async (kind: string, payload: JsonObject): Promise<void> =>
    await drills.jobHandlers[kind]?.run({
      ...{ payload, attempt: 1, signal: new AbortController().signal },
      fence: () => Promise.resolve(),
      report: () => undefined,
    });
  const fail = async (drillId: string, error: unknown): Promise<void> =>
    await database
      .transaction()
      .execute(
        async (transaction) => await drills.jobHandlers['drill-export']?.failed(transaction, { drillId }, error),
      );
  const show = async (drillId: Json | undefined) => await call('getDrill', { params: { drillId: text(drillId) } });
  const callCluster = async (id: string, request: Partial<Call>) =>
    await callOperation(clusters.operations, id, { caller: CALLER, api: 'longshore', ...request });
  return {
    ...{ database, clock, queued, retried, hooks, state, call, callCluster, run, fail, show },
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

test('a drill ends with a report that the public key verifies', async () => {
  await using context = await scope();
  const { call, run, show, queued } = context;
  const { id } = await call('runDrill', { body: {} });
  assert.deepEqual(queued, [{ kind: 'drill-export', payload: { drillId: id } }]);
  assert.equal(await refusal(call('runDrill', { body: {} })), '409 DRILL_IN_PROGRESS ["shop"]');
  await run('drill-export', { drillId: text(id) });
  const shown = await show(id);
  assert.equal(shown['outcome'], 'passed');
  const { body: keys } = await call('listDrillKeys');
  assert.ok(Array.isArray(keys) && isJsonObject(keys[0]));
  const [signed, signature] = [Buffer.from(text(shown['signedText'])), Buffer.from(text(shown['signature']), 'base64')];
  assert.ok(verify(null, signed, text(keys[0]['publicKey']), signature));
  assert.ok(isJsonObject(shown['report']));
  assert.deepEqual(shown['report']['snapshot'], { id: EXPORT.snapshotId, compared: false });
});

test('a drill is tried again at once when the bucket of its export is usable again, unless it has ended', async () => {
  await using context = await scope();
  const { call, run, database, hooks, retried } = context;
  const drillId = text((await call('runDrill', { body: {} }))['id']);
  const becomeUsable = async (bucket: ExportBucket) =>
    await database.transaction().execute(async (transaction) => await hooks.usable?.(transaction, bucket));
  await becomeUsable({ ...BUCKET, id: 'f'.repeat(24) });
  assert.deepEqual(retried, []);
  await becomeUsable(BUCKET);
  assert.deepEqual(retried, [`drill-export ${JSON.stringify({ drillId })}`]);
  await run('drill-export', { drillId });
  await becomeUsable(BUCKET);
  assert.equal(retried.length, 1);
});

test('a new source of the scratch cluster lets the drill that writes to it be tried again at once', async () => {
  await using context = await scope();
  const { call, callCluster, retried } = context;
  const [groupId, clusterName] = [GROUP_ID, 'scratch'];
  const mongodb = { uri: 'mongodb://scratch.example/' };
  await callCluster('registerCluster', { params: { groupId }, body: { name: clusterName, mongodb } });
  const { id: drillId } = await call('runDrill', { body: { mode: 'restore', targetClusterName: clusterName } });
  await callCluster('updateClusterSource', { params: { groupId, clusterName: CLUSTER.name }, body: { mongodb } });
  await callCluster('updateClusterSource', { params: { groupId, clusterName }, body: { mongodb } });
  assert.deepEqual(retried, [`drill-export ${JSON.stringify({ drillId })}`]);
});

test('the private key is stored sealed, and a second drill uses the same', async () => {
  await using context = await scope();
  const { call, run, database } = context;
  for (let round = 0; round < 2; round++) {
    const { id } = await call('runDrill', { body: {} });
    await run('drill-export', { drillId: text(id) });
  }
  const rows = await database.selectFrom('drill_keys').selectAll().execute();
  assert.equal(rows.length, 1);
  assert.doesNotMatch(rows[0]?.sealed_private_key ?? '', /PRIVATE/);
});

test('damage that shows before the first document is a result', async () => {
  await using context = await scope();
  const { call, run, show, state } = context;
  const { id } = await call('runDrill', { body: {} });
  state.run = () => Promise.reject(new AppError({ code: 'EXPORT_DAMAGED', message: 'an object is missing' }));
  await run('drill-export', { drillId: text(id) });
  const { outcome, report } = await show(id);
  assert.equal(outcome, 'failed');
  assert.ok(isJsonObject(report));
  assert.deepEqual(report['problems'], ['an object is missing']);
});

test('a role that may only write makes a drill that did not run, and the report says what is missing', async () => {
  await using context = await scope();
  const { call, run, fail, show, state } = context;
  const { id } = await call('runDrill', { body: {} });
  const forbidden = new AppError({ code: 'OBJECT_STORE_FORBIDDEN', message: 'listing failed' });
  state.run = () => Promise.reject(forbidden);
  await assert.rejects(run('drill-export', { drillId: text(id) }), { code: 'DRILL_BUCKET_UNREADABLE' });
  await fail(text(id), forbidden);
  const { outcome, report, signature } = await show(id);
  assert.equal(outcome, 'notRun');
  assert.ok(isJsonObject(report) && isJsonObject(report['reason']));
  assert.match(text(report['reason']['message']), /s3:GetObject/);
  assert.equal(typeof signature, 'string');
});

test('a schedule begins a drill when it is due, once for each interval, and waits for an export', async () => {
  await using context = await scope();
  const { call, run, clock, queued, state } = context;
  state.newest = undefined;
  await call('setDrillSchedule', { body: { intervalDays: 7 } });
  await run('schedule-drills', {});
  assert.equal(queued.length, 0);
  state.newest = EXPORT;
  await run('schedule-drills', {});
  assert.equal(queued.length, 1);
  await run('drill-export', queued[0]?.payload ?? {});
  await run('schedule-drills', {});
  clock.ms += 7 * DAY_MS - 1;
  await run('schedule-drills', {});
  assert.equal(queued.length, 1);
  clock.ms += 1;
  await run('schedule-drills', {});
  assert.equal(queued.length, 2);
  await call('deleteDrillSchedule');
  assert.equal(await refusal(call('getDrillSchedule')), '404 DRILL_SCHEDULE_NOT_FOUND ["shop"]');
});

test('a drill that cannot be begun changes nothing', async () => {
  await using context = await scope();
  const { call, state, queued } = context;
  assert.equal(
    await refusal(call('runDrill', { body: { mode: 'restore' } })),
    '400 MISSING_ATTRIBUTE ["targetClusterName"]',
  );
  const own = { mode: 'restore', targetClusterName: CLUSTER.name };
  assert.equal(await refusal(call('runDrill', { body: own })), '400 DRILL_TARGET_INVALID ["shop"]');
  state.newest = undefined;
  assert.equal(await refusal(call('runDrill', { body: {} })), '400 NO_SUCCESSFUL_EXPORT ["shop"]');
  assert.deepEqual(queued, []);
});
