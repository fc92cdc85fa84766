import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** What a webhook can be told of. */
export const WEBHOOK_EVENT_TYPES = [
  'export.successful',
  'export.failed',
  'export.cancelled',
  'export.overdue',
  'snapshot.failed',
  'drill.ended',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The event of a test, which every webhook gets on request. */
export const TEST_EVENT = 'webhook.test';

/** A receiver of the events of a project. Its secret is not here, because it is shown once. Times are milliseconds since the Unix epoch. */
export interface Webhook {
  readonly id: Id;
  readonly groupId: Id;
  readonly name: string;
  readonly url: string;
  readonly eventTypes: readonly WebhookEventType[];
  readonly createdAt: number;
}

/** What has come of the events for a webhook, as far as they are kept. Times are milliseconds since the Unix epoch. */
export interface DeliveryCounts {
  /** Events that the receiver has not accepted yet, and when the oldest of them happened. */
  readonly pending: number;
  readonly pendingSince: number | undefined;
  /** Events that were given up or that the receiver no longer wants. */
  readonly failed: number;
  readonly lastFailedAt: number | undefined;
  readonly lastDeliveredAt: number | undefined;
}

/** A webhook, and what has come of its events. */
export interface CountedWebhook extends Webhook {
  readonly deliveries: DeliveryCounts;
}

/** An event of a project. */
export interface WebhookEvent {
  readonly groupId: Id;
  readonly type: WebhookEventType;
  readonly data: JsonObject;
}

export const DELIVERY_STATES = ['queued', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** An event on its way to one webhook. */
export interface Delivery {
  /** The same in every attempt, so that a receiver can drop what it has already. */
  readonly id: Id;
  readonly webhookId: Id;
  readonly eventType: WebhookEventType | typeof TEST_EVENT;
  /** The JSON text that is signed and sent, the same in every attempt. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  /** Why it failed. */
  readonly reason: { readonly code: string; readonly message: string } | undefined;
}
