import type { Exchange, Reply } from './digest-client.ts';
import { NEWEST } from './project.ts';
import type { Service } from './service.ts';

// What a client of a service account sends, written apart from the product.

/** The value of `Authorization` with the credentials of a client. */
export function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
}

/** Sends a form to an endpoint below `/api/oauth`. */
export async function sendToOAuth(
  { stranger }: Pick<Service, 'stranger'>,
  endpoint: 'token' | 'revoke',
  form: string,
  authorization: string | undefined,
  contentType = 'application/x-www-form-urlencoded',
): Promise<Reply> {
  const headers = {
    accept: 'application/json',
    'content-type': contentType,
    ...(authorization === undefined ? {} : { authorization }),
  };
  return await stranger.send({ method: 'POST', target: `/api/oauth/${endpoint}`, headers, body: form });
}

export async function getToken(service: Pick<Service, 'stranger'>, clientId: string, secret: string): Promise<string> {
  const reply = await sendToOAuth(service, 'token', 'grant_type=client_credentials', basic(clientId, secret));
  if (reply.status !== 200) throw new Error(`no token: ${reply.status} ${reply.text}`);
  return reply.string('/access_token');
}

/** Sends a request with a token. */
export async function withToken(
  { stranger }: Pick<Service, 'stranger'>,
  token: string,
  exchange: Exchange,
): Promise<Reply> {
  return await stranger.send({ ...exchange, headers: { ...NEWEST, authorization: `Bearer ${token}` } });
}
