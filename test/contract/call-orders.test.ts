import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '../support/digest-client.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// The acceptance tests of the Atlas CLI and of Terraform's provider, call by call: versions, headers and statuses.

const template = temporaryDirectory('call-orders');
let service: Service;
before(async () => {
  const templateMongodump = join(template.path, 'dump');
  writeMongodump(templateMongodump, SMALL_DEPLOYMENT);
  service = await startService({ provisioner: 'template', templateMongodump });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  template[Symbol.dispose]();
});

/** Headers of every answer to a caller that is known. */
const COMMON = {
  server: 'mdbws',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=31536000; includeSubdomains;',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
} as const;

/** What a call must be answered with. */
interface Expected {
  readonly status: number;
  /** Ratelimit-Limit. */
  readonly limit: number;
}

const BACKUPS = 1200;
const CLUSTERS = 10_000;
const ROLES = 2000;

/** One client, which names itself and asks for dated versions as the Go SDK does. */
class Caller {
  readonly #userAgent: string;

  constructor(userAgent: string) {
    this.#userAgent = userAgent;
  }

  async call(method: string, path: string, date: string, expected: Expected, body?: unknown): Promise<Reply> {
    const type = `application/vnd.atlas.${date}+json`;
    const headers = {
      accept: type,
      'user-agent': this.#userAgent,
      ...(body !== undefined && { 'content-type': type }),
    };
    const reply = await service.client.send({ method, target: `/api/atlas/v2${path}`, headers, body });
    const what = `${method} ${path}: ${reply.text}`;
    const { status, limit } = expected;
    assert.equal(reply.status, status, what);
    for (const [name, value] of Object.entries(COMMON)) assert.equal(reply.headers[name], value, `${name} of ${what}`);
    assert.match(String(reply.headers['x-mongodb-service-version']), /^gitHash=[0-9a-f]{40}; versionString=/, what);
    const isError = status >= 400;
    const contentType = isError ? 'application/json' : `application/vnd.atlas.${date}+json;charset=utf-8`;
    assert.equal(reply.headers['content-type'], contentType, what);
    assert.equal(reply.headers['ratelimit-limit'], String(limit), what);
    assert.ok(Number(reply.headers['ratelimit-remaining']) < limit, what);
    assert.equal(reply.headers['content-length'] === undefined, status === 204, what);
    assert.equal(reply.headers['x-error-code'] !== undefined, isError, what);
    return reply;
  }

  /** Calls until the text at the pointer is the wanted one, as clients that watch do. */
  async watch(path: string, date: string, expected: Expected, pointer: string, wanted: string): Promise<Reply> {
    for (let calls = 0; calls < 400; calls++) {
      const reply = await this.call('GET', path, date, expected);
      if (reply.string(pointer) === wanted) return reply;
      await sleep(50);
    }
    throw new Error(`${path} was not ${wanted}`);
  }
}

const newProject = async (caller: Caller, name: string): Promise<string> => {
  const body = { name, orgId: service.orgId };
  const reply = await caller.call('POST', '/groups', '2023-01-01', { status: 201, limit: BACKUPS }, body);
  return `/groups/${reply.string('/id')}`;
};

async function newRole(caller: Caller, group: string): Promise<string> {
  const ok = { status: 200, limit: ROLES };
  const path = `${group}/cloudProviderAccess`;
  const made = await caller.call('POST', path, '2023-01-01', ok, { providerName: 'AWS' });
  const id = made.string('/roleId');
  await caller.call('GET', `${path}/${id}`, '2023-01-01', ok);
  const arn = 'arn:aws:iam::123456789012:role/longshore';
  const authorized = { providerName: 'AWS', iamAssumedRoleArn: arn, roleId: id };
  await caller.call('PATCH', `${path}/${id}`, '2023-01-01', ok, authorized);
  return id;
}

