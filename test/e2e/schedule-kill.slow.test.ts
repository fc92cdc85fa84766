import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { texts } from '../support/json.ts';
import { CLOCK, NEW_CLUSTER, startStandIn, type StandIn } from '../support/stand-in.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A real server with a schedule is killed at random moments. Every snapshot that the schedule exports is exported once.

const ROUNDS = 16;
/** Between the advance of the clock and the kill, at most. */
const MAX_ROUND_MS = 1500;
const LIMIT = { timeout: 600_000 };
const BACKUP = '/clusters/cluster-1/backup';
const HALF_A_DAY = 12 * 60 * 60;
const BUCKET = 'killed';

/** How long a start may take, because the one before was killed. */
const START_MS = 60_000;

const advance = ({ client }: StandIn, waitSeconds: number) =>
  client.send({ method: 'POST', target: CLOCK, body: { advanceSeconds: HALF_A_DAY, waitSeconds } });

test('kills at random moments of a schedule change nothing', LIMIT, async (context) => {
  using directory = temporaryDirectory('schedule-kill');
  const data = join(directory.path, 'data');
  let standIn = await startStandIn(data, directory.path, START_MS);
  context.after(async () => {
    standIn[Symbol.dispose]();
    if (standIn.process.isRunning) await standIn.process.end('SIGKILL');
  });
  const exportBucketId = await standIn.project.bucket(BUCKET);
  await standIn.project.send('POST', '/clusters', NEW_CLUSTER);
  const policyId = (await standIn.project.send('GET', `${BACKUP}/schedule`)).string('/policies/0/id');
  await standIn.project.send('PATCH', `${BACKUP}/schedule`, {
    autoExportEnabled: true,
    export: { exportBucketId, frequencyType: 'daily' },
    policies: [
      {
        id: policyId,
        policyItems: [
          { frequencyType: 'hourly', frequencyInterval: 12, retentionUnit: 'days', retentionValue: 60 },
          { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 90 },
        ],
      },
    ],
  });

  for (let round = 0; round < ROUNDS; round++) {
    // The kill may come before the answer, and the clock may be advanced or not.
    const advanced = advance(standIn, 0).catch(() => undefined);
    await sleep(randomInt(MAX_ROUND_MS));
    standIn[Symbol.dispose]();
    await standIn.process.end('SIGKILL');
    await advanced;
    standIn = await startStandIn(data, directory.path, START_MS);
  }
  assert.equal((await advance(standIn, 60)).status, 200);
  await waitForIdle(standIn);

  const snapshots = (await standIn.project.send('GET', `${BACKUP}/snapshots?itemsPerPage=500`)).list('/results');
  const jobs = (await standIn.project.send('GET', `${BACKUP}/exports?itemsPerPage=500`)).list('/results');
  assert.deepEqual([...new Set(texts(snapshots, 'status'))], ['completed']);
  assert.deepEqual([...new Set(texts(jobs, 'state'))], ['Successful']);
  const daily = snapshots.filter((snapshot) => texts([snapshot], 'frequencyType').join() === 'daily');
  assert.deepEqual(texts(jobs, 'snapshotId').toSorted(), texts(daily, 'id').toSorted(), 'each one is exported once');
  // Half a day has one moment, and a stop makes up for several with one snapshot.
  assert.ok(
    snapshots.length <= ROUNDS + 1 && daily.length >= 2,
    `${snapshots.length} snapshots, ${daily.length} daily`,
  );

  const bucket = join(data, 'buckets', BUCKET);
  const complete = prefixesOf(bucket).filter((prefix) => isCompleteExport(bucket, prefix));
  assert.deepEqual(complete, texts(jobs, 'prefix').toSorted());
  for (const prefix of complete) checkCompleteExport(bucket, prefix);
  context.diagnostic(`${ROUNDS} kills: ${snapshots.length} snapshots, ${daily.length} of them exported`);
});

/** Waits until no snapshot and no export is unfinished. */
async function waitForIdle({ project }: StandIn): Promise<void> {
  for (;;) {
    const snapshots = (await project.send('GET', `${BACKUP}/snapshots?itemsPerPage=500`)).list('/results');
    const jobs = (await project.send('GET', `${BACKUP}/exports?itemsPerPage=500`)).list('/results');
    const states = [...texts(snapshots, 'status'), ...texts(jobs, 'state')];
    if (!states.some((state) => ['queued', 'inProgress', 'Queued', 'InProgress'].includes(state))) return;
    await sleep(200);
  }
}
