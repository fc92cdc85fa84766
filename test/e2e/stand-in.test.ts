import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DigestClient, type Reply } from '../support/digest-client.ts';
import { initialize, longshore, serve, type Finished, type Running } from '../support/longshore.ts';
import { dated, NEWEST, Project } from '../support/project.ts';
import { getToken, withToken } from '../support/service-account.ts';
import { CLOCK, NEW_CLUSTER, startStandIn } from '../support/stand-in.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// A real server that stands in for Atlas, as a CI job has it.

const LIMIT = { timeout: 240_000 };
const FAULTS = '/api/longshore/v1/standIn/faults';

const directory = temporaryDirectory('stand-in');
const data = join(directory.path, 'data');
let running: Running;
let client: DigestClient;
let variables: Readonly<Record<string, string>>;

async function start(): Promise<void> {
  ({ process: running, client, variables } = await startStandIn(data, directory.path));
}

async function stop(): Promise<void> {
  client[Symbol.dispose]();
  await running.end('SIGTERM');
}

before(start);
after(async () => {
  await stop();
  directory[Symbol.dispose]();
});

const newProject = async (name: string): Promise<Project> =>
  await Project.create(client, variables['MONGODB_ATLAS_ORG_ID'] ?? '', name);

const cli = async (...args: string[]): Promise<Finished> =>
  await longshore([...args, '--data-dir', data], { home: directory.path });

/** Advances the time, and waits for what is due then. */
async function advance(advanceSeconds: number): Promise<Reply> {
  const reply = await client.send({ method: 'POST', target: CLOCK, body: { advanceSeconds, waitSeconds: 60 } });
  assert.equal(reply.status, 200, reply.text);
  return reply;
}

const SNAPSHOTS = '/clusters/cluster-1/backup/snapshots';
const EXPORTS = '/clusters/cluster-1/backup/exports';

test('the environment file has the key, and is private', () => {
  assert.equal(statSync(join(data, 'atlas.env')).mode & 0o777, 0o600);
  assert.match(variables['MONGODB_ATLAS_OPS_MANAGER_URL'] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/$/);
  assert.doesNotMatch(running.stdout + running.stderr, new RegExp(variables['MONGODB_ATLAS_PRIVATE_KEY'] ?? 'absent'));
});

test('a cluster is created, read, exported and removed in the order of Terraform', LIMIT, async () => {
  const project = await newProject('terraform');
  const bucket = await project.bucket('terraform-bucket');
  const tags = [{ key: 'made-by', value: 'terraform' }];
  const made = await project.send('POST', '/clusters', { ...NEW_CLUSTER, tags });
  assert.deepEqual([made.status, made.string('/stateName')], [201, 'CREATING']);
  await project.waitFor('/clusters/cluster-1', '/stateName', ['IDLE']);
  // What a provider reads to plan again is the same each time, and has what was sent.
  const plan = async (): Promise<string[]> => {
    const paths = ['', '/processArgs', '/autoScalingConfiguration', '/backup/schedule'];
    const newest = await Promise.all(paths.map((path) => project.send('GET', `/clusters/cluster-1${path}`)));
    const target = project.path('/clusters/cluster-1');
    const old = await client.send({ target, headers: dated('2023-02-01') });
    return [...newest, old].map(({ text }) => text);
  };
  const first = await plan();
  assert.deepEqual(await plan(), first);
  assert.match(first[0] ?? '', /"backupEnabled":true.*"tags":\[{"key":"made-by","value":"terraform"}\]/);
  const snapshot = await project.completedSnapshot('cluster-1');
  await project.send('GET', `/clusters/cluster-1/backup/snapshots/shardedCluster/${snapshot}`);
  await project.successfulExport('cluster-1', snapshot, bucket);
  const target = project.path('/clusters/cluster-1');
  assert.equal((await client.send({ method: 'DELETE', target, headers: NEWEST })).status, 202);
  assert.equal((await project.send('GET', '/clusters/cluster-1')).string('/stateName'), 'DELETING');
  assert.equal((await client.send({ target, headers: NEWEST })).status, 404);
});

