import type { ClientCredentials } from '../resources/service-accounts/index.ts';

/**
 * Parses the credentials of an OAuth client (RFC 6749 section 2.3.1): of the header `Authorization: Basic`, or of the form. Some clients
 * percent-encode the id and the secret inside Basic, as the RFC asks, and others do not; ours have no character for which this matters.
 * @returns undefined if there are none, `ambiguous` if both places have some.
 */
export function parseClientCredentials(
  authorization: string | undefined,
  form: URLSearchParams | undefined,
): ClientCredentials | 'ambiguous' | undefined {
  const clientId = form?.get('client_id') ?? undefined;
  const clientSecret = form?.get('client_secret') ?? undefined;
  if (authorization !== undefined) return clientSecret === undefined ? parseBasic(authorization) : 'ambiguous';
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}

function parseBasic(authorization: string): ClientCredentials | undefined {
  const base64 = /^basic[ \t]+([A-Za-z0-9+/_-]{1,4096}={0,2})[ \t]*$/i.exec(authorization)?.[1];
  if (base64 === undefined) return undefined;
  const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(base64, 'base64').toString('utf8')) ?? [];
  return { clientId: decode(id), clientSecret: decode(secret) };
}

// Malformed percent-encoding is taken as it is, and is no secret then.
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
