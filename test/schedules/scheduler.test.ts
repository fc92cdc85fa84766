import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../src/kernel/json.ts';
import { at, textAt } from '../support/json.ts';
import { CLUSTER, World } from './world.ts';

// What schedules and compliance policies do while time passes, on the whole program with a clock of the test's.

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2026, 2, 27, 12);
const noon = (day: number): number => START + day * DAY_MS;

const item = (frequencyType: string, frequencyInterval: number, retentionUnit: string, retentionValue: number) => ({
  frequencyInterval,
  frequencyType,
  retentionUnit,
  retentionValue,
});
const DAILY = item('daily', 1, 'days', 7);
const schedule = (...policyItems: readonly JsonObject[]): JsonObject => ({
  referenceHourOfDay: 12,
  referenceMinuteOfHour: 0,
  policies: [{ policyItems }],
});
const itemsOf = (document: Json): readonly JsonObject[] =>
  at(document, '/policies/0/policyItems') as readonly JsonObject[];

async function worldWith(...items: readonly JsonObject[]): Promise<World> {
  const world = await World.open(START);
  await world.prepare(schedule(...items));
  return world;
}

const takenAt = async (world: World): Promise<readonly string[]> =>
  (await world.kept()).map((kept) => kept.takenAt.slice(0, 16));

const refusal = (code: string) => (thrown: unknown) => {
  assert.equal(thrown instanceof Error && 'code' in thrown ? thrown.code : thrown, code);
  return true;
};

test('one snapshot makes up for all that a stopped server has missed, with the items that it serves', async () => {
  await using world = await worldWith(DAILY, item('weekly', 7, 'weeks', 4), item('monthly', 40, 'months', 12));
  await world.live([noon(1)], []);
  // A weekly moment on Sunday, the last day of the month on Tuesday, and three daily ones.
  await world.live([noon(6) + 3_600_000], []);
  assert.deepEqual(
    (await world.kept()).map(({ takenAt, frequencyType }) => `${takenAt.slice(0, 16)} ${frequencyType}`),
    ['2026-03-28T12:00 daily', '2026-04-02T13:00 monthly'],
  );
  const listed = await world.ask('listGroupClusterBackupSnapshots');
  const newest = at(listed, '/results/0') as JsonObject;
  assert.deepEqual(
    [newest['snapshotType'], newest['frequencyType'], at(newest, '/policyItems/2')],
    ['scheduled', 'monthly', itemsOf(await world.ask('getGroupClusterBackupSchedule'))[0]?.['id']],
  );
});

test('a changed time asks for nothing that has passed, and what was due before the change is taken', async () => {
  await using world = await worldWith(DAILY);
  world.clock.ms = noon(1) + 1000;
  // The server was off at noon. The change to ten o'clock comes before it looks at the schedule.
  await world.patch({ referenceHourOfDay: 10 });
  await world.live([noon(1) + 2000], []);
  assert.deepEqual(await takenAt(world), ['2026-03-28T12:00']);
  await world.live([noon(1) + 60_000, noon(2) - 2 * 3_600_000], []);
  assert.deepEqual(await takenAt(world), ['2026-03-28T12:00', '2026-03-29T10:00']);
});

test('a clock that goes back takes no moment twice, and one that was wrong by years is forgotten', async () => {
  await using world = await worldWith(DAILY);
  await world.live([noon(1), noon(1) - 3_600_000, noon(1) + 60_000, noon(2)], []);
  assert.deepEqual(await takenAt(world), ['2026-03-28T12:00', '2026-03-29T12:00']);
  await world.live([noon(1000)], []);
  await world.live([noon(3) - 3_600_000, noon(3), noon(4)], []);
  const taken = (await takenAt(world)).toSorted();
  assert.deepEqual(taken.slice(-3), ['2026-03-30T12:00', '2026-03-31T12:00', '2028-12-21T12:00']);
});

test('updateSnapshots changes the retention of earlier snapshots, but not of one that a client has set', async () => {
  await using world = await worldWith(DAILY);
  await world.live([noon(1), noon(2)], []);
  const listed = await world.ask('listGroupClusterBackupSnapshots');
  const own = textAt(listed, '/results/0/id');
  const retention = { retentionUnit: 'DAYS', retentionValue: 30 };
  await world.ask('updateGroupClusterBackupSnapshot', { params: { snapshotId: own }, body: retention });
  const [present] = itemsOf(await world.ask('getGroupClusterBackupSchedule'));
  const longer = { ...present, retentionValue: 14 };
  await world.patch(schedule(longer));
  assert.deepEqual(
    (await world.kept()).map(({ expiresAt }) => expiresAt.slice(0, 10)),
    ['2026-04-04', '2026-04-28'],
  );
  await world.patch({ ...schedule({ ...longer, retentionValue: 15 }), updateSnapshots: true });
  assert.deepEqual(
    (await world.kept()).map(({ expiresAt }) => expiresAt.slice(0, 10)),
    ['2026-04-12', '2026-04-28'],
  );
});

