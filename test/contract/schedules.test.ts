import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Json } from '../../src/kernel/json.ts';
import type { Reply } from '../support/digest-client.ts';
import { at, textAt } from '../support/json.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { dated, NEWEST, Project } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { expectError } from './expect.ts';

// Backup schedules beyond what is recorded: the order of Terraform's calls, refusals, versions, and buckets in use.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const SCHEDULE = '/clusters/Cluster0/backup/schedule';
let projects = 0;

async function projectWithCluster(): Promise<Project> {
  const project = await service.newProject(`schedules ${++projects}`);
  const dump = service.scratch(`dump-${project.groupId}`);
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await project.cluster('Cluster0', dump);
  return project;
}

const ask = async (project: Project, method: string, body?: unknown, date = '2024-08-05'): Promise<Reply> =>
  await project.client.send({ method, target: project.path(SCHEDULE), headers: dated(date), body });

const item = (frequencyType: string, frequencyInterval: number, retentionUnit: string, retentionValue: number) => ({
  frequencyInterval,
  frequencyType,
  retentionUnit,
  retentionValue,
});
const policies = (...policyItems: readonly unknown[]) => ({ policies: [{ policyItems }] });

const itemsOf = (document: Json): readonly Json[] => {
  const items = at(document, '/policies/0/policyItems');
  assert.ok(Array.isArray(items));
  return items as readonly Json[];
};
const withoutIds = (items: readonly Json[]) => items.map((one) => ({ ...Object(one), id: undefined }) as unknown);

test('Terraform deletes, reads, changes and reads a schedule, and the plan is clean', async () => {
  const project = await projectWithCluster();
  const deleted = await ask(project, 'DELETE');
  assert.equal(deleted.status, 200);
  assert.deepEqual([itemsOf(deleted.json), at(deleted.json, '/nextSnapshot')], [[], undefined]);
  const policyId = textAt(deleted.json, '/policies/0/id');

  // The first step of the acceptance test has no policies at all.
  const first = { referenceHourOfDay: 3, referenceMinuteOfHour: 45, restoreWindowDays: 4 };
  const empty = await ask(project, 'PATCH', first);
  assert.deepEqual([empty.status, itemsOf(empty.json)], [200, []]);

  const wanted = [
    item('hourly', 2, 'days', 1),
    item('daily', 1, 'days', 4),
    item('weekly', 4, 'weeks', 2),
    item('weekly', 5, 'weeks', 5),
    item('monthly', 5, 'months', 3),
    item('monthly', 6, 'months', 4),
  ];
  const second = { referenceHourOfDay: 0, referenceMinuteOfHour: 0, restoreWindowDays: 7, autoExportEnabled: false };
  const patched = await ask(project, 'PATCH', { ...second, policies: [{ id: policyId, policyItems: wanted }] });
  assert.equal(patched.status, 200, patched.text);
  const read = await ask(project, 'GET');
  assert.equal(read.text, patched.text);
  assert.deepEqual(
    withoutIds(itemsOf(read.json)),
    wanted.map((one) => ({ ...one, id: undefined })),
  );
  for (const [name, value] of Object.entries(second)) assert.equal(at(read.json, `/${name}`), value, name);
  assert.equal(textAt(read.json, '/policies/0/id'), policyId);

  // A second apply sends the ids that it has read, and changes nothing.
  const again = await ask(project, 'PATCH', {
    ...second,
    policies: [{ id: policyId, policyItems: itemsOf(read.json) }],
  });
  assert.equal(again.text, read.text);
});

test('extra retention is kept and shown, and snapshots are kept longer by it', async () => {
  const project = await projectWithCluster();
  assert.equal(at((await ask(project, 'GET')).json, '/extraRetentionSettings'), undefined);
  const extraRetentionSettings = [
    { frequencyType: 'DAILY', retentionDays: 3 },
    { frequencyType: 'ON_DEMAND', retentionDays: 5 },
  ];
  const patched = await ask(project, 'PATCH', { extraRetentionSettings });
  assert.deepEqual(at(patched.json, '/extraRetentionSettings'), extraRetentionSettings);
  assert.equal((await ask(project, 'PATCH', { clusterName: 'Cluster0' })).text, patched.text);

  const path = '/clusters/Cluster0/backup/snapshots';
  const keptFor = async (body: object): Promise<number> => {
    const id = (await project.send('POST', path, body)).string('/id');
    const done = await project.waitFor(`${path}/${id}`, '/status', ['completed']);
    const days = (Date.parse(textAt(done, '/expiresAt')) - Date.parse(textAt(done, '/createdAt'))) / 86_400_000;
    return Math.round(days * 1000) / 1000;
  };
  assert.equal(await keptFor({ retentionInDays: 2 }), 7);
  assert.equal(await keptFor({}), 12);
  const cleared = await ask(project, 'PATCH', { extraRetentionSettings: [] });
  assert.equal(at(cleared.json, '/extraRetentionSettings'), undefined);
  assert.equal(await keptFor({ retentionInDays: 2 }), 2);
});

