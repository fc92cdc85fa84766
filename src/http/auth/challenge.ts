import { UNAUTHORIZED_DETAIL } from '../errors.ts';

/** The realm of API keys in v1.0 and v2. HA1 contains the realm: a new realm would invalidate all stored credentials. */
export const REALM = 'MMS Public API';

/** Returns the value of `WWW-Authenticate` (RFC 7616 section 3.3) with Atlas's directives, order and quoting. */
export function challenge(nonce: string, stale: boolean): string {
  return `Digest realm="${REALM}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${stale}`;
}

/**
 * The body of every challenge: 142 bytes, without a newline at the end. Atlas prints this error document alone with spaces,
 * in another order and without `parameters`.
 */
export const CHALLENGE_BODY = [
  '{',
  '  "error" : 401,',
  '  "reason" : "Unauthorized",',
  `  "detail" : "${UNAUTHORIZED_DETAIL}",`,
  '  "errorCode" : "UNEXPECTED_ERROR"',
  '}',
].join('\n');