test('deleteSnapshots removes the snapshots of removed items, and keeps those that another item asked for', async () => {
  await using world = await worldWith(DAILY, item('weekly', 7, 'weeks', 4));
  await world.live([noon(1), noon(2), noon(3)], []);
  const items = itemsOf(await world.ask('getGroupClusterBackupSchedule'));
  const weekly = items.filter(({ frequencyType }) => frequencyType === 'weekly');
  await world.patch(schedule(...weekly));
  assert.equal((await world.kept()).length, 3);
  await world.patch(schedule(DAILY, item('weekly', 7, 'weeks', 4)));
  await world.live([noon(4)], []);
  await world.patch({ ...schedule(...weekly), deleteSnapshots: true });
  // The snapshots of the first daily item had lost it before.
  assert.deepEqual(await takenAt(world), ['2026-03-28T12:00', '2026-03-29T12:00', '2026-03-30T12:00']);
});

test('an on-demand item is the default retention of on-demand snapshots', async () => {
  await using world = await worldWith(item('ondemand', 1, 'weeks', 3));
  const take = async (body: JsonObject) =>
    textAt(await world.ask('takeGroupClusterBackupSnapshots', { body }), '/expiresAt');
  assert.equal(await take({}), '2026-04-17T12:00:00Z');
  await world.live([noon(0) + 1000], []);
  assert.equal(await take({ retentionInDays: 1 }), '2026-03-28T12:00:01Z');
});

const REPRESENTATIVE = { authorizedEmail: 'a@example.org', authorizedUserFirstName: 'A', authorizedUserLastName: 'B' };

test('a compliance policy raises schedules, keeps snapshots until they expire, and goes only when all are gone', async () => {
  await using world = await worldWith(DAILY);
  await world.live([noon(1)], []);
  const put = async (body: JsonObject, query = '') =>
    await world.ask('updateGroupBackupCompliancePolicy', { body: { ...REPRESENTATIVE, ...body }, query });
  const required = {
    scheduledPolicyItems: [item('hourly', 6, 'days', 10)],
    onDemandPolicyItem: item('ondemand', 0, 'days', 9),
  };
  const notMeeting = 'BACKUP_POLICIES_NOT_MEETING_BACKUP_COMPLIANCE_POLICY_REQUIREMENTS';
  await assert.rejects(put(required, 'overwriteBackupPolicies=false'), refusal(notMeeting));
  assert.deepEqual(await world.ask('getGroupBackupCompliancePolicy'), {});
  assert.equal(textAt(await put(required), '/state'), 'ENABLING');
  assert.equal(textAt(await world.ask('getGroupBackupCompliancePolicy'), '/state'), 'ACTIVE');
  // The daily item is kept as long as the hourly one, because less frequent snapshots are kept at least as long.
  assert.deepEqual(
    itemsOf(await world.ask('getGroupClusterBackupSchedule')).map((one) => [
      one['frequencyType'],
      one['retentionValue'],
    ]),
    [
      ['hourly', 10],
      ['daily', 10],
    ],
  );

  await assert.rejects(world.patch(schedule(DAILY)), refusal(notMeeting));
  await assert.rejects(world.ask('deleteGroupClusterBackupSchedule'), refusal(notMeeting));
  await assert.rejects(put({ scheduledPolicyItems: [item('hourly', 6, 'days', 9)] }), refusal(notMeeting));
  await assert.rejects(put({}), refusal(notMeeting));
  assert.equal(textAt(await put({ ...required, copyProtectionEnabled: true }), '/state'), 'UPDATING');

  const snapshotId = textAt(await world.ask('listGroupClusterBackupSnapshots'), '/results/0/id');
  const one = { params: { snapshotId } };
  const tooShort = 'SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY';
  const setDays = async (retentionValue: number) =>
    await world.ask('updateGroupClusterBackupSnapshot', { ...one, body: { retentionUnit: 'DAYS', retentionValue } });
  await assert.rejects(setDays(6), refusal(tooShort));
  assert.equal(textAt(await setDays(8), '/expiresAt'), '2026-04-05T12:00:00Z');
  await assert.rejects(
    world.ask('deleteGroupClusterBackupSnapshot', one),
    refusal('CANNOT_DELETE_SNAPSHOT_WITH_BACKUP_COMPLIANCE_POLICY'),
  );
  await assert.rejects(
    world.ask('takeGroupClusterBackupSnapshots', { body: { retentionInDays: 8 } }),
    refusal(tooShort),
  );
  assert.equal(
    textAt(await world.ask('takeGroupClusterBackupSnapshots', { body: {} }), '/expiresAt'),
    '2026-04-06T12:00:00Z',
  );
  await assert.rejects(
    world.ask('disableGroupBackupCompliancePolicy'),
    refusal('CANNOT_DISABLE_BACKUP_COMPLIANCE_POLICY'),
  );

  // The cluster goes, and its completed snapshots stay until they expire. Then the policy and the project can go.
  await world.live([noon(1) + 1000], []);
  await world.ask('deleteGroupCluster');
  const retained = await world.ask('listGroupClusterBackupSnapshots');
  assert.equal(at(retained, '/totalCount'), 2);
  await assert.rejects(
    world.ask('deleteGroupClusterBackupSnapshot', one),
    refusal('CANNOT_DELETE_SNAPSHOT_WITH_BACKUP_COMPLIANCE_POLICY'),
  );
  await assert.rejects(
    world.ask('disableGroupBackupCompliancePolicy'),
    refusal('CANNOT_DISABLE_BACKUP_COMPLIANCE_POLICY'),
  );
  await assert.rejects(world.ask('deleteGroup'), refusal('CANNOT_CLOSE_GROUP_ACTIVE_BACKUP_COMPLIANCE_POLICY'));
  // A server that had been off for so long would not believe its clock yet.
  await world.live([noon(2), noon(40)], []);
  await assert.rejects(world.ask('listGroupClusterBackupSnapshots'), refusal('CLUSTER_NOT_FOUND'));
  await world.ask('disableGroupBackupCompliancePolicy');
  await world.ask('deleteGroup');
});

