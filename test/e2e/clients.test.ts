import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import DigestFetch from 'digest-fetch';
import { curlSeed } from '../support/curl.ts';
import { Running, initialize, serve } from '../support/longshore.ts';
import type { Initial, Server } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { TemporaryDirectory } from '../support/temporary-directory.ts';

// Programs that people use against Atlas, unchanged, against a real server.

let directory: TemporaryDirectory;
let initial: Initial;
let server: Server;

before(async () => {
  directory = temporaryDirectory('clients');
  const data = join(directory.path, 'data');
  initial = await initialize(data, directory.path);
  server = await serve(data, directory.path, initial);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const runs = (command: string, ...commandArguments: string[]) =>
  spawnSync(command, commandArguments, { stdio: 'ignore' }).status === 0;

/** The interpreter that has the packages: CI makes a virtual environment, others have what they have. */
const PYTHON = process.env['PYTHON'] ?? 'python3';

const seedUrl = () => `${server.url}/api/atlas/v1.0/groups/${initial.groupId}/backup/exportBuckets`;
const seedBody = (bucketName: string) =>
  JSON.stringify({ iamRoleId: initial.roleId, bucketName, cloudProvider: 'AWS' });

async function run(command: string, commandArguments: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await new Running(command, commandArguments, {
    home: directory.path,
    env,
  }).finished();
  assert.equal(code, 0, `${command}: ${stderr}${stdout}`);
  return stdout;
}

const expectedBucket = (body: { _id: string; id: string }, bucketName: string) => {
  assert.match(body._id, /^[0-9a-f]{24}$/);
  assert.deepEqual(body, {
    _id: body._id,
    bucketName,
    cloudProvider: 'AWS',
    iamRoleId: initial.roleId,
    id: body._id,
    projectId: initial.groupId,
  });
};

test(
  'curl sends the request of the reference, to the letter',
  skipUnless('curl', runs('curl', '--version')),
  async () => {
    const user = `${initial.publicKey}:${initial.privateKey}`;
    const output = await run('curl', curlSeed(user, seedUrl(), seedBody('curl-bucket')));
    const end = output.lastIndexOf('\n');
    assert.equal(output.slice(end + 1), '200');
    const text = output.slice(0, end);
    expectedBucket(JSON.parse(text) as { _id: string; id: string }, 'curl-bucket');
    assert.match(text, /^\{\n {2}"_id" : "[0-9a-f]{24}",\n {2}"bucketName" : "curl-bucket",\n/);
    const permissionCheck = join(directory.path, 'data/buckets/curl-bucket/exported_snapshots/.permissioncheck');
    assert.ok(existsSync(permissionCheck), 'the bucket was not written to');
  },
);

test('curl reuses a nonce for the second of two requests', skipUnless('curl', runs('curl', '--version')), async () => {
  const user = ['--silent', '--user', `${initial.publicKey}:${initial.privateKey}`, '--digest'];
  const once = [...user, '--output', '/dev/null', '--write-out', '%{http_code}\n', seedUrl()];
  assert.equal(await run('curl', [...once, '--next', ...once]), '200\n200\n');
});

interface Answer {
  readonly status: number;
  readonly body: { _id: string; id: string };
}

for (const [name, script, module] of [
  ['python-urllib', 'urllib_client.py', 'urllib.request'],
  ['python-requests', 'requests_client.py', 'requests'],
] as const) {
  test(name, skipUnless(name, runs(PYTHON, '-c', `import ${module}`)), async () => {
    const stdout = await run(PYTHON, [join(import.meta.dirname, 'clients', script)], {
      URL: `${seedUrl()}?pretty=true`,
      PUBLIC_KEY: initial.publicKey,
      PRIVATE_KEY: initial.privateKey,
      BODY: seedBody(`${name}-bucket`),
    });
    const answers = JSON.parse(stdout) as Answer[];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    for (const { body } of answers) expectedBucket(body, `${name}-bucket`);
  });
}

test('npm digest-fetch, with one client for several requests', async () => {
  const client = new DigestFetch(initial.publicKey, initial.privateKey);
  for (let count = 0; count < 3; count++) {
    const response = (await client.fetch(seedUrl(), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: seedBody('digest-fetch-bucket'),
    })) as Response;
    assert.equal(response.status, 200);
    expectedBucket((await response.json()) as { _id: string; id: string }, 'digest-fetch-bucket');
  }
});

/** The part of npm mongodb-atlas-api-client that is used here; its own types name things that do not exist. */
interface AtlasApiClient {
  readonly cloudProviderAccess: {
    getAll(): Promise<{ awsIamRoles: { roleId: string }[] }>;
    create(body: object): Promise<{ roleId: string; providerName: string }>;
    delete(provider: string, roleId: string): Promise<true>;
  };
  readonly cloudBackup: {
    getAllReplicaSetCloudBackups(cluster: string): Promise<{ totalCount: number; results: { id: string }[] }>;
    getReplicaSetCloudBackup(cluster: string, id: string): Promise<{ id: string; status: string }>;
  };
}

test('npm mongodb-atlas-api-client reads snapshots and access roles', async () => {
  const make = createRequire(import.meta.url)('mongodb-atlas-api-client') as (options: object) => AtlasApiClient;
  const { cloudBackup, cloudProviderAccess } = make({
    publicKey: initial.publicKey,
    privateKey: initial.privateKey,
    baseUrl: `${server.url}/api/atlas/v1.0`,
    projectId: initial.groupId,
  });
  const snapshot = await snapshotOf('npm-cluster');
  const all = await cloudBackup.getAllReplicaSetCloudBackups('npm-cluster');
  assert.deepEqual([all.totalCount, all.results.map(({ id }) => id)], [1, [snapshot]]);
  const one = await cloudBackup.getReplicaSetCloudBackup('npm-cluster', snapshot);
  assert.deepEqual([one.id, one.status], [snapshot, 'completed']);

  const created = await cloudProviderAccess.create({ providerName: 'AWS' });
  assert.equal(created.providerName, 'AWS');
  const ids = async () => (await cloudProviderAccess.getAll()).awsIamRoles.map(({ roleId }) => roleId);
  assert.deepEqual((await ids()).toSorted(), [initial.roleId, created.roleId].toSorted());
  await cloudProviderAccess.delete('AWS', created.roleId);
  assert.deepEqual(await ids(), [initial.roleId]);
});

test('python atlasapi reads snapshots', skipUnless('atlasapi', runs(PYTHON, '-c', 'import atlasapi')), async () => {
  const snapshot = await snapshotOf('python-cluster');
  const stdout = await run(PYTHON, [join(import.meta.dirname, 'clients/atlasapi_client.py')], {
    BASE_URL: server.url,
    PUBLIC_KEY: initial.publicKey,
    PRIVATE_KEY: initial.privateKey,
    GROUP_ID: initial.groupId,
    CLUSTER: 'python-cluster',
  });
  const { bytes, ...read } = JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as { bytes: number };
  assert.deepEqual(read, { ids: [snapshot], status: 'COMPLETED', type: 'REPLICASET' });
  assert.ok(bytes > 0);
});

async function snapshotOf(cluster: string): Promise<string> {
  const dump = join(directory.path, cluster);
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await server.project.cluster(cluster, dump);
  return await server.project.completedSnapshot(cluster);
}
