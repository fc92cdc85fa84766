import { createHash } from 'node:crypto';
import type { LoadRequest, NextRequest } from './load.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/**
 * Signs the same request again and again with one nonce and a count (RFC 7616), as clients do that keep a connection.
 * @throws Error if the server sends no challenge.
 */
export async function signedAgain(
  url: string,
  { publicKey, privateKey }: { readonly publicKey: string; readonly privateKey: string },
  request: LoadRequest,
): Promise<NextRequest> {
  const { method, target } = request;
  const refused = await fetch(url + target, { headers: request.headers });
  await refused.arrayBuffer();
  const challenge = refused.headers.get('www-authenticate') ?? '';
  const [realm, nonce] = ['realm', 'nonce'].map((name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1]);
  if (realm === undefined || nonce === undefined) throw new Error(`the server sent no challenge: ${challenge}`);
  const ha1 = md5(`${publicKey}:${realm}:${privateKey}`);
  const ha2 = md5(`${method}:${target}`);
  let count = 0;
  return () => {
    const nc = (++count).toString(16).padStart(8, '0');
    const response = md5(`${ha1}:${nonce}:${nc}:${nc}:auth:${ha2}`);
    const authorization =
      `Digest username="${publicKey}", realm="${realm}", nonce="${nonce}", uri="${target}", algorithm=MD5, qop=auth, ` +
      `nc=${nc}, cnonce="${nc}", response="${response}"`;
    return { ...request, headers: { ...request.headers, authorization } };
  };
}
