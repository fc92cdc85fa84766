import { createHmac, randomBytes } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const MS_PER_SECOND = 1000;

/** Makes a secret in the form of the specification Standard Webhooks, which its libraries take. */
export function newSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/**
 * The headers of a delivery (https://www.standardwebhooks.com): the signature is HMAC-SHA256 (RFC 2104) of id, time and body. The time
 * is that of the attempt, so that a receiver can refuse what was recorded and is sent again later.
 * @param nowMs since the Unix epoch.
 */
export function signedHeaders(
  secret: string,
  { id, body }: { readonly id: string; readonly body: string },
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / MS_PER_SECOND));
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