test('a day later the schedule has taken a snapshot, and exported it once', LIMIT, async () => {
  const project = await newProject('schedule');
  const exportBucketId = await project.bucket('schedule-bucket');
  await project.send('POST', '/clusters', NEW_CLUSTER);
  const { policies } = (await project.send('GET', '/clusters/cluster-1/backup/schedule')).json as {
    readonly policies: readonly { readonly id: string }[];
  };
  const daily = { frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: 7 };
  await project.send('PATCH', '/clusters/cluster-1/backup/schedule', {
    autoExportEnabled: true,
    export: { exportBucketId, frequencyType: 'daily' },
    policies: [{ id: policies[0]?.id, policyItems: [daily] }],
  });
  const list = async (path: string) => (await project.send('GET', path)).list('/results') as readonly { id: string }[];
  for (const days of [1, 2]) {
    await advance(86_400);
    const exports = await list(EXPORTS);
    assert.deepEqual([exports.length, (await list(SNAPSHOTS)).length], [days, days]);
    await project.waitFor(`${EXPORTS}/${exports[0]?.id ?? ''}`, '/state', ['Successful']);
  }
  // The snapshots expire in their time, and the schedule catches up once.
  await advance(30 * 86_400);
  assert.equal((await list(SNAPSHOTS)).length, 1);
});

test(
  'a snapshot is restored to a cluster that has its data already, and fails for what the template lacks',
  LIMIT,
  async () => {
    const project = await newProject('restores');
    await project.send('POST', '/clusters', NEW_CLUSTER);
    await project.send('POST', '/clusters', { ...NEW_CLUSTER, name: 'cluster-2' });
    const snapshotId = await project.completedSnapshot('cluster-1');
    const jobs = '/clusters/cluster-1/backup/restoreJobs';
    const wanted = {
      deliveryType: 'automated',
      snapshotId,
      targetClusterName: 'cluster-2',
      targetGroupId: project.groupId,
    };
    const restored = (await project.send('POST', jobs, wanted)).string('/id');
    const details = (id: string): string => `/api/longshore/v1/groups/${project.groupId}${jobs}/${id}`;
    const ended = async (id: string): Promise<Reply> => {
      for (;;) {
        const reply = await client.send({ target: details(id) });
        if (['completed', 'failed'].includes(reply.string('/state'))) return reply;
        await sleep(50);
      }
    };
    assert.equal((await ended(restored)).string('/state'), 'completed');
    const body = {
      source: { snapshotId },
      targetClusterName: 'cluster-2',
      rename: [{ from: 'shop', to: 'elsewhere' }],
    };
    const renamed = await client.send({ method: 'POST', target: details('').slice(0, -1), body });
    assert.equal((await ended(renamed.string('/id'))).string('/stateReason/errorCode'), 'RESTORE_COLLECTION_DIFFERS');
  },
);

test('a cluster without backups has no snapshots until they are enabled', LIMIT, async () => {
  const project = await newProject('without backups');
  await project.send('POST', '/clusters', { ...NEW_CLUSTER, backupEnabled: false });
  const take = { method: 'POST', target: project.path(SNAPSHOTS), headers: NEWEST, body: {} };
  const refused = await client.send(take);
  assert.deepEqual([refused.status, refused.string('/errorCode')], [404, 'BACKUP_CONFIG_NOT_FOUND']);
  await advance(86_400);
  assert.deepEqual((await project.send('GET', SNAPSHOTS)).list('/results'), []);
  await project.send('PATCH', '/clusters/cluster-1', { backupEnabled: true });
  // What was due before is not caught up.
  await advance(60);
  assert.deepEqual((await project.send('GET', SNAPSHOTS)).list('/results'), []);
  await advance(86_400);
  assert.equal((await project.send('GET', SNAPSHOTS)).list('/results').length, 1);
});

