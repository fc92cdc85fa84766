import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { call as callOperation, type Call } from '../../../test/support/api-request.ts';
import { CLUSTER_FACTS as CLUSTER, EXPORT_FACTS as EXPORT } from '../../../test/support/facts.ts';
import { recordingQueue } from '../../../test/support/recording-queue.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { CALLER, GROUP_ID, seededMetastore, START_MS } from '../../../test/support/seeded-metastore.ts';
import { AppError, isTransient } from '../../kernel/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { createSealer, SEALING_KEY_BYTES } from '../../kernel/sealing.ts';
import { createWebhooks, type WebhookRequest, type WebhooksDependencies } from './index.ts';
import { DELIVERY_RETRIES } from './retries.ts';

const HOUR_MS = 60 * 60_000;
const URL_TEXT = 'https://hooks.example.com/longshore';
async function scope() {
  const metastore = await seededMetastore();
  const { database } = metastore;
  const clock = { ms: START_MS, now: () => clock.ms };
  const { queue, queued, waiting } = recordingQueue();
  const hooks: {
    export?: Parameters<WebhooksDependencies['exportJobs']['onEnd']>[0];
    overdue?: Parameters<WebhooksDependencies['schedules']['onOverdue']>[0];
    failure?: Parameters<WebhooksDependencies['snapshots']['onFailure']>[0];
    drill?: Parameters<WebhooksDependencies['drills']['onEnd']>[0];
  } = {};
  const sent: WebhookRequest[] = [];
  const state: { answer: () => Promise<void> } = { answer: () => Promise.resolve() };
  const webhooks = createWebhooks({
    ...{ database, clock, queue },
    sealer: createSealer(new Uint8Array(SEALING_KEY_BYTES).fill(7)),
    clusters: { requireClusterById: () => Promise.resolve(CLUSTER) },
    snapshots: { onFailure: (hook) => void (hooks.failure = hook) },
    exportJobs: { onEnd: (hook) => void (hooks.export = hook) },
    schedules: { onOverdue: (hook) => void (hooks.overdue = hook) },
    drills: { onEnd: (hook) => void (hooks.drill = hook) },
    refusalOfUrl: (url) => (url.host === 'inside.example' ? 'its host is inside' : undefined),
    send: async (request) => {
      sent.push(request);
      await state.answer();
    },
  });
  const call = async (id: string, { params, ...request }: Partial<Call> = {}): Promise<JsonObject> => {
    const { body } = await callOperation(webhooks.operations, id, {
      ...{ caller: CALLER, api: 'longshore' },
      ...request,
      params: { groupId: GROUP_ID, ...params },
    });
    return isJsonObject(body) ? body : { body: body ?? null };
  };
  const create = async (body: JsonObject = {}): Promise<JsonObject> =>
    await call('createWebhook', { body: { name: 'ops', url: URL_TEXT, ...body } });
  /** Runs the oldest job as a worker does, or as it does at the last attempt, after which it is given up. */
  const runJob = async ({ isLast = false } = {}): Promise<void> => {
    const job = queued.shift();
    assert.ok(job);
    const handler = webhooks.jobHandlers[job.kind];
    assert.ok(handler);
    const context = {
      ...{ payload: job.payload, attempt: 1, signal: new AbortController().signal },
      ...{ fence: () => Promise.resolve(), report: () => undefined },
    };
    await handler.run(context).catch(async (thrown: unknown) => {
      if (isTransient(thrown) && !isLast) queued.push(job);
      else await database.transaction().execute((transaction) => handler.failed(transaction, job.payload, thrown));
    });
  };
  const within = database.transaction();
  return {
    ...{ database, clock, hooks, sent, state, queued, waiting, call, create, runJob, within },
    giveUp: () => runJob({ isLast: true }),
    [Symbol.asyncDispose]: () => metastore.close(),
  };
}

function text(value: Json | undefined): string {
  assert.ok(typeof value === 'string');
  return value;
}

test('a webhook is made with a secret that is shown once and stored encrypted', async () => {
  await using place = await scope();
  const created = await place.create();
  assert.match(text(created['secret']), /^whsec_[A-Za-z0-9+/]{43}=$/);
  const shown = await place.call('getWebhook', { params: { webhookId: text(created['id']) } });
  assert.deepEqual(shown, {
    failedDeliveries: 0,
    pendingDeliveries: 0,
    createdAt: '2026-08-10T03:19:34Z',
    eventTypes: [
      'export.successful',
      'export.failed',
      'export.cancelled',
      'export.overdue',
      'snapshot.failed',
      'drill.ended',
    ],
    id: created['id'],
    name: 'ops',
    url: URL_TEXT,
  });
  const list = JSON.stringify(await place.call('listWebhooks'));
  assert.ok(list.includes(URL_TEXT) && !list.includes('whsec_'));
  const row = await place.database.selectFrom('webhooks').selectAll().executeTakeFirstOrThrow();
  assert.doesNotMatch(JSON.stringify(row), /whsec_/);
});

