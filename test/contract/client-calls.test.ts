import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dated } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

// Calls of Terraform's provider and of the Atlas CLI, with their headers. They fail as a whole if one of these is refused.

let service: Service;
before(async () => {
  service = await startService();
  await service.scriptedCluster(service.project, 'Cluster0');
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Sends what the Go SDK sends: the media type of the version in Accept, and with a body also in Content-Type. */
async function send(method: string, rest: string, date: string, body?: unknown) {
  const { accept } = dated(date);
  const headers = {
    accept,
    'user-agent': 'terraform-provider-mongodbatlas',
    ...(body !== undefined && { 'content-type': accept }),
  };
  const reply = await service.client.send({ method, target: `/api/atlas/v2${rest}`, headers, body });
  assert.ok(reply.status < 300, `${method} ${rest}: ${reply.status} ${reply.text}`);
  return reply;
}

test('a cluster is read with the container of each of its regions', async () => {
  const group = `/groups/${service.groupId}`;
  const cluster = await send('GET', `${group}/clusters/Cluster0`, '2024-08-05');
  const region = cluster.string('/replicationSpecs/0/regionConfigs/0/regionName');
  const provider = cluster.string('/replicationSpecs/0/regionConfigs/0/providerName');
  const containers = await send('GET', `${group}/containers?providerName=${provider}`, '2023-01-01');
  assert.equal(containers.string('/results/0/regionName'), region);
  const id = containers.string('/results/0/id');
  assert.match(id, /^[0-9a-f]{24}$/);
  assert.equal((await send('GET', `${group}/containers/all`, '2023-01-01')).string('/results/0/id'), id);
  assert.match((await send('GET', `${group}/containers?providerName=GCP`, '2023-01-01')).text, /"results":\[\]/);
  const refused = await service.client.send({
    target: `/api/atlas/v2${group}/containers?providerName=NOBODY`,
    headers: dated('2023-01-01'),
  });
  assert.equal(refused.status, 400);
});

test('a project without clusters has no containers', async () => {
  const project = await service.newProject('no-clusters');
  const reply = await send('GET', `/groups/${project.groupId}/containers/all`, '2023-01-01');
  assert.match(reply.text, /"results":\[\],"totalCount":0/);
});

test('a project is read with its choice of slow operations', async () => {
  const path = `/groups/${service.groupId}/managedSlowMs`;
  assert.equal((await send('GET', path, '2023-01-01')).text, 'true');
  assert.equal((await send('DELETE', `${path}/disable`, '2023-01-01')).status, 204);
  assert.equal((await send('GET', path, '2023-01-01')).text, 'false');
  assert.equal((await send('POST', `${path}/enable`, '2023-01-01')).status, 204);
});

test('an organization and a project are read with their users, teams and invitations, of which there are none', async () => {
  const { orgId, groupId } = service;
  const empty = /"results":\[\],"totalCount":0/;
  assert.match((await send('GET', `/orgs/${orgId}/users`, '2025-02-19')).text, empty);
  assert.match((await send('GET', `/orgs/${orgId}/teams`, '2023-01-01')).text, empty);
  assert.equal((await send('GET', `/orgs/${orgId}/invites`, '2023-01-01')).text, '[]');
  assert.equal((await send('GET', `/groups/${groupId}/invites`, '2023-01-01')).text, '[]');
});

test('the events of an organization and of a project are listed and read as those of Atlas', async () => {
  for (const place of [`/orgs/${service.orgId}`, `/groups/${service.groupId}`]) {
    const list = await send('GET', `${place}/events?includeRaw=false&eventType=CLUSTER_CREATED`, '2023-01-01');
    assert.equal(list.string('/results/0/eventTypeName'), 'CLUSTER_CREATED');
    const event = `${place}/events/${list.string('/results/0/id')}`;
    assert.equal(list.string('/results/0/links/0/href'), `${service.url}/api/atlas/v2${event}`);
    assert.equal((await send('GET', event, '2023-01-01')).string('/clusterName'), 'Cluster0');
  }
});

test('an API key is added to a project with its id in the body, too', async () => {
  const { orgId, groupId } = service;
  const key = await send('POST', `/orgs/${orgId}/apiKeys`, '2023-01-01', { desc: 'key', roles: ['ORG_READ_ONLY'] });
  const id = key.string('/id');
  const added = await send('POST', `/groups/${groupId}/apiKeys/${id}`, '2023-01-01', [
    { roles: ['GROUP_READ_ONLY'], userId: id },
  ]);
  assert.equal(added.status, 204);
});

test('a schedule without policies is set with null for them, and keeps those that it has', async () => {
  const path = `/groups/${service.groupId}/clusters/Cluster0/backup/schedule`;
  const before = (await send('DELETE', path, '2024-08-05')).string('/policies/0/id');
  const body = { autoExportEnabled: false, policies: null, referenceHourOfDay: 3, referenceMinuteOfHour: 45 };
  const changed = await send('PATCH', path, '2024-08-05', body);
  assert.equal(changed.string('/policies/0/id'), before);
  assert.match(changed.text, /"policyItems":\[\].*"referenceHourOfDay":3/);
});

test('read-only attributes are ignored in every body of backups', async () => {
  const { groupId, roleId: iamRoleId } = service;
  const links = [{ href: 'https://example.org', rel: 'self' }];
  const cluster = `/groups/${groupId}/clusters/Cluster0`;
  const bucket = { bucketName: 'read-only', cloudProvider: 'AWS', iamRoleId, links };
  const made = await send('POST', `/groups/${groupId}/backup/exportBuckets`, '2024-05-30', bucket);
  const exportBucketId = made.string('/_id');
  await send('POST', `/groups/${groupId}/backup/exportBuckets`, '2023-01-01', bucket);
  const taking = { description: 'd', links, retentionInDays: 1 };
  const snapshotId = (await send('POST', `${cluster}/backup/snapshots`, '2023-01-01', taking)).string('/id');
  await service.project.waitFor(`/clusters/Cluster0/backup/snapshots/${snapshotId}`, '/status', ['completed']);
  const retention = { retentionUnit: 'DAYS', retentionValue: 2, links };
  await send('PATCH', `${cluster}/backup/snapshots/${snapshotId}`, '2023-01-01', retention);
  const exporting = { exportBucketId, snapshotId, links };
  await send('POST', `${cluster}/backup/exports`, '2023-01-01', exporting);
  await send('POST', `${cluster}/backup/restoreJobs`, '2023-01-01', {
    cancelled: false,
    components: [],
    deliveryType: 'download',
    deliveryUrl: [],
    desiredTimestamp: {},
    expired: false,
    expiresAt: null,
    failed: false,
    finishedAt: null,
    id: '',
    links,
    privateDownloadDeliveryUrls: [],
    snapshotId,
    timestamp: null,
  });
});
