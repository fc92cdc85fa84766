import { Type, type Static } from 'typebox';
import { IdSchema, TimeSchema } from '../../http/index.ts';
import { encodeWaiting, waitingProperties } from '../../jobs/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { DELIVERY_STATES, TEST_EVENT, WEBHOOK_EVENT_TYPES, type CountedWebhook, type Webhook } from './model.ts';
import type { NewWebhook, ShownDelivery } from './service.ts';

/** The body of POST. */
export const WebhookBody = Type.Object({
  name: Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$' }),
  url: Type.String({ maxLength: 4000 }),
  /** Absent: all of them, and those of later versions are not added. */
  eventTypes: Type.Optional(Type.Array(Type.Enum([...WEBHOOK_EVENT_TYPES]), { minItems: 1 })),
});

const webhook = {
  createdAt: TimeSchema,
  eventTypes: Type.Array(Type.Enum([...WEBHOOK_EVENT_TYPES])),
  id: IdSchema,
  name: Type.String(),
  url: Type.String(),
};

export const CountedWebhookSchema = Type.Object(
  {
    ...webhook,
    failedDeliveries: Type.Integer(),
    lastDeliveredAt: Type.Optional(TimeSchema),
    lastFailedAt: Type.Optional(TimeSchema),
    pendingDeliveries: Type.Integer(),
    pendingSince: Type.Optional(TimeSchema),
  },
  { $id: 'Webhook' },
);

/** The answer that creates a webhook, the only one with its secret. */
export const CreatedWebhookSchema = Type.Object({ ...webhook, secret: Type.String() }, { $id: 'CreatedWebhook' });

export const DeliverySchema = Type.Object(
  {
    createdAt: TimeSchema,
    errorCode: Type.Optional(Type.String()),
    eventType: Type.Enum([...WEBHOOK_EVENT_TYPES, TEST_EVENT]),
    finishedAt: Type.Optional(TimeSchema),
    id: IdSchema,
    message: Type.Optional(Type.String()),
    state: Type.Enum([...DELIVERY_STATES]),
    ...waitingProperties,
  },
  { $id: 'WebhookDelivery' },
);

export function decodeWebhook({ name, url, eventTypes }: Static<typeof WebhookBody>): NewWebhook {
  const wanted = new Set(eventTypes ?? WEBHOOK_EVENT_TYPES);
  return { name, url, eventTypes: WEBHOOK_EVENT_TYPES.filter((type) => wanted.has(type)) };
}

export function encodeWebhook({ createdAt, eventTypes, id, name, url }: Webhook): JsonObject {
  return { createdAt: atlasTime(createdAt), eventTypes: [...eventTypes], id, name, url };
}

export function encodeCountedWebhook({ deliveries, ...webhook }: CountedWebhook): JsonObject {
  const { pending, pendingSince, failed, lastFailedAt, lastDeliveredAt } = deliveries;
  return {
    ...encodeWebhook(webhook),
    failedDeliveries: failed,
    ...(lastDeliveredAt !== undefined && { lastDeliveredAt: atlasTime(lastDeliveredAt) }),
    ...(lastFailedAt !== undefined && { lastFailedAt: atlasTime(lastFailedAt) }),
    pendingDeliveries: pending,
    ...(pendingSince !== undefined && { pendingSince: atlasTime(pendingSince) }),
  };
}

export function encodeDelivery(delivery: ShownDelivery): JsonObject {
  const { createdAt, eventType, finishedAt, id, reason, state, waiting } = delivery;
  return {
    createdAt: atlasTime(createdAt),
    ...(reason && { errorCode: reason.code }),
    eventType,
    ...(finishedAt !== undefined && { finishedAt: atlasTime(finishedAt) }),
    id,
    ...(reason && { message: reason.message }),
    state,
    ...encodeWaiting(waiting),
  };
}