test('URLs are hostile until they are parsed, and names are taken once', async () => {
  await using place = await scope();
  for (const url of [
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'https://user:password@hooks.example.com/',
    'https://hooks.example.com/#part',
    '/hook',
    'https://',
    `https://hooks.example.com/${'a'.repeat(2000)}`,
    'https://inside.example/',
  ]) {
    assert.match(await refusal(place.create({ url })), /^400 WEBHOOK_URL_INVALID /, url);
  }
  assert.equal(await count(place), 0);
  await place.create();
  assert.match(await refusal(place.create()), /^409 WEBHOOK_ALREADY_EXISTS /);
  for (let number = 1; number < 20; number++) await place.create({ name: `ops-${number}` });
  assert.match(await refusal(place.create({ name: 'one-more' })), /^400 TOO_MANY_WEBHOOKS /);
  await assert.rejects(place.create({ name: 'two words' }));
  await assert.rejects(place.create({ name: 'no-events', eventTypes: [] }));
  await assert.rejects(place.create({ name: 'no-such', eventTypes: ['export.begun'] }));
});

async function count({ database }: Awaited<ReturnType<typeof scope>>): Promise<number> {
  return (await database.selectFrom('webhooks').select('id').execute()).length;
}

test('a webhook of another project is not found', async () => {
  await using place = await scope();
  const webhookId = text((await place.create())['id']);
  for (const id of ['getWebhook', 'deleteWebhook', 'testWebhook', 'listWebhookDeliveries']) {
    const elsewhere = { params: { webhookId, groupId: 'f0123456789abcdef012345f' } };
    assert.match(await refusal(place.call(id, elsewhere)), /^404 WEBHOOK_NOT_FOUND /, id);
  }
});

