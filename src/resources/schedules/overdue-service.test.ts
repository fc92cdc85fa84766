import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLUSTER_FACTS, EXPORT_FACTS } from '../../../test/support/facts.ts';
import { GROUP_ID, insertCluster, seededMetastore } from '../../../test/support/seeded-metastore.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { ExportJob } from '../export-jobs/index.ts';
import type { Schedule } from './model.ts';
import { createOverdueService } from './overdue-service.ts';
import { insertSchedule, updateSchedule } from './table.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 7, 10);

const SCHEDULE: Schedule = {
  clusterId: CLUSTER_FACTS.id,
  groupId: GROUP_ID,
  policyId: 'a'.repeat(24),
  items: [
    { id: 'b'.repeat(24), frequencyType: 'hourly', frequencyInterval: 6, retention: { value: 2, unit: 'DAYS' } },
    { id: 'c'.repeat(24), frequencyType: 'daily', frequencyInterval: 1, retention: { value: 7, unit: 'DAYS' } },
  ],
  referenceHourOfDay: 2,
  referenceMinuteOfHour: 0,
  restoreWindowDays: 2,
  autoExportEnabled: true,
  export: { exportBucketId: 'd'.repeat(24), frequencyType: 'daily' },
  useOrgAndGroupNamesInExportPrefix: false,
  copySettings: [],
  copyPolicyItemsEnabled: false,
  autoCopySettingsEnabled: undefined,
  extraRetention: [],
  settledUntil: START,
};

async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER_FACTS);
  await insertSchedule(database, SCHEDULE);
  const clock = { ms: START, now: () => clock.ms };
  const state: { last: ExportJob | undefined; requestedAt: number | undefined } = {
    last: undefined,
    requestedAt: undefined,
  };
  const overdue = createOverdueService({
    ...{ database, clock, logger: silentLogger },
    clusters: {
      requireClusterById: () => Promise.resolve(CLUSTER_FACTS),
      listOfProjects: ([groupId]) => Promise.resolve(groupId === GROUP_ID ? [CLUSTER_FACTS] : []),
    },
    snapshots: { requestedAt: () => Promise.resolve(state.requestedAt) },
    exportJobs: { newestSuccessful: () => Promise.resolve(state.last) },
  });
  const told: number[] = [];
  overdue.hooks.push((_transaction, { dueAt }) => {
    told.push(dueAt);
    return Promise.resolve();
  });
  let transactions = 0;
  const fence = (): Promise<void> => {
    transactions++;
    return Promise.resolve();
  };
  const look = async (ms: number): Promise<readonly number[]> => {
    clock.ms = ms;
    await overdue.look({ fence, signal: new AbortController().signal });
    return told.splice(0);
  };
  const list = async (groupId = GROUP_ID): Promise<readonly number[]> =>
    (await overdue.list(groupId)).map(({ dueAt }) => dueAt);
  return {
    database,
    state,
    look,
    list,
    transactions: () => transactions,
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

const exported = (createdAt: number): ExportJob => ({ ...EXPORT_FACTS, createdAt, finishedAt: createdAt + 60_000 });

test('an overdue export is told once, until an export succeeds', async () => {
  await using place = await scope();
  const { state, look } = place;
  assert.deepEqual(await look(START), []);
  const due = START + 2 * HOUR;
  assert.deepEqual(await look(due + DAY), []);
  assert.deepEqual(await look(due + DAY + 1), [due]);
  assert.deepEqual(await look(due + 9 * DAY), []);
  state.last = exported(due + 9 * DAY + 60_000);
  assert.deepEqual(await look(due + 9 * DAY + 2 * HOUR), []);
  assert.deepEqual(await look(due + 10 * DAY + HOUR + 1), [due + 10 * DAY]);
});

test('what is overdue is listed until an export succeeds, or the schedule promises something else', async () => {
  await using place = await scope();
  const { database, state, look, list } = place;
  await look(START);
  const due = START + 2 * HOUR;
  await look(due + DAY);
  assert.deepEqual(await list(), []);
  await look(due + DAY + 1);
  assert.deepEqual(await list(), [due]);
  assert.deepEqual(await list('f'.repeat(24)), [], 'another project');
  state.last = exported(due + DAY);
  assert.deepEqual(await list(), [], 'before the next look');
  state.last = undefined;
  await updateSchedule(database, { ...SCHEDULE, referenceHourOfDay: 3 });
  assert.deepEqual(await list(), [], 'another timetable');
});

test('the snapshot of an export covers the moments before it, and not those during its export', async () => {
  await using place = await scope();
  const { state, look } = place;
  await look(START);
  const due = START + 2 * HOUR;
  state.requestedAt = due;
  state.last = exported(due + DAY + HOUR);
  assert.deepEqual(await look(due + DAY + 2 * HOUR), []);
  assert.deepEqual(await look(due + 2 * DAY + HOUR), [due + DAY]);
});

test('a changed schedule is a new promise, and one without exports promises nothing', async () => {
  await using place = await scope();
  const { database, look } = place;
  await look(START);
  await updateSchedule(database, { ...SCHEDULE, referenceHourOfDay: 3 });
  const changed = START + 30 * HOUR;
  assert.deepEqual(await look(changed), []);
  assert.deepEqual(await look(START + 51 * HOUR), []);
  const longer = SCHEDULE.items.map((item) => ({ ...item, retention: { value: 9, unit: 'DAYS' as const } }));
  await updateSchedule(database, { ...SCHEDULE, items: longer, referenceHourOfDay: 3 });
  assert.deepEqual(await look(START + 75 * HOUR + 1), [START + 51 * HOUR]);
  await updateSchedule(database, { ...SCHEDULE, autoExportEnabled: false });
  assert.deepEqual(await look(START + 90 * DAY), []);
  assert.deepEqual(await database.selectFrom('export_promises').selectAll().execute(), []);
});

test('a schedule that promises nothing needs no transaction, once its promise is gone', async () => {
  await using place = await scope();
  const { database, look, transactions } = place;
  await look(START);
  await updateSchedule(database, { ...SCHEDULE, autoExportEnabled: false });
  await look(START + HOUR);
  assert.equal(transactions(), 2);
  await look(START + 2 * HOUR);
  assert.equal(transactions(), 2);
});