test('backups that a client retains stay until they expire, and can be read, exported and deleted', async () => {
  await using world = await World.open(START);
  const exportBucketId = await world.prepare(schedule(DAILY));
  await world.live([noon(1), noon(2)], []);
  await world.ask('deleteGroupCluster', { query: 'retainBackups=True' });

  // The cluster is gone, and nothing takes snapshots of it any more.
  const states = async (query = '') => {
    const { results } = (await world.ask('listGroupClusters', { query })) as { results: { stateName: string }[] };
    return results.map(({ stateName }) => stateName);
  };
  assert.deepEqual([await states(), at(await world.ask('getGroup'), '/clusterCount')], [[], 0]);
  assert.deepEqual(await states('includeDeletedWithRetainedBackups=true'), ['DELETING']);
  assert.equal(textAt(await world.ask('getGroupCluster'), '/stateName'), 'DELETING');
  for (const id of ['getGroupCluster', 'getGroupClusterBackupSchedule', 'deleteGroupCluster']) {
    await assert.rejects(world.ask(id), refusal('CLUSTER_NOT_FOUND'));
  }
  await assert.rejects(world.ask('takeGroupClusterBackupSnapshots', { body: {} }), refusal('CLUSTER_NOT_FOUND'));
  await world.live([noon(3)], []);
  const taken = ['2026-03-28T12:00', '2026-03-29T12:00'];
  assert.deepEqual(await takenAt(world), taken);

  const again = { name: CLUSTER, mongodump: { directory: '/nowhere' } };
  const register = () => world.ask('registerCluster', { body: again, api: 'longshore' });
  await assert.rejects(register(), refusal('DUPLICATE_CLUSTER_NAME'));
  await assert.rejects(world.ask('deleteGroup'), refusal('CANNOT_CLOSE_GROUP_ACTIVE_BACKUP'));

  const snapshotId = textAt(await world.ask('listGroupClusterBackupSnapshots'), '/results/0/id');
  await world.ask('createGroupClusterBackupExport', { body: { snapshotId, exportBucketId } });
  await world.live([noon(3) + 1000], []);
  assert.deepEqual(await world.exports(), ['2026-03-30T12:00:00.000Z Successful']);

  // One snapshot expires, and a client deletes the other. The name and the project are free then.
  await world.live([noon(8) + 60_000], []);
  assert.deepEqual(await takenAt(world), taken.slice(1));
  await world.ask('deleteGroupClusterBackupSnapshot', { params: { snapshotId } });
  await register();
  await world.ask('deleteGroupCluster');
  await world.ask('deleteGroup');
});

test('a project without clusters can disable its compliance policy, and a new cluster fulfils one', async () => {
  await using world = await World.open(START);
  await world.prepare();
  await world.ask('deleteGroupCluster');
  const body = { ...REPRESENTATIVE, scheduledPolicyItems: [DAILY] };
  await world.ask('updateGroupBackupCompliancePolicy', { body });
  await world.ask('disableGroupBackupCompliancePolicy');
  assert.deepEqual(await world.ask('getGroupBackupCompliancePolicy'), {});
  await world.ask('updateGroupBackupCompliancePolicy', { body });
  const cluster = { name: CLUSTER, mongodump: { directory: '/nowhere' } };
  await world.ask('registerCluster', { body: cluster, api: 'longshore' });
  const [only, ...rest] = itemsOf(await world.ask('getGroupClusterBackupSchedule'));
  assert.deepEqual([only?.['frequencyType'], only?.['retentionValue'], rest], ['daily', 7, []]);
});

test('automatic exports follow their frequency, and a snapshot of a less frequent item counts for a more frequent one', async () => {
  await using world = await World.open(START);
  const exportBucketId = await world.prepare(
    schedule(DAILY, item('weekly', 7, 'weeks', 4), item('monthly', 40, 'months', 3)),
  );
  await world.patch({ autoExportEnabled: true, export: { exportBucketId, frequencyType: 'weekly' } });
  await world.live([1, 2, 3, 4, 5].map(noon), []);
  // Sunday the 29th, and the last day of the month.
  assert.deepEqual(await world.exports(), [
    '2026-03-29T12:00:00.000Z Successful',
    '2026-03-31T12:00:00.000Z Successful',
  ]);
});
