import { Type } from 'typebox';
import { jsonReader } from '../kernel/json-reader.ts';
import { Failure, Waiting } from './documents.ts';

const Webhook = Type.Object({
  id: Type.String(),
  name: Type.String(),
  url: Type.String(),
  eventTypes: Type.Array(Type.String()),
  createdAt: Type.String(),
});

/** A webhook, and what has come of its events in the last 30 days. */
export const readWebhook = jsonReader(
  Type.Object({
    ...Webhook.properties,
    pendingDeliveries: Type.Integer(),
    pendingSince: Type.Optional(Type.String()),
    failedDeliveries: Type.Integer(),
    lastFailedAt: Type.Optional(Type.String()),
    lastDeliveredAt: Type.Optional(Type.String()),
  }),
);
export type Webhook = ReturnType<typeof readWebhook>;

/** The answer that creates a webhook, the only one with its secret. */
export const readCreatedWebhook = jsonReader(Type.Object({ ...Webhook.properties, secret: Type.String() }));

export const readDelivery = jsonReader(
  Type.Object({
    id: Type.String(),
    eventType: Type.String(),
    state: Type.String(),
    createdAt: Type.String(),
    finishedAt: Type.Optional(Type.String()),
    errorCode: Type.Optional(Type.String()),
    message: Type.Optional(Type.String()),
    waiting: Type.Optional(Waiting),
    lastFailure: Type.Optional(Failure),
  }),
);
export type Delivery = ReturnType<typeof readDelivery>;
