import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLUSTER_FACTS as CLUSTER } from '../../../test/support/facts.ts';
import { GROUP_ID, insertCluster, seededMetastore, START_MS } from '../../../test/support/seeded-metastore.ts';
import { readFigures } from './figures.ts';
import { createMetrics } from './metrics.ts';

test('a cluster whose schedule promises exports says for how long one is overdue, and others say nothing', async () => {
  await using metastore = await scope();
  const { database, text } = metastore;
  assert.doesNotMatch(await text(), /longshore_export_overdue_seconds\{/);
  const promise = { cluster_id: CLUSTER.id, timetable: '[]', promised_since: START_MS, overdue_since: null };
  await database.insertInto('export_promises').values(promise).execute();
  const labels = `group_id="${GROUP_ID}",cluster="${CLUSTER.name}"`;
  assert.ok((await text()).includes(`longshore_export_overdue_seconds{${labels}} 0\n`));
  await database
    .updateTable('export_promises')
    .set({ overdue_since: START_MS - 90_000 })
    .execute();
  assert.ok((await text()).includes(`longshore_export_overdue_seconds{${labels}} 90\n`));
});

test('a clock that is ahead of the time that has passed shows', async () => {
  await using metastore = await scope();
  assert.match(await metastore.text(), /^longshore_clock_difference_seconds 0$/m);
  metastore.state.clockDifferenceMs = 90_000_000;
  assert.match(await metastore.text(), /^longshore_clock_difference_seconds 90000$/m);
});

async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  await insertCluster(database, CLUSTER);
  const state = { clockDifferenceMs: 0 };
  const metrics = await createMetrics({
    clock: { now: () => START_MS },
    readFigures: () => readFigures(database),
    clockDifferenceMs: () => Promise.resolve(state.clockDifferenceMs),
  });
  return { database, state, text: () => metrics.text(), [Symbol.asyncDispose]: () => metastore.close() };
}
