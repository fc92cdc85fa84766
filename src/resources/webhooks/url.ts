import { webhookUrlInvalid } from './errors.ts';

const MAX_URL_LENGTH = 2000;

/**
 * Parses the URL of a webhook. Which hosts it may name is the operator's choice.
 * @returns the URL in its normal form.
 * @throws ApiError `WEBHOOK_URL_INVALID`
 */
export function parseWebhookUrl(text: string): URL {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw webhookUrlInvalid(`it is no absolute URL of at most ${MAX_URL_LENGTH} characters`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw webhookUrlInvalid('it begins with neither https:// nor http://');
  if (url.username !== '' || url.password !== '') {
    throw webhookUrlInvalid('it has a user or a password; deliveries are signed, so the receiver needs none');
  }
  if (url.hash !== '') throw webhookUrlInvalid('it has a fragment (#), which is never sent');
  return url;
}