test('tokens of service accounts and digest nonces follow the time', LIMIT, async () => {
  using stranger = new DigestClient(client.baseUrl);
  const body = { name: 'ci', description: 'tests', roles: ['ORG_OWNER'], secretExpiresAfterHours: 24 };
  const orgId = variables['MONGODB_ATLAS_ORG_ID'] ?? '';
  const account = await client.send({
    method: 'POST',
    target: `/api/atlas/v2/orgs/${orgId}/serviceAccounts`,
    headers: NEWEST,
    body,
  });
  const token = await getToken({ stranger }, account.string('/clientId'), account.string('/secrets/0/secret'));
  const groups = { target: '/api/atlas/v2/groups' };
  const authorization = await client.authorizationFor(groups);
  assert.equal((await withToken({ stranger }, token, groups)).status, 200);
  await advance(2 * 3600);
  assert.equal((await withToken({ stranger }, token, groups)).status, 401);
  const late = await stranger.send({ ...groups, headers: { ...NEWEST, authorization } });
  assert.equal(late.status, 401);
  assert.match(String(late.headers['www-authenticate']), /stale=true/);
});

test('the next calls of an operation answer 429 or 500, or wait, and then it answers again', LIMIT, async () => {
  const project = await newProject('faults');
  const get = async (): Promise<Reply> => await client.send({ target: project.path(''), headers: NEWEST });
  const refused = await cli('stand-in', 'refuse', 'getGroup', '--times', '2', '--retry-after', '7s');
  assert.equal(refused.stdout, 'Asked for: the next 2 calls of getGroup: answered 429, with Retry-After 7.\n');
  await cli('stand-in', 'refuse', 'getGroup', '--status', '500');
  const shown = await cli('stand-in', 'show', '--json');
  assert.equal((JSON.parse(shown.stdout) as { faults: unknown[] }).faults.length, 2);
  const answers = [await get(), await get(), await get(), await get()];
  assert.deepEqual(
    answers.map(({ status, headers }) => [status, headers['retry-after'], headers['x-error-code']]),
    [
      [429, '7', 'RATE_LIMITED_TOKEN_BUCKET'],
      [429, '7', 'RATE_LIMITED_TOKEN_BUCKET'],
      [500, undefined, 'UNEXPECTED_ERROR'],
      [200, undefined, undefined],
    ],
  );
  await cli('stand-in', 'delay', 'getGroup', '1s');
  const begun = Date.now();
  assert.equal((await get()).status, 200);
  assert.ok(Date.now() - begun >= 1000, 'the answer was not delayed');
  await cli('stand-in', 'delay', 'getGroup', '10m', '--times', '100');
  assert.equal((await cli('stand-in', 'clear-faults')).stdout, 'No faults are left.\n');
  assert.equal((await get()).status, 200);
});

test('the next export fails at an object, says why, and the one after it succeeds', LIMIT, async () => {
  const project = await newProject('exports');
  const bucket = await project.bucket('failing-bucket');
  await project.send('POST', '/clusters', NEW_CLUSTER);
  const snapshot = await project.completedSnapshot('cluster-1');
  await cli('stand-in', 'fail-export', '--at-object', '3');
  const id = await project.export('cluster-1', snapshot, bucket);
  await project.waitFor(`${EXPORTS}/${id}`, '/state', ['Failed']);
  const failed = await project.send('GET', `${EXPORTS}/${id}`);
  assert.equal(failed.string('/stateReason/errorCode'), 'STAND_IN_FAULT');
  const shown = await cli('export', 'show', 'cluster-1', id, '--group-id', project.groupId);
  assert.match(shown.stdout, /Failed[^]*fault was asked for at object 3/);
  await project.successfulExport('cluster-1', snapshot, bucket);
});

