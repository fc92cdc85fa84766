import type { JobQueue, WaitingJob } from '../../jobs/index.ts';
import { atlasTime, type Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import { describeChange, isUniqueViolation, type Database, type Transaction } from '../../metastore/index.ts';
import { deliveryNotFound, tooManyWebhooks, webhookNameTaken, webhookNotFound, webhookUrlInvalid } from './errors.ts';
import {
  TEST_EVENT,
  type CountedWebhook,
  type Delivery,
  type Webhook,
  type WebhookEvent,
  type WebhookEventType,
} from './model.ts';
import { newSecret } from './signature.ts';
import * as table from './table.ts';
import { parseWebhookUrl } from './url.ts';

export const DELIVER_WEBHOOK = 'deliver-webhook';

/** Each event of a project is sent to each of its webhooks. */
const MAX_WEBHOOKS = 20;
/** How long an ended delivery is shown. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly queue: JobQueue;
  /** Why the operator does not let webhooks be sent to this URL; undefined if they may be. */
  readonly refusalOfUrl: (url: URL) => string | undefined;
}

export interface NewWebhook {
  readonly name: string;
  readonly url: string;
  readonly eventTypes: readonly WebhookEventType[];
}

/** A webhook whose secret is shown this once. */
export interface CreatedWebhook extends Webhook {
  readonly secret: string;
}

/** A delivery, and why its last attempt failed. */
export interface ShownDelivery extends Delivery {
  readonly waiting: WaitingJob | undefined;
}

export type WebhookService = ReturnType<typeof createService>;

/** What the secret of a webhook is sealed for. */
export function purposeOf(id: Id): string {
  return `secret of webhook ${id}`;
}

export function createService(deps: ServiceDependencies) {
  const { database, clock, sealer, queue, refusalOfUrl } = deps;

  /** @throws ApiError `WEBHOOK_NOT_FOUND` */
  async function find(groupId: Id, id: Id, within: Database = database): Promise<Webhook> {
    const found = await table.selectWebhook(within, id);
    if (found?.webhook.groupId !== groupId) throw webhookNotFound(id, groupId);
    return found.webhook;
  }

  async function enqueue(
    transaction: Transaction,
    { id: webhookId }: Webhook,
    eventType: Delivery['eventType'],
    data: JsonObject,
  ): Promise<Delivery> {
    const now = clock.now();
    const delivery: Delivery = {
      id: newId(now),
      webhookId,
      eventType,
      body: JSON.stringify({ type: eventType, timestamp: atlasTime(now), data }),
      state: 'queued',
      createdAt: now,
      finishedAt: undefined,
      reason: undefined,
    };
    await table.deleteEnded(transaction, webhookId, now - KEPT_MS);
    await table.insertDelivery(transaction, delivery);
    await queue.enqueue(transaction, DELIVER_WEBHOOK, { deliveryId: delivery.id });
    return delivery;
  }

  async function waitsOf(deliveries: readonly Delivery[]): Promise<readonly (WaitingJob | undefined)[]> {
    return await queue.waiting(
      DELIVER_WEBHOOK,
      deliveries.map(({ id: deliveryId }) => ({ deliveryId })),
    );
  }

  return {
    /** @throws ApiError `WEBHOOK_NOT_FOUND` */
    show: async (groupId: Id, id: Id): Promise<CountedWebhook> => {
      const webhook = await find(groupId, id);
      return { ...webhook, deliveries: (await table.countDeliveries(database, [id]))(id) };
    },

    /** @throws ApiError `WEBHOOK_URL_INVALID`, `WEBHOOK_ALREADY_EXISTS`, `TOO_MANY_WEBHOOKS` */
    create: async (groupId: Id, { name, url: text, eventTypes }: NewWebhook): Promise<CreatedWebhook> => {
      const url = parseWebhookUrl(text);
      const refusal = refusalOfUrl(url);
      if (refusal !== undefined) throw webhookUrlInvalid(refusal);
      const now = clock.now();
      const webhook = { id: newId(now), groupId, name, url: url.href, eventTypes, createdAt: now };
      const secret = newSecret();
      try {
        await database.transaction().execute(async (transaction) => {
          if ((await table.countWebhooks(transaction, groupId)) >= MAX_WEBHOOKS)
            throw tooManyWebhooks(String(MAX_WEBHOOKS));
          await table.insertWebhook(transaction, webhook, sealer.seal(secret, purposeOf(webhook.id)));
          describeChange({ webhookId: webhook.id });
        });
      } catch (thrown) {
        throw isUniqueViolation(thrown) ? webhookNameTaken(name) : thrown;
      }
      return { ...webhook, secret };
    },

    list: async (groupId: Id, request: PageRequest): Promise<Page<CountedWebhook>> => {
      const page = await table.selectWebhooks(database, groupId, request);
      const countsOf = await table.countDeliveries(
        database,
        page.results.map(({ id }) => id),
      );
      return mapPage(page, (webhook) => ({ ...webhook, deliveries: countsOf(webhook.id) }));
    },

    remove: async (groupId: Id, id: Id): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        await find(groupId, id, transaction);
        // The jobs of its deliveries find nothing, and end.
        await table.deleteWebhook(transaction, id);
      });
    },

    /** Sends a test event to a webhook. */
    test: async (groupId: Id, id: Id): Promise<ShownDelivery> => {
      const delivery = await database.transaction().execute(async (transaction) => {
        const webhook = await find(groupId, id, transaction);
        return await enqueue(transaction, webhook, TEST_EVENT, { groupId, webhookName: webhook.name });
      });
      return { ...delivery, waiting: undefined };
    },

    listDeliveries: async (groupId: Id, id: Id, request: PageRequest): Promise<Page<ShownDelivery>> => {
      await find(groupId, id);
      const page = await table.selectDeliveries(database, id, request);
      const waits = await waitsOf(page.results);
      return { ...page, results: page.results.map((delivery, index) => ({ ...delivery, waiting: waits[index] })) };
    },

    /** @throws ApiError `WEBHOOK_NOT_FOUND`, `WEBHOOK_DELIVERY_NOT_FOUND` */
    findDelivery: async (groupId: Id, id: Id, deliveryId: Id): Promise<ShownDelivery> => {
      await find(groupId, id);
      const delivery = await table.selectDelivery(database, deliveryId);
      if (delivery?.webhookId !== id) throw deliveryNotFound(deliveryId, id);
      const [waiting] = await waitsOf([delivery]);
      return { ...delivery, waiting };
    },

    /** Sends an event to the webhooks of its project that want it, from the transaction in which it happens. */
    publish: async (transaction: Transaction, { groupId, type, data }: WebhookEvent): Promise<void> => {
      for (const webhook of await table.selectAllWebhooks(transaction, groupId)) {
        if (webhook.eventTypes.includes(type)) await enqueue(transaction, webhook, type, { groupId, ...data });
      }
    },
  };
}
