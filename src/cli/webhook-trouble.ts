import { RefusedError } from './client.ts';
import type { Session } from './command.ts';
import { formatCount } from './format.ts';
import type { NamedTrouble } from './trouble.ts';
import { readWebhook, type Webhook } from './webhook-documents.ts';

/** A receiver that is well has an event within this time. */
const SOON_MS = 60_000;

/** Returns the webhooks of the project; undefined if the API key may not see them, which takes an owner of the project. */
export async function listVisibleWebhooks({ client, extensionPath }: Session): Promise<readonly Webhook[] | undefined> {
  try {
    return await client.list(readWebhook, extensionPath('/webhooks'));
  } catch (thrown) {
    if (thrown instanceof RefusedError && thrown.code === 'USER_UNAUTHORIZED') return undefined;
    throw thrown;
  }
}

/**
 * Returns what is wrong with the deliveries to a webhook. Events that were given up count until a later one is accepted.
 * @param now in milliseconds since the Unix epoch.
 */
export function webhookTroubles(webhook: Webhook, now: number): readonly NamedTrouble[] {
  const { pendingDeliveries, pendingSince, failedDeliveries, lastFailedAt, lastDeliveredAt = '' } = webhook;
  const name = `webhook ${webhook.name}`;
  const remarks = [
    pendingSince !== undefined && now - Date.parse(pendingSince) >= SOON_MS
      ? `has not accepted ${formatCount(pendingDeliveries, 'event')} yet, the oldest of ${pendingSince}`
      : undefined,
    lastFailedAt !== undefined && lastFailedAt > lastDeliveredAt
      ? `did not get ${formatCount(failedDeliveries, 'event')}; the last was given up at ${lastFailedAt}`
      : undefined,
  ];
  return remarks.flatMap((remark) => (remark === undefined ? [] : [{ name, remark }]));
}
