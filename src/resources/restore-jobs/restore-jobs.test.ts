import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { callerWith } from '../../../test/support/control-plane.ts';
import { refusal } from '../../../test/support/refusal.ts';
import {
  CLUSTER,
  idOf,
  RECORD,
  REPORT,
  restoreJobsScope as scope,
  SNAPSHOT,
  SNAPSHOT_ID,
  TARGET,
} from '../../../test/support/restore-jobs-scope.ts';
import { GROUP_ID, ORG_ID } from '../../../test/support/seeded-metastore.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { DOWNLOAD_MS } from './task.ts';

const AUTOMATED = {
  deliveryType: 'automated',
  snapshotId: SNAPSHOT_ID,
  targetClusterName: 'target',
  targetGroupId: GROUP_ID,
};
const DOWNLOAD = { deliveryType: 'download', snapshotId: SNAPSHOT_ID };
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

test('a list has what each job waits for, its progress and its source, and no report, which may be long', async () => {
  await using context = await scope();
  const { call, create, attempt } = context;
  const ended = idOf((await create(AUTOMATED)).body);
  await attempt(ended);
  const waiting = idOf((await create(AUTOMATED)).body);
  const reason = { code: 'TARGET_UNREACHABLE', message: 'the target is away.' };
  context.waiting.set(`restore-snapshot {"restoreJobId":"${waiting}"}`, { reason, failures: 3, nextAttemptAt: 0 });
  const reply = await call('listRestoreJobDetails', { params: { clusterName: CLUSTER.name }, api: 'longshore' });
  assert.ok(isJsonObject(reply.body) && Array.isArray(reply.body['results']));
  const listed = new Map(reply.body['results'].filter(isJsonObject).map((job) => [job['id'], job]));
  assert.deepEqual(new Set(listed.keys()), new Set([waiting, ended]));
  const facts = (id: string) => {
    const { state, source, waiting: waits, report } = listed.get(id) ?? {};
    return { state, source, waits, report };
  };
  const source = { snapshotId: SNAPSHOT_ID };
  assert.deepEqual(facts(ended), { state: 'completed', source, waits: undefined, report: undefined });
  const waits = { errorCode: reason.code, failures: 3, message: reason.message, nextAttemptAt: '1970-01-01T00:00:00Z' };
  assert.deepEqual(facts(waiting), { state: 'queued', source, waits, report: undefined });
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
    [{ deliveryType: 'download' }, `404 SNAPSHOT_NOT_FOUND ["null","${CLUSTER.name}"]`],
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
