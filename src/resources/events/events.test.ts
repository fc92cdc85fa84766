import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { call, type Call } from '../../../test/support/api-request.ts';
import { callerWith } from '../../../test/support/control-plane.ts';
import { at, textAt, texts } from '../../../test/support/json.ts';
import type { ApiReply, Change } from '../../http/index.ts';
import type { Json } from '../../kernel/json.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { openSqlite, describeChange, type Metastore } from '../../metastore/index.ts';
import { createEvents, type Events } from './index.ts';
import { createJobHandlers } from './task.ts';

const ORG = 'a'.repeat(24);
const GROUP = 'b'.repeat(24);
const DAY_MS = 24 * 60 * 60_000;

describe('events', () => {
  let metastore: Metastore;
  let events: Events;
  let now: number;
  const clock = { now: () => now };
  const serverTime = { retentionTime: () => Promise.resolve(now) };

  beforeEach(async () => {
    now = Date.UTC(2026, 7, 10, 3, 3, 17);
    metastore = await openSqlite({ path: ':memory:' });
    events = createEvents({ database: metastore.database, clock, serverTime, logger: silentLogger });
  });
  afterEach(async () => {
    await metastore.close();
  });

  let rows = 0;
  async function change(more: Partial<Change> = {}): Promise<void> {
    const facts: Change = {
      eventTypeName: 'CLUSTER_CREATED',
      operationId: 'registerCluster',
      caller: callerWith(ORG, []),
      remoteAddress: '192.0.2.7',
      orgId: ORG,
      parameters: { groupId: GROUP },
      ...more,
    };
    await events.recordChange(facts, async () => {
      await metastore.database.transaction().execute(async (transaction) => {
        describeChange({ clusterName: 'Cluster0' });
        await transaction
          .insertInto('repositories')
          .values({ id: String(++rows) })
          .execute();
      });
    });
  }
  const ask = async (id: string, request: Call): Promise<ApiReply> =>
    await call(events.operations, id, { ...request, api: 'longshore' });
  const inGroup = { caller: callerWith(ORG, []), params: { groupId: GROUP } };
  const inOrganization = { caller: callerWith(ORG, []), params: { orgId: ORG } };
  const names = async (id: string, request: Call): Promise<unknown> => {
    const { results } = (await ask(id, request)).body as { results: Json[] };
    return texts(results, 'eventTypeName');
  };

  test('an event says who changed what, from where and when', async () => {
    await change();
    const { body } = await ask('listGroupEvents', inGroup);
    const event = at(body ?? null, '/results/0') ?? null;
    const id = textAt(event, '/id');
    assert.deepEqual(event, {
      apiKeyId: 'c'.repeat(24),
      clusterName: 'Cluster0',
      created: '2026-08-10T03:03:17Z',
      eventTypeName: 'CLUSTER_CREATED',
      groupId: GROUP,
      id,
      isGlobalAdmin: false,
      links: [{ href: `http://localhost:8080/api/longshore/v1/groups/${GROUP}/events/${id}`, rel: 'self' }],
      operationId: 'registerCluster',
      orgId: ORG,
      publicKey: 'somebody',
      remoteAddress: '192.0.2.7',
    });
    assert.deepEqual(Object.keys(event as object), Object.keys(event as object).toSorted());
    const one = await ask('getGroupEvent', { ...inGroup, params: { groupId: GROUP, eventId: id } });
    assert.deepEqual(one.body, event);
  });

  test('an organization has the events of its projects, and no other has them', async () => {
    await change();
    await change({ eventTypeName: 'ORG_UPDATED', parameters: {} });
    assert.deepEqual(await names('listOrganizationEvents', inOrganization), ['ORG_UPDATED', 'CLUSTER_CREATED']);
    assert.deepEqual(await names('listGroupEvents', inGroup), ['CLUSTER_CREATED']);
    const elsewhere = { ...inOrganization, params: { orgId: 'd'.repeat(24) } };
    assert.deepEqual(await names('listOrganizationEvents', elsewhere), []);
    await assert.rejects(ask('getOrganizationEvent', { ...elsewhere, params: { ...elsewhere.params, eventId: ORG } }), {
      code: 'EVENT_NOT_FOUND',
    });
  });

  test('lists are filtered by type and by time', async () => {
    await change();
    now += DAY_MS;
    await change({ eventTypeName: 'CLUSTER_DELETE_SUBMITTED' });
    const filtered = async (query: string) => await names('listGroupEvents', { ...inGroup, query });
    assert.deepEqual(await filtered('eventType=CLUSTER_CREATED'), ['CLUSTER_CREATED']);
    assert.deepEqual(await filtered('eventType=CLUSTER_CREATED&eventType=CLUSTER_DELETE_SUBMITTED'), [
      'CLUSTER_DELETE_SUBMITTED',
      'CLUSTER_CREATED',
    ]);
    assert.deepEqual(await filtered('minDate=2026-08-11T00:00:00Z'), ['CLUSTER_DELETE_SUBMITTED']);
    assert.deepEqual(await filtered('maxDate=2026-08-11T00:00:00'), ['CLUSTER_CREATED']);
    for (const query of ['minDate=yesterday', 'maxDate=2026-13-01', 'minDate=1']) {
      await assert.rejects(filtered(query), { code: 'INVALID_QUERY_PARAMETER' });
    }
  });

  test('an unknown address is left out', async () => {
    await change({ remoteAddress: undefined });
    const { body } = await ask('listGroupEvents', inGroup);
    assert.equal(at(body ?? null, '/results/0/remoteAddress'), undefined);
  });

  test('old events leave, and of too many the oldest', async () => {
    const { 'expire-events': task } = createJobHandlers({
      database: metastore.database,
      serverTime,
      logger: silentLogger,
      maxEvents: 2,
    });
    const expire = async () =>
      await task?.run({
        payload: {},
        attempt: 1,
        signal: new AbortController().signal,
        fence: () => Promise.resolve(),
        report: () => undefined,
      });
    for (const eventTypeName of ['FIRST', 'SECOND', 'THIRD'] as const) {
      await change({ eventTypeName });
      now += 1000;
    }
    await expire();
    assert.deepEqual(await names('listGroupEvents', inGroup), ['THIRD', 'SECOND']);
    now += 366 * DAY_MS;
    await change({ eventTypeName: 'FOURTH' });
    await expire();
    assert.deepEqual(await names('listGroupEvents', inGroup), ['FOURTH']);
  });
});