test('copy settings are kept, under the name of the zone that each version has', async () => {
  const project = await projectWithCluster();
  const zoneId = '6a793f582c88faeba59ba4c1';
  const setting = {
    cloudProvider: 'AWS',
    frequencies: ['HOURLY', 'DAILY'],
    regionName: 'US_EAST_1',
    shouldCopyOplogs: false,
  };
  const patched = await ask(project, 'PATCH', { copySettings: [{ ...setting, zoneId }] });
  assert.deepEqual(at(patched.json, '/copySettings'), [{ ...setting, zoneId }]);
  const older = await ask(project, 'GET', undefined, '2023-01-01');
  assert.deepEqual(at(older.json, '/copySettings'), [{ ...setting, replicationSpecId: zoneId }]);
  assert.equal(older.headers['sunset'], 'Thu, 1 Jul 2027 00:00:00 GMT');
  const cleared = await ask(project, 'PATCH', { copySettings: [] });
  assert.deepEqual(at(cleared.json, '/copySettings'), []);
  const missing = await ask(project, 'PATCH', { copySettings: [setting] });
  expectError(missing, {
    status: 400,
    code: 'MISSING_ATTRIBUTE',
    parameters: ['copySettings[0].zoneId'],
    detail: 'The required attribute copySettings[0].zoneId was not specified.',
  });
});

test('v1.0 has the same schedule, with links of its own', async () => {
  const project = await projectWithCluster();
  const target = `/api/atlas/v1.0/groups/${project.groupId}${SCHEDULE}`;
  const reply = await project.client.send({
    method: 'PATCH',
    target,
    body: { updateSnapshots: true, restoreWindowDays: 3 },
  });
  assert.deepEqual([reply.status, reply.headers['content-type']], [200, 'application/json']);
  assert.equal(textAt(reply.json, '/links/0/href'), `${service.url}${target}`);
  assert.equal(textAt(reply.json, '/links/1/href'), `${service.url}/api/public/v1.0/groups/${project.groupId}`);
  assert.equal(at(reply.json, '/restoreWindowDays'), 3);
});

const LONGER_FIRST =
  'The backup policy is not valid: the retention of the weekly policy item is shorter than that of the hourly one, ' +
  'and less frequent snapshots must be kept at least as long as more frequent ones.';

