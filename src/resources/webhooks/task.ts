import { Type } from 'typebox';
import { fenced, type JobHandlers } from '../../jobs/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isTransient } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import type { Database } from '../../metastore/index.ts';
import { DELIVERY_RETRIES } from './retries.ts';
import { DELIVER_WEBHOOK, purposeOf } from './service.ts';
import { signedHeaders } from './signature.ts';
import * as table from './table.ts';

const GIVEN_UP = `It was given up after ${DELIVERY_RETRIES.maxFailures} attempts in more than three days.`;

const readPayload = jsonReader(Type.Object({ deliveryId: Type.String() }));

/** One POST to a receiver. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface TaskDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Resolves if the receiver has accepted. @throws AppError, transient if a later attempt may succeed. */
  readonly send: (request: WebhookRequest) => Promise<void>;
}

/**
 * Delivers an event at least once: a server that is killed after the receiver has accepted sends it again, with the same id and the
 * same body.
 */
export function createJobHandlers({ database, clock, sealer, send }: TaskDependencies): JobHandlers {
  return {
    [DELIVER_WEBHOOK]: {
      retries: DELIVERY_RETRIES,

      async run(context) {
        const delivery = await table.selectDelivery(database, readPayload(context.payload).deliveryId);
        const found = delivery && (await table.selectWebhook(database, delivery.webhookId));
        if (delivery?.state !== 'queued' || found === undefined) return;
        const { webhook, sealedSecret } = found;
        context.report({ webhookName: webhook.name, host: new URL(webhook.url).host, eventType: delivery.eventType });
        const secret = sealer.open(sealedSecret, purposeOf(webhook.id));
        const headers = signedHeaders(secret, delivery, clock.now());
        await send({ url: webhook.url, headers, body: delivery.body, signal: context.signal });
        await fenced(database, context, (transaction) =>
          table.setEnded(transaction, delivery.id, { state: 'delivered', finishedAt: clock.now(), reason: undefined }),
        );
      },

      async failed(transaction, payload, error) {
        const { code, message } = failureReason(error);
        // A reason that might pass ends a delivery only when all attempts are used up.
        await table.setEnded(transaction, readPayload(payload).deliveryId, {
          state: 'failed',
          finishedAt: clock.now(),
          reason: { code, message: isTransient(error) ? `${message} ${GIVEN_UP}` : message },
        });
      },
    },
  };
}