const cluster = (name: string, older: boolean) => ({
  backupEnabled: true,
  clusterType: 'REPLICASET',
  name,
  replicationSpecs: [
    {
      ...(older && { numShards: 1 }),
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
});

const bucketOf = (iamRoleId: string) => ({ bucketName: 'test-bucket', cloudProvider: 'AWS', iamRoleId });
const LISTING = '?includeCount=true&itemsPerPage=100&pageNum=1';
const BACKUP = { status: 200, limit: BACKUPS };
const GONE = { status: 204, limit: BACKUPS };

test('Atlas CLI: TestExportBuckets', async () => {
  const cli = new Caller('AtlasCLI/1.0.0 (linux;amd64;)');
  const buckets = `${await newProject(cli, 'cli buckets')}/backup/exportBuckets`;
  const roleId = await newRole(cli, buckets.replace('/backup/exportBuckets', ''));
  const id = (await cli.call('POST', buckets, '2024-05-30', BACKUP, bucketOf(roleId))).string('/_id');
  const list = await cli.call('GET', `${buckets}${LISTING}`, '2024-05-30', BACKUP);
  assert.equal(list.string('/results/0/_id'), id);
  await cli.call('GET', `${buckets}/${id}`, '2024-05-30', BACKUP);
  await cli.call('DELETE', `${buckets}/${id}`, '2023-01-01', GONE);
});

test('Atlas CLI: TestExportJobs', async () => {
  const version = await service.stranger.send({ target: '/api/private/unauth/nds/defaultMongoDBMajorVersion' });
  assert.deepEqual([version.status, version.text], [200, '8.0']);
  const cli = new Caller('AtlasCLI/1.0.0 (linux;amd64;)');
  const group = await newProject(cli, 'cli jobs');
  const roleId = await newRole(cli, group);
  const clusters = `${group}/clusters`;
  const made = { status: 201, limit: CLUSTERS };
  await cli.call('POST', clusters, '2023-02-01', made, cluster('cluster-989', true));
  const one = `${clusters}/cluster-989`;
  await cli.watch(one, '2024-08-05', { status: 200, limit: CLUSTERS }, '/stateName', 'IDLE');
  const buckets = `${group}/backup/exportBuckets`;
  const exportBucketId = (await cli.call('POST', buckets, '2024-05-30', BACKUP, bucketOf(roleId))).string('/_id');
  const wanted = { description: 'test-snapshot', retentionInDays: 1 };
  const snapshots = `${one}/backup/snapshots`;
  const snapshotId = (await cli.call('POST', snapshots, '2023-01-01', BACKUP, wanted)).string('/id');
  const flex = `${group}/flexClusters/cluster-989/backup/snapshots/${snapshotId}`;
  await cli.call('GET', flex, '2024-11-13', { status: 400, limit: BACKUPS });
  await cli.watch(`${snapshots}/${snapshotId}`, '2023-01-01', BACKUP, '/status', 'completed');
  const exports = `${one}/backup/exports`;
  const exportOf = { exportBucketId, snapshotId, customData: [] };
  const id = (await cli.call('POST', exports, '2023-01-01', BACKUP, exportOf)).string('/id');
  await cli.watch(`${exports}/${id}`, '2023-01-01', BACKUP, '/state', 'Successful');
  await cli.call('GET', `${exports}/${id}`, '2023-01-01', BACKUP);
  await cli.call('GET', `${exports}${LISTING}`, '2023-01-01', BACKUP);
  await cli.call('DELETE', `${snapshots}/${snapshotId}`, '2023-01-01', GONE);
  await cli.call('DELETE', one, '2023-02-01', { status: 202, limit: CLUSTERS });
  await cli.watch(one, '2024-08-05', { status: 200, limit: CLUSTERS }, '/stateName', 'DELETING');
  await cli.call('GET', one, '2024-08-05', { status: 404, limit: CLUSTERS });
});

/** What Terraform reads after a bucket is gone: whether a schedule still exports to it. */
async function schedulesAreRead(terraform: Caller, group: string, names: readonly string[]): Promise<void> {
  const clusters = await terraform.call('GET', `${group}/clusters`, '2024-08-05', { status: 200, limit: CLUSTERS });
  assert.deepEqual(
    clusters.list('/results').map((_, index) => clusters.string(`/results/${index}/name`)),
    names,
  );
  for (const name of names) {
    await terraform.call('GET', `${group}/clusters/${name}/backup/schedule`, '2024-08-05', BACKUP);
  }
}

test('Terraform: TestAccBackupSnapshotExportBucket_basicAWS', async () => {
  const terraform = new Caller('terraform-provider-mongodbatlas/2.0.0 Terraform/1.13.0');
  const group = await newProject(terraform, 'tf bucket');
  const roleId = await newRole(terraform, group);
  const buckets = `${group}/backup/exportBuckets`;
  const id = (await terraform.call('POST', buckets, '2024-05-30', BACKUP, bucketOf(roleId))).string('/_id');
  const read = await terraform.call('GET', `${buckets}/${id}`, '2024-05-30', BACKUP);
  assert.equal(read.string('/iamRoleId'), roleId);
  const list = await terraform.call('GET', buckets, '2024-05-30', BACKUP);
  assert.equal(list.list('/results').length, 1);
  await terraform.call('DELETE', `${buckets}/${id}`, '2023-01-01', GONE);
  await schedulesAreRead(terraform, group, []);
  const role = `${group}/cloudProviderAccess/AWS/${roleId}`;
  await terraform.call('DELETE', role, '2023-01-01', { status: 204, limit: ROLES });
  await terraform.call('DELETE', group, '2023-01-01', { status: 202, limit: BACKUPS });
});

test('Terraform: TestAccBackupSnapshotExportJob_basic, with a schedule that exports', async () => {
  const terraform = new Caller('terraform-provider-mongodbatlas/2.0.0 Terraform/1.13.0');
  const group = await newProject(terraform, 'tf job');
  const roleId = await newRole(terraform, group);
  const clusters = { status: 200, limit: CLUSTERS };
  const created = { status: 201, limit: CLUSTERS };
  await terraform.call('POST', `${group}/clusters`, '2024-10-23', created, cluster('tf-cluster', false));
  const one = `${group}/clusters/tf-cluster`;
  await terraform.call('GET', `${group}/clusters`, '2024-08-05', clusters);
  await terraform.watch(one, '2024-08-05', clusters, '/stateName', 'IDLE');
  const buckets = `${group}/backup/exportBuckets`;
  const bucket = await terraform.call('POST', buckets, '2024-05-30', BACKUP, bucketOf(roleId));
  const exportBucketId = bucket.string('/_id');

  const schedule = `${one}/backup/schedule`;
  const policyId = (await terraform.call('GET', schedule, '2024-08-05', BACKUP)).string('/policies/0/id');
  const daily = { frequencyInterval: 1, frequencyType: 'daily', retentionUnit: 'days', retentionValue: 4 };
  const exporting = {
    autoExportEnabled: true,
    export: { exportBucketId, frequencyType: 'daily' },
    policies: [{ id: policyId, policyItems: [daily] }],
    useOrgAndGroupNamesInExportPrefix: true,
  };
  await terraform.call('PATCH', schedule, '2024-08-05', BACKUP, exporting);
  const planned = await terraform.call('GET', schedule, '2024-08-05', BACKUP);
  assert.equal(planned.string('/export/exportBucketId'), exportBucketId);

  const snapshots = `${one}/backup/snapshots`;
  const wanted = { description: 'tf', retentionInDays: 1 };
  const snapshotId = (await terraform.call('POST', snapshots, '2023-01-01', BACKUP, wanted)).string('/id');
  await terraform.watch(`${snapshots}/${snapshotId}`, '2023-01-01', BACKUP, '/status', 'completed');
  await terraform.call('GET', `${snapshots}/shardedCluster/${snapshotId}`, '2023-01-01', BACKUP);
  const exports = `${one}/backup/exports`;
  const exportOf = { exportBucketId, snapshotId, customData: [{ key: 'exported by', value: 'tf' }] };
  const id = (await terraform.call('POST', exports, '2023-01-01', BACKUP, exportOf)).string('/id');
  await terraform.watch(`${exports}/${id}`, '2023-01-01', BACKUP, '/state', 'Successful');
  await terraform.call('GET', exports, '2023-01-01', BACKUP);

  const refused = { status: 400, limit: BACKUPS };
  await terraform.call('DELETE', `${buckets}/${exportBucketId}`, '2023-01-01', refused);
  await terraform.call('PATCH', schedule, '2024-08-05', BACKUP, { autoExportEnabled: false });
  await terraform.call('DELETE', `${buckets}/${exportBucketId}`, '2023-01-01', GONE);
  await schedulesAreRead(terraform, group, ['tf-cluster']);
  const withoutItems = await terraform.call('DELETE', schedule, '2024-08-05', BACKUP);
  assert.deepEqual(withoutItems.list('/policies/0/policyItems'), []);
  await terraform.call('DELETE', `${snapshots}/${snapshotId}`, '2023-01-01', GONE);
  await terraform.call('DELETE', one, '2023-02-01', { status: 202, limit: CLUSTERS });
  await terraform.watch(one, '2024-08-05', clusters, '/stateName', 'DELETING');
  await terraform.call('GET', one, '2024-08-05', { status: 404, limit: CLUSTERS });
  const role = `${group}/cloudProviderAccess/AWS/${roleId}`;
  await terraform.call('DELETE', role, '2023-01-01', { status: 204, limit: ROLES });
  await terraform.call('DELETE', group, '2023-01-01', { status: 202, limit: BACKUPS });
});