for (const [what, body, code, detail] of [
  ['an interval', policies(item('hourly', 5, 'days', 2)), 'INVALID_BACKUP_POLICY', /frequencyInterval 5, and 1, 2, 4/],
  ['the 29th of a month', policies(item('monthly', 29, 'months', 2)), 'INVALID_BACKUP_POLICY', /frequencyInterval 29/],
  [
    'an eighth day of the week',
    policies(item('weekly', 8, 'weeks', 2)),
    'INVALID_BACKUP_POLICY',
    /frequencyInterval 8/,
  ],
  [
    'two daily items',
    policies(item('daily', 1, 'days', 2), item('daily', 1, 'days', 3)),
    'INVALID_BACKUP_POLICY',
    /at most one daily policy item/,
  ],
  [
    'two items of one day',
    policies(item('weekly', 1, 'weeks', 2), item('weekly', 1, 'weeks', 3)),
    'INVALID_BACKUP_POLICY',
    /same frequency and the same interval/,
  ],
  [
    'a retention below the frequency',
    policies(item('weekly', 1, 'days', 6)),
    'INVALID_BACKUP_POLICY',
    /time between two/,
  ],
  [
    'a weekly retention below the hourly one',
    policies(item('hourly', 6, 'weeks', 2), item('weekly', 1, 'weeks', 1)),
    'INVALID_BACKUP_POLICY',
    LONGER_FIRST,
  ],
  ['a century and a year', policies(item('yearly', 1, 'years', 101)), 'INVALID_BACKUP_POLICY', /more than a century/],
  [
    'automatic exports to nowhere',
    { autoExportEnabled: true },
    'INVALID_BACKUP_POLICY',
    /autoExportEnabled needs export/,
  ],
  ['half an export', { export: { frequencyType: 'daily' } }, 'INVALID_BACKUP_POLICY', /export needs exportBucketId/],
  [
    'an unknown bucket',
    { export: { exportBucketId: '1'.repeat(24), frequencyType: 'daily' } },
    'EXPORT_BUCKET_NOT_FOUND',
    /No export bucket with ID 1{24}/,
  ],
  ['hourly exports', { export: { frequencyType: 'hourly' } }, 'INVALID_ENUM_VALUE', /hourly/],
  ['another policy', { policies: [{ id: '1'.repeat(24), policyItems: [] }] }, 'INVALID_POLICY_ID', /1{24}/],
  [
    'an unknown item',
    policies({ ...item('daily', 1, 'days', 2), id: '1'.repeat(24) }),
    'INVALID_POLICY_ITEM_ID',
    /1{24}/,
  ],
  ['two policies', { policies: [{}, {}] }, 'INVALID_JSON_ATTRIBUTE', /policies/],
  ['an hour', { referenceHourOfDay: 24 }, 'INVALID_ATTRIBUTE', /referenceHourOfDay/],
  ['a minute', { referenceMinuteOfHour: -1 }, 'INVALID_ATTRIBUTE', /referenceMinuteOfHour/],
  ['no restore window', { restoreWindowDays: 0 }, 'INVALID_ATTRIBUTE', /restoreWindowDays/],
  ['an unknown attribute', { frequency: 1 }, 'INVALID_ATTRIBUTE', /frequency/],
  [
    'extra retention of one frequency twice',
    { extraRetentionSettings: [1, 2].map((retentionDays) => ({ frequencyType: 'DAILY', retentionDays })) },
    'INVALID_BACKUP_POLICY',
    /frequencyType twice/,
  ],
] as const) {
  test(`a schedule with ${what} is refused, and nothing changes`, async () => {
    const project = await projectWithCluster();
    const before = await ask(project, 'GET');
    const reply = await ask(project, 'PATCH', body);
    const text = textAt(reply.json, '/detail');
    assert.equal(textAt(reply.json, '/errorCode'), code, reply.text);
    assert.equal(reply.status, code === 'EXPORT_BUCKET_NOT_FOUND' ? 404 : 400);
    if (typeof detail === 'string') assert.equal(text, detail);
    else assert.match(text, detail);
    assert.equal((await ask(project, 'GET')).text, before.text);
  });
}

test('the schedule of an unknown cluster is not found', async () => {
  const project = await service.newProject('no cluster');
  expectError(await ask(project, 'GET'), {
    status: 404,
    code: 'CLUSTER_NOT_FOUND',
    parameters: ['Cluster0', project.groupId],
    detail: `No cluster named Cluster0 exists in group ${project.groupId}.`,
  });
});

test('a bucket that a schedule exports to stays until automatic exports are switched off', async () => {
  const project = await projectWithCluster();
  const exportBucketId = await project.bucket('scheduled-bucket');
  const on = await ask(project, 'PATCH', {
    autoExportEnabled: true,
    export: { exportBucketId, frequencyType: 'daily' },
  });
  assert.deepEqual(at(on.json, '/export'), { exportBucketId, frequencyType: 'daily' });
  const target = project.path(`/backup/exportBuckets/${exportBucketId}`);
  const remove = async () => await project.client.send({ method: 'DELETE', target, headers: NEWEST });
  const refused = await remove();
  assert.equal(refused.status, 400);
  assert.equal(textAt(refused.json, '/errorCode'), 'EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE');
  assert.match(textAt(refused.json, '/detail'), /The schedule of the cluster Cluster0 exports to it/);
  const off = await ask(project, 'PATCH', { autoExportEnabled: false });
  assert.equal(at(off.json, '/autoExportEnabled'), false);
  assert.equal((await remove()).status, 204);
  assert.equal(at((await ask(project, 'GET')).json, '/export'), undefined);
});

test('a bucket can be deleted after the schedule that exported to it, as Terraform does', async () => {
  const project = await projectWithCluster();
  const exportBucketId = await project.bucket('destroyed-bucket');
  const exports = { exportBucketId, frequencyType: 'daily' };
  await ask(project, 'PATCH', { autoExportEnabled: true, export: exports });
  const deleted = await ask(project, 'DELETE');
  assert.deepEqual([at(deleted.json, '/autoExportEnabled'), at(deleted.json, '/export')], [true, exports]);
  const target = project.path(`/backup/exportBuckets/${exportBucketId}`);
  assert.equal((await project.client.send({ method: 'DELETE', target, headers: NEWEST })).status, 204);
  const shown = await ask(project, 'GET');
  assert.deepEqual([at(shown.json, '/autoExportEnabled'), at(shown.json, '/export')], [false, undefined]);
});