test('an event goes to the webhooks that want it, signed, with one id and one body in every attempt', async () => {
  await using place = await scope();
  const { hooks, within, sent, state, queued, clock, runJob } = place;
  const created = await place.create({ eventTypes: ['export.successful'] });
  await place.create({ name: 'other', eventTypes: ['snapshot.failed'] });
  await within.execute(async (transaction) => hooks.export?.(transaction, EXPORT));
  assert.equal(queued.length, 1);
  let answers = 0;
  state.answer = () => {
    if (++answers > 2) return Promise.resolve();
    return Promise.reject(new AppError({ code: 'WEBHOOK_REFUSED', message: 'it answered 500', transient: true }));
  };
  for (let attempt = 1; attempt <= 3; attempt++) {
    clock.ms += 60_000;
    await runJob();
  }
  assert.deepEqual(queued, []);
  assert.equal(sent.length, 3);
  const [first] = sent;
  assert.ok(first);
  assert.deepEqual(JSON.parse(first.body), {
    type: 'export.successful',
    timestamp: '2026-08-10T03:19:34Z',
    data: {
      groupId: GROUP_ID,
      clusterName: 'shop',
      exportId: EXPORT.id,
      snapshotId: EXPORT.snapshotId,
      exportBucketId: EXPORT.exportBucketId,
      prefix: EXPORT.prefix,
      state: 'Successful',
      createdAt: '2026-08-10T03:19:34Z',
      finishedAt: '2026-08-10T03:19:35Z',
      progress: { documents: 3, totalDocuments: 3, bytes: 9, totalBytes: 9, objects: 1, objectBytes: 5 },
    },
  });
  assert.equal(new Set(sent.map(({ body, headers }) => `${headers['webhook-id'] ?? ''} ${body}`)).size, 1);
  assert.equal(new Set(sent.map(({ headers }) => headers['webhook-timestamp'])).size, 3);
  const key = Buffer.from(text(created['secret']).slice('whsec_'.length), 'base64');
  for (const { url, headers, body } of sent) {
    assert.equal(url, URL_TEXT);
    const signed = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${body}`;
    assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  }
  const deliveries = await place.call('listWebhookDeliveries', { params: { webhookId: text(created['id']) } });
  assert.match(JSON.stringify(deliveries), /"eventType":"export\.successful".*"state":"delivered"/);
});

test('failures, cancellations, overdue exports, failed snapshots and ended drills are told', async () => {
  await using place = await scope();
  const { hooks, within, sent, runJob } = place;
  await place.create();
  const reason = { code: 'OBJECT_STORE_GONE', message: 'The bucket is gone.' };
  await within.execute(async (transaction) => {
    await hooks.export?.(transaction, { ...EXPORT, state: 'Failed', reason });
    await hooks.export?.(transaction, { ...EXPORT, state: 'Cancelled', reason });
    await hooks.export?.(transaction, { ...EXPORT, state: 'InProgress' });
    await hooks.overdue?.(transaction, { cluster: CLUSTER, dueAt: START_MS, last: EXPORT });
    await hooks.overdue?.(transaction, { cluster: CLUSTER, dueAt: START_MS, last: undefined });
  });
  for (let number = 0; number < 4; number++) await runJob();
  assert.deepEqual(place.queued, []);
  const bodies = sent.map(({ body }) => body);
  assert.match(
    bodies[0] ?? '',
    /"type":"export\.failed".*"errorCode":"OBJECT_STORE_GONE","message":"The bucket is gone\."/,
  );
  assert.match(bodies[1] ?? '', /"type":"export\.cancelled"/);
  assert.match(bodies[2] ?? '', /"type":"export\.overdue".*"dueAt":"2026-08-10T03:19:34Z","lastSuccessfulExportId"/);
  assert.match(bodies[3] ?? '', /"clusterName":"shop","dueAt":"2026-08-10T03:19:34Z"\}/);
});

test('a test event goes to its webhook whatever it wants, and a refusal for good says why', async () => {
  await using place = await scope();
  const { state, sent, runJob } = place;
  const webhookId = text((await place.create({ eventTypes: ['export.overdue'] }))['id']);
  const { id, eventType } = await place.call('testWebhook', { params: { webhookId } });
  assert.equal(eventType, 'webhook.test');
  state.answer = () => Promise.reject(new AppError({ code: 'WEBHOOK_GONE', message: 'it answered 410', hint: 'Ask.' }));
  await runJob();
  assert.equal(sent.length, 1);
  const delivery = await place.call('getWebhookDelivery', { params: { webhookId, deliveryId: text(id) } });
  assert.deepEqual(
    [delivery['state'], delivery['errorCode'], delivery['message']],
    ['failed', 'WEBHOOK_GONE', 'it answered 410. Ask.'],
  );
});

test('nothing is sent to a deleted webhook, and old deliveries are forgotten', async () => {
  await using place = await scope();
  const { sent, runJob, clock, database } = place;
  const webhookId = text((await place.create())['id']);
  await place.call('testWebhook', { params: { webhookId } });
  await runJob();
  clock.ms += 31 * 24 * 60 * 60_000;
  await place.call('testWebhook', { params: { webhookId } });
  assert.equal((await database.selectFrom('webhook_deliveries').select('id').execute()).length, 1);
  await place.call('deleteWebhook', { params: { webhookId } });
  await runJob();
  assert.equal(sent.length, 1);
  assert.deepEqual(await database.selectFrom('webhook_deliveries').selectAll().execute(), []);
});

test('a receiver may be down for three days', () => {
  const { maxFailures } = DELIVERY_RETRIES;
  const pauseAfter = (failures: number): number => DELIVERY_RETRIES.pauseAfter(failures);
  let sum = 0;
  let last = 0;
  for (let failures = 1; failures < maxFailures; failures++) {
    const pause = pauseAfter(failures);
    assert.ok(pause > last, `pause ${failures}`);
    [sum, last] = [sum + pause, pause];
  }
  assert.ok(sum > 72 * HOUR_MS && sum < 96 * HOUR_MS, String(sum));
  assert.ok(Number.isFinite(pauseAfter(maxFailures)));
});

test('deliveries that fail together are not tried again together', () => {
  const { longestPauseMs } = DELIVERY_RETRIES;
  const pauses = Array.from({ length: 50 }, () => DELIVERY_RETRIES.pauseAfter(4));
  assert.ok(new Set(pauses).size > 10);
  for (const pause of pauses) assert.ok(pause >= 300_000 && pause <= 330_000, String(pause));
  for (let failures = 1; failures < 30; failures++) assert.ok(DELIVERY_RETRIES.pauseAfter(failures) <= longestPauseMs);
});

test('a webhook says how many events wait and were given up, and a delivery that it was given up', async () => {
  await using place = await scope();
  const { state, queued, clock, within, call, runJob, giveUp } = place;
  const webhookId = text((await place.create())['id']);
  const params = { webhookId };
  const counts = async () => {
    const { pendingDeliveries, pendingSince, failedDeliveries, lastFailedAt, lastDeliveredAt } = await call(
      'getWebhook',
      { params },
    );
    return [pendingDeliveries, pendingSince, failedDeliveries, lastFailedAt, lastDeliveredAt];
  };
  await within.execute(async (transaction) => place.hooks.export?.(transaction, EXPORT));
  clock.ms += HOUR_MS;
  await call('testWebhook', { params });
  state.answer = () => Promise.reject(new AppError({ code: 'REFUSED', message: 'it answered 500', transient: true }));
  await runJob();
  assert.deepEqual(await counts(), [2, '2026-08-10T03:19:34Z', 0, undefined, undefined]);
  await giveUp();
  assert.deepEqual(await counts(), [1, '2026-08-10T03:19:34Z', 1, '2026-08-10T04:19:34Z', undefined]);
  const [newest] = (await call('listWebhookDeliveries', { params }))['results'] as JsonObject[];
  assert.deepEqual(
    [newest?.['state'], newest?.['message']],
    ['failed', 'it answered 500. It was given up after 12 attempts in more than three days.'],
  );
  clock.ms += HOUR_MS;
  state.answer = () => Promise.resolve();
  await runJob();
  assert.deepEqual(queued, []);
  assert.deepEqual(await counts(), [0, undefined, 1, '2026-08-10T04:19:34Z', '2026-08-10T05:19:34Z']);
  await place.create({ name: 'another' });
  const list = JSON.stringify(await call('listWebhooks'));
  assert.match(list, /"failedDeliveries":1.*"name":"another","url":"[^"]*","failedDeliveries":0/);
});