test('refuses faults that it does not understand, and a caller who owns no organization', LIMIT, async () => {
  const refusal = async (target: string, body: unknown, by = client): Promise<string> => {
    const reply = await by.send({ method: 'POST', target, body });
    return `${reply.status} ${String(reply.headers['x-error-code'])}`;
  };
  const operationId = 'getGroup';
  for (const body of [{}, { operationId }, { operationId, status: 429, delaySeconds: 1 }, { status: 429 }]) {
    assert.equal(await refusal(FAULTS, body), '400 INVALID_JSON', JSON.stringify(body));
  }
  for (const body of [
    { exportFailsAtObject: 1, operationId },
    { operationId, status: 500, retryAfterSeconds: 1 },
  ]) {
    assert.equal(await refusal(FAULTS, body), '400 INVALID_JSON', JSON.stringify(body));
  }
  assert.equal(await refusal(FAULTS, { operationId: 'getGroups', status: 500 }), '400 INVALID_ENUM_VALUE');
  assert.equal(await refusal(FAULTS, { operationId: 'createStandInFault', status: 500 }), '400 INVALID_ENUM_VALUE');
  assert.equal(await refusal(CLOCK, { advanceSeconds: 0 }), '400 INVALID_ATTRIBUTE');
  assert.equal(await refusal(CLOCK, { advanceSeconds: -3600 }), '400 INVALID_ATTRIBUTE');
  const project = await newProject('readers');
  const key = await project.send('POST', '/apiKeys', { desc: 'reader', roles: ['GROUP_READ_ONLY'] });
  const credentials = { publicKey: key.string('/publicKey'), privateKey: key.string('/privateKey') };
  using reader = new DigestClient(client.baseUrl, credentials);
  assert.equal(await refusal(CLOCK, { advanceSeconds: 1 }, reader), '401 USER_UNAUTHORIZED');
  assert.equal(await refusal(FAULTS, { operationId, status: 500 }, reader), '401 USER_UNAUTHORIZED');
  using stranger = new DigestClient(client.baseUrl);
  assert.match(await refusal(CLOCK, { advanceSeconds: 1 }, stranger), /^401/);
  assert.deepEqual((await client.send({ target: FAULTS })).json, { results: [] });
});

test('its time outlives a restart, and no other server takes its data', LIMIT, async () => {
  const before = (await advance(3600)).json;
  await stop();
  const real = await cli('serve', '--port', '0');
  assert.equal(real.code, 2);
  assert.match(real.stderr, /belongs to a stand-in/);
  await start();
  const clock = (await client.send({ target: CLOCK })).json;
  assert.deepEqual(
    (clock as { offsetSeconds: number }).offsetSeconds,
    (before as { offsetSeconds: number }).offsetSeconds,
  );
});

test('a real server has no such endpoints, and a stand-in does not take its data', LIMIT, async () => {
  const realData = join(directory.path, 'real');
  const initial = await initialize(realData, directory.path);
  {
    await using server = await serve(realData, directory.path, initial);
    const unknown = await server.client.send({ target: '/api/longshore/v1/unknown' });
    for (const target of [CLOCK, FAULTS]) {
      const reply = await server.client.send({ target });
      assert.deepEqual([reply.status, reply.string('/errorCode')], [404, unknown.string('/errorCode')]);
    }
    const project = await Project.create(server.client, initial.orgId, 'real');
    const create = { method: 'POST', target: project.path('/clusters'), headers: NEWEST, body: NEW_CLUSTER };
    assert.equal((await server.client.send(create)).string('/errorCode'), 'INVALID_CLUSTER_CONFIGURATION');
    const asked = await longshore(['stand-in', 'advance', '1h', '--data-dir', realData], { home: directory.path });
    assert.equal(asked.code, 4);
    assert.match(asked.stderr, /does not stand in for Atlas/);
  }
  const run = ['serve', '--stand-in', '--data-dir', realData, '--port', '0'];
  const refused = await longshore(run, { home: directory.path });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /data of a real server/);
  const cloud = await longshore([...run, '--aws', 's3'], { home: directory.path });
  assert.equal(cloud.code, 2);
  assert.match(cloud.stderr, /local buckets only/);
});