test('exports have names in their prefix where the schedule says so', async () => {
  const project = await projectWithCluster();
  await ask(project, 'PATCH', { useOrgAndGroupNamesInExportPrefix: true });
  const snapshotId = await project.completedSnapshot('Cluster0');
  const exportId = await project.export('Cluster0', snapshotId, await project.bucket('named-bucket'));
  const job = await project.send('GET', `/clusters/Cluster0/backup/exports/${exportId}`);
  assert.match(job.string('/prefix'), /^exported_snapshots\/Longshore\/schedules_\d+\/Cluster0\//);
});

test('the databases and collections of a snapshot are listed from it, page by page', async () => {
  const project = await projectWithCluster();
  const snapshotId = await project.completedSnapshot('Cluster0');
  const base = `/clusters/Cluster0/backup/snapshots/${snapshotId}/databases`;
  const all = await project.send('GET', base);
  const databases = Object.keys(SMALL_DEPLOYMENT).sort();
  const named = (document: Json) => (at(document, '/results') as readonly Json[]).map((one) => textAt(one, '/name'));
  assert.deepEqual(named(all.json), databases);
  assert.equal(at(all.json, '/totalCount'), databases.length);
  const [database = ''] = databases;
  const one = await project.send('GET', `${base}/${database}`);
  assert.deepEqual(one.json, {
    links: [{ href: `${service.url}${project.path(`${base}/${database}`)}`, rel: 'self' }],
    name: database,
  });
  const collections = named((await project.send('GET', `${base}/${database}/collections`)).json);
  assert.ok(collections.length > 1 && collections.every((name) => name in (SMALL_DEPLOYMENT[database] ?? {})));
  const [collection = ''] = collections;
  const listed = await project.send('GET', `${base}/${database}/collections?itemsPerPage=1`);
  assert.deepEqual([named(listed.json), at(listed.json, '/totalCount')], [[collection], collections.length]);
  assert.equal(
    (await project.send('GET', `${base}/${database}/collections/${collection}`)).string('/name'),
    collection,
  );
  for (const [rest, code] of [
    ['/nothing', 'SNAPSHOT_DATABASE_NOT_FOUND'],
    ['/nothing/collections', 'SNAPSHOT_DATABASE_NOT_FOUND'],
    [`/${database}/collections/nothing`, 'SNAPSHOT_COLLECTION_NOT_FOUND'],
  ] as const) {
    const reply = await project.client.send({ target: project.path(`${base}${rest}`), headers: NEWEST });
    assert.deepEqual([reply.status, textAt(reply.json, '/errorCode')], [404, code]);
  }
});

test('private endpoints are made, listed and deleted; another provider has none', async () => {
  const project = await service.newProject('endpoints');
  const path = '/backup/AWS/privateEndpoints';
  const made = await project.send('POST', path, { cloudProvider: 'AWS', regionName: 'US_EAST_1' });
  const id = made.string('/id');
  assert.equal(made.status, 201);
  const document = {
    cloudProvider: 'AWS',
    id,
    privateEndpointConnectionName: `vpce-${id}`,
    regionName: 'US_EAST_1',
    status: 'ACTIVE',
  };
  assert.deepEqual(made.json, document);
  assert.deepEqual(at((await project.send('GET', path)).json, '/results'), [document]);
  assert.deepEqual((await project.send('GET', `${path}/${id}`)).json, document);
  const again = await project.client.send({
    method: 'POST',
    target: project.path(path),
    headers: NEWEST,
    body: { regionName: 'US_EAST_1' },
  });
  assert.deepEqual([again.status, textAt(again.json, '/errorCode')], [409, 'BACKUP_PRIVATE_ENDPOINT_ALREADY_EXISTS']);
  assert.equal((await project.send('DELETE', `${path}/${id}`)).status, 204);
  for (const [rest, status, code] of [
    [`${path}/${id}`, 404, 'BACKUP_PRIVATE_ENDPOINT_NOT_FOUND'],
    ['/backup/GCP/privateEndpoints', 400, 'INVALID_ENUM_VALUE'],
  ] as const) {
    const reply = await project.client.send({ target: project.path(rest), headers: NEWEST });
    assert.deepEqual([reply.status, textAt(reply.json, '/errorCode')], [status, code]);
  }
});
