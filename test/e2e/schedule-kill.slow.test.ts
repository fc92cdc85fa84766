import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DigestClient } from '../support/digest-client.ts';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { texts } from '../support/json.ts';
import { startLongshore, type Running } from '../support/longshore.ts';
import { Project } from '../support/project.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A real server with a schedule is killed at random moments. Every snapshot that the schedule exports is exported once.

const ROUNDS = 16;
/** Between the advance of the clock and the kill, at most. */
const MAX_ROUND_MS = 1500;
const LIMIT = { timeout: 600_000 };
const CLOCK = '/api/longshore/v1/standIn/clock';
const BACKUP = '/clusters/cluster-1/backup';
const HALF_A_DAY = 12 * 60 * 60;
const BUCKET = 'killed';

const NEW_CLUSTER = {
  backupEnabled: true,
  clusterType: 'REPLICASET',
  name: 'cluster-1',
  replicationSpecs: [
    {
      regionConfigs: [
        {
          electableSpecs: { instanceSize: 'M10', nodeCount: 3 },
          priority: 7,
          providerName: 'AWS',
          regionName: 'US_EAST_1',
        },
      ],
    },
  ],
};

/** A stand-in whose clock the test advances. */
interface StandIn extends Disposable {
  readonly process: Running;
  readonly client: DigestClient;
  readonly project: Project;
}

async function start(data: string, home: string): Promise<StandIn> {
  const process = startLongshore(['serve', '--stand-in', '--data-dir', data, '--port', '0', '--json'], { home });
  await process.output(/"environmentFile":"[^"]+"/, 60_000);
  const text = readFileSync(join(data, 'atlas.env'), 'utf8');
  const variable = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const client = new DigestClient(variable('LONGSHORE_URL'), {
    publicKey: variable('MONGODB_ATLAS_PUBLIC_KEY'),
    privateKey: variable('MONGODB_ATLAS_PRIVATE_KEY'),
  });
  const project = new Project(client, variable('MONGODB_ATLAS_ORG_ID'), variable('MONGODB_ATLAS_PROJECT_ID'));
  return { process, client, project, [Symbol.dispose]: () => client[Symbol.dispose]() };
}

const advance = ({ client }: StandIn, waitSeconds: number) =>
  client.send({ method: 'POST', target: CLOCK, body: { advanceSeconds: HALF_A_DAY, waitSeconds } });

test('kills at random moments of a schedule change nothing', LIMIT, async (context) => {
  using directory = temporaryDirectory('schedule-kill');
  const data = join(directory.path, 'data');
  let standIn = await start(data, directory.path);
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
    standIn = await start(data, directory.path);
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
