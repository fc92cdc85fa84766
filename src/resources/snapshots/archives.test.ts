import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { AppError } from '../../kernel/errors.ts';
import { CLUSTER, idOf, snapshotsScope, TAKE } from '../../../test/support/snapshots-scope.ts';

async function* bytesOf(text: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await Promise.resolve();
  yield Uint8Array.from(Buffer.from(text));
}

const SEND = { api: 'longshore', query: 'description=sent&retentionInDays=3' } as const;

test("a sent archive becomes a snapshot instead of the cluster's source, and is kept until then", async () => {
  await using context = await snapshotsScope();
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

test('the snapshot of a sent archive says what its capture waits for', async () => {
  await using context = await snapshotsScope();
  const { call, jobs, waiting } = context;
  const id = idOf((await call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') })).body);
  const [job] = jobs;
  waiting.set(`capture-snapshot ${JSON.stringify(job?.payload)}`, {
    reason: { code: 'OBJECT_STORE_FULL', message: 'the disk is full' },
    failures: 1,
    nextAttemptAt: 0,
  });
  for (const document of [
    wire(await call('getSnapshotDetails', { api: 'longshore', params: { snapshotId: id } })),
    wire(await call('listSnapshotSummaries', { api: 'longshore' })),
  ]) {
    assert.match(document, /"waiting":\{"errorCode":"OBJECT_STORE_FULL"/);
  }
});

test('a damaged archive, or one without room, is not a snapshot', async () => {
  await using context = await snapshotsScope();
  const { call, jobs, uploads } = context;
  const send = (text: string) => refusal(call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf(text) }));
  assert.equal(await send('not whole'), '400 INVALID_ARCHIVE ["not whole an archive"]');
  assert.equal(await send('too much'), '507 INSUFFICIENT_STORAGE []');
  assert.deepEqual([jobs.length, uploads.size], [0, 0]);
});

test('an archive is refused while another snapshot is taken, before it is received and after', async () => {
  await using context = await snapshotsScope();
  const { call, take, uploads, state } = context;
  const send = () => refusal(call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') }));
  state.onReceived = take;
  assert.equal(await send(), '400 UNFINISHED_ON_DEMAND_SNAPSHOT []');
  state.onReceived = () => assert.fail('was received');
  assert.equal(await send(), '400 UNFINISHED_ON_DEMAND_SNAPSHOT []');
  assert.equal(uploads.size, 0);
});

test('the failure of a snapshot removes its archive', async () => {
  await using context = await snapshotsScope();
  const { call, runJob, uploads, state } = context;
  await call('takeSnapshotOfArchive', { ...SEND, bytes: bytesOf('an archive') });
  state.failure = new AppError({ code: 'INVALID_DUMP', message: 'damaged' });
  await runJob();
  assert.equal(uploads.size, 0);
});

test('archives that no snapshot waits for are removed at a start', async () => {
  await using context = await snapshotsScope();
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
    await using context = await snapshotsScope();
    const refused = await refusal(
      context.call('takeSnapshotOfArchive', { ...SEND, query, bytes: bytesOf('an archive') }),
    );
    assert.match(refused, /^400 INVALID_QUERY_PARAMETER /);
  });
}
