import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, texts } from '../support/json.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import type { Project } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

// Every change that a caller makes is recorded, with its transaction.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Requests that change nothing, although they are no GET. */
const CHANGES_NOTHING = ['downloadGroupFlexClusterBackup', 'postTelemetry', 'validateExportBucket'];

test('every operation that changes something names its event', () => {
  const silent = service.operations.flatMap((operation) =>
    operation.method !== 'GET' && operation.event === undefined ? [operation.id] : [],
  );
  assert.deepEqual(silent.toSorted(), CHANGES_NOTHING);
});

async function eventsOf(path: string): Promise<readonly string[]> {
  const reply = await service.client.send({ target: `/api/longshore/v1${path}/events` });
  assert.equal(reply.status, 200, reply.text);
  return texts(reply.list('/results'), 'eventTypeName').toReversed();
}

async function everyChangeOf(project: Project): Promise<void> {
  const dump = service.scratch('events');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await project.cluster('Cluster0', dump);
  const changed = await service.client.send({
    method: 'PATCH',
    target: `/api/longshore/v1/groups/${project.groupId}/clusters/Cluster0`,
    body: { mongodump: { directory: dump } },
  });
  assert.equal(changed.status, 200, changed.text);
  const role = await project.role();
  const bucket = await project.bucket('events', role);
  const snapshot = await project.completedSnapshot('Cluster0');
  await project.send('PATCH', `/clusters/Cluster0/backup/snapshots/${snapshot}`, {
    retentionUnit: 'DAYS',
    retentionValue: 3,
  });
  await project.successfulExport('Cluster0', snapshot, bucket);
  await project.send('PATCH', `/backup/exportBuckets/${bucket}`, { requirePrivateNetworking: true });
  await project.send('DELETE', `/clusters/Cluster0/backup/snapshots/${snapshot}`);
  await project.send('DELETE', '/clusters/Cluster0');
  await project.send('DELETE', `/backup/exportBuckets/${bucket}`);
  await project.send('PATCH', `/cloudProviderAccess/${role}`, {
    providerName: 'AWS',
    iamAssumedRoleArn: 'arn:aws:iam::123456789012:role/test',
  });
  await project.send('DELETE', `/cloudProviderAccess/AWS/${role}`);
  const key = (await project.send('POST', '/apiKeys', { desc: 'key', roles: ['GROUP_READ_ONLY'] })).string('/id');
  await project.send('PATCH', `/apiKeys/${key}`, { roles: ['GROUP_OWNER'] });
  await project.send('DELETE', `/apiKeys/${key}`);
  await project.send('POST', `/apiKeys/${key}`, [{ roles: ['GROUP_READ_ONLY'] }]);
  await project.send('PATCH', '', { name: 'renamed' });
}

test('a project has an event for each change, in their order, and one that was refused has none', async () => {
  const project = await service.newProject('events');
  await everyChangeOf(project);
  const refused = await service.client.send({
    method: 'POST',
    target: project.path('/backup/exportBuckets'),
    headers: NEWEST,
    body: { bucketName: 'Refused', cloudProvider: 'AWS', iamRoleId: service.roleId },
  });
  assert.equal(refused.status, 400);
  assert.deepEqual(await eventsOf(`/groups/${project.groupId}`), [
    'GROUP_CREATED',
    'CLUSTER_CREATED',
    'CLUSTER_SOURCE_UPDATED',
    'CLOUD_PROVIDER_ACCESS_ROLE_ADDED',
    'CPS_SNAPSHOT_BUCKET_CREATED',
    'CPS_ON_DEMAND_SNAPSHOT_REQUESTED',
    'CPS_SNAPSHOT_RETENTION_MODIFIED',
    'CPS_SNAPSHOT_EXPORT_REQUESTED',
    'CPS_SNAPSHOT_BUCKET_UPDATED',
    'CPS_SNAPSHOT_DELETED',
    'CLUSTER_DELETE_SUBMITTED',
    'CPS_SNAPSHOT_BUCKET_DELETED',
    'CLOUD_PROVIDER_ACCESS_ROLE_UPDATED',
    'CLOUD_PROVIDER_ACCESS_ROLE_DELETED',
    'API_KEY_CREATED',
    'API_KEY_ROLES_CHANGED',
    'API_KEY_REMOVED_FROM_GROUP',
    'API_KEY_ADDED_TO_GROUP',
    'GROUP_UPDATED',
  ]);
});

test('an event says who, from where and what', async () => {
  const project = await service.newProject('who');
  const reply = await service.client.send({ target: `/api/longshore/v1/groups/${project.groupId}/events` });
  const { id, created, links, apiKeyId, ...rest } = at(reply.json, '/results/0') as Record<string, unknown>;
  assert.match(String(id), /^[0-9a-f]{24}$/);
  assert.match(String(apiKeyId), /^[0-9a-f]{24}$/);
  assert.match(String(created), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(links, [
    { href: `${service.url}/api/longshore/v1/groups/${project.groupId}/events/${String(id)}`, rel: 'self' },
  ]);
  assert.deepEqual(rest, {
    eventTypeName: 'GROUP_CREATED',
    groupId: project.groupId,
    isGlobalAdmin: false,
    operationId: 'createGroup',
    orgId: service.orgId,
    publicKey: service.credentials.publicKey,
    remoteAddress: '127.0.0.1',
  });
});

test('the events of a project outlive it', async () => {
  const project = await service.newProject('short-lived');
  await project.send('DELETE', '');
  const reply = await service.client.send({ target: `/api/longshore/v1/orgs/${service.orgId}/events` });
  assert.deepEqual(
    texts(
      reply.list('/results').filter((event) => at(event, '/groupId') === project.groupId),
      'eventTypeName',
    ),
    ['GROUP_DELETED', 'GROUP_CREATED'],
  );
});
