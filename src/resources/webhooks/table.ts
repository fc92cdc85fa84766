import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import {
  DELIVERY_STATES,
  TEST_EVENT,
  WEBHOOK_EVENT_TYPES,
  type Delivery,
  type DeliveryCounts,
  type DeliveryState,
  type Webhook,
} from './model.ts';

const readEventTypes = jsonTextReader(Type.Array(Type.Enum([...WEBHOOK_EVENT_TYPES])));
const readEventType = jsonReader(Type.Enum([...WEBHOOK_EVENT_TYPES, TEST_EVENT]));
const readState = jsonReader(Type.Enum([...DELIVERY_STATES]));

// Every function takes the database or a transaction of it.

export async function insertWebhook(database: Database, webhook: Webhook, sealedSecret: string): Promise<void> {
  await database
    .insertInto('webhooks')
    .values({
      id: webhook.id,
      group_id: webhook.groupId,
      name: webhook.name,
      url: webhook.url,
      event_types: JSON.stringify(webhook.eventTypes),
      sealed_secret: sealedSecret,
      created_at: webhook.createdAt,
    })
    .execute();
}

export async function countWebhooks(database: Database, groupId: Id): Promise<number> {
  const query = database.selectFrom('webhooks').select(({ fn }) => fn.countAll<number>().as('count'));
  return (await query.where('group_id', '=', groupId).executeTakeFirstOrThrow()).count;
}

export async function selectWebhook(
  database: Database,
  id: Id,
): Promise<{ readonly webhook: Webhook; readonly sealedSecret: string } | undefined> {
  const row = await database.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
  return row && { webhook: webhookOf(row), sealedSecret: row.sealed_secret };
}

/** Returns a page of the webhooks of a project, oldest first. */
export async function selectWebhooks(database: Database, groupId: Id, page: PageRequest): Promise<Page<Webhook>> {
  const query = ofGroup(database, groupId);
  return await selectPage(database, query, page, (rows) => rows.map(webhookOf));
}

export async function selectAllWebhooks(database: Database, groupId: Id): Promise<readonly Webhook[]> {
  return (await ofGroup(database, groupId).execute()).map(webhookOf);
}

function ofGroup(database: Database, groupId: Id) {
  return database.selectFrom('webhooks').selectAll().where('group_id', '=', groupId).orderBy('id');
}

/** Removes a webhook with its deliveries. */
export async function deleteWebhook(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('webhooks').where('id', '=', id).execute();
}

export async function insertDelivery(database: Database, delivery: Delivery): Promise<void> {
  await database
    .insertInto('webhook_deliveries')
    .values({
      id: delivery.id,
      webhook_id: delivery.webhookId,
      event_type: delivery.eventType,
      body: delivery.body,
      state: delivery.state,
      created_at: delivery.createdAt,
    })
    .execute();
}

export async function selectDelivery(database: Database, id: Id): Promise<Delivery | undefined> {
  const row = await database.selectFrom('webhook_deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  return row && deliveryOf(row);
}

/** Returns a page of the deliveries to a webhook, newest first. */
export async function selectDeliveries(database: Database, webhookId: Id, page: PageRequest): Promise<Page<Delivery>> {
  const query = database
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows) => rows.map(deliveryOf));
}

/** Returns what has come of the events for each of these webhooks. */
export async function countDeliveries(
  database: Database,
  webhookIds: readonly Id[],
): Promise<(webhookId: Id) => DeliveryCounts> {
  const query = database
    .selectFrom('webhook_deliveries')
    .select(({ fn }) => [
      'webhook_id',
      'state',
      fn.countAll<number>().as('count'),
      fn.min('created_at').as('since'),
      fn.max('finished_at').as('last'),
    ])
    .groupBy(['webhook_id', 'state']);
  const rows = webhookIds.length === 0 ? [] : await query.where('webhook_id', 'in', webhookIds).execute();
  return (webhookId) => {
    const of = (state: DeliveryState) => rows.find((row) => row.webhook_id === webhookId && row.state === state);
    const [queued, failed, delivered] = [of('queued'), of('failed'), of('delivered')];
    return {
      pending: queued?.count ?? 0,
      pendingSince: queued?.since,
      failed: failed?.count ?? 0,
      lastFailedAt: failed?.last ?? undefined,
      lastDeliveredAt: delivered?.last ?? undefined,
    };
  };
}

export async function setEnded(
  database: Database,
  id: Id,
  facts: Pick<Delivery, 'state' | 'reason'> & { readonly finishedAt: number },
): Promise<void> {
  await database
    .updateTable('webhook_deliveries')
    .set({
      state: facts.state,
      finished_at: facts.finishedAt,
      reason_code: facts.reason?.code ?? null,
      reason_message: facts.reason?.message ?? null,
    })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .execute();
}

/** Forgets ended deliveries to a webhook that were made before a time. */
export async function deleteEnded(database: Database, webhookId: Id, before: number): Promise<void> {
  await database
    .deleteFrom('webhook_deliveries')
    .where('webhook_id', '=', webhookId)
    .where('created_at', '<', before)
    .where('state', '!=', 'queued')
    .execute();
}

function webhookOf(row: Selectable<Schema['webhooks']>): Webhook {
  return {
    id: row.id,
    groupId: row.group_id,
    name: row.name,
    url: row.url,
    eventTypes: storedValue('webhooks.event_types', readEventTypes, row.event_types),
    createdAt: row.created_at,
  };
}

function deliveryOf(row: Selectable<Schema['webhook_deliveries']>): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventType: storedValue('webhook_deliveries.event_type', readEventType, row.event_type),
    body: row.body,
    state: storedValue('webhook_deliveries.state', readState, row.state),
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
    reason: row.reason_code === null ? undefined : { code: row.reason_code, message: row.reason_message ?? '' },
  };
}
