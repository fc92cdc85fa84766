import { UNAUTHORIZED_DETAIL } from '../errors.ts';

/** The protection space of API keys, in v1.0 and v2 alike; a part of HA1, so stored credentials depend on it. */
export const REALM = 'MMS Public API';

/** The value of `WWW-Authenticate` (RFC 7616 section 3.3) with Atlas's directives, order and quoting. */
export function challenge(nonce: string, stale: boolean): string {
  return `Digest realm="${REALM}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${stale}`;
}

/**
 * The body of every challenge: the only error document that Atlas prints with spaces, in another order and without
 * `parameters`. 142 bytes, no newline at the end.
 */
export const CHALLENGE_BODY = Buffer.from(
  [
    '{',
    '  "error" : 401,',
    '  "reason" : "Unauthorized",',
    `  "detail" : "${UNAUTHORIZED_DETAIL}",`,
    '  "errorCode" : "UNEXPECTED_ERROR"',
    '}',
  ].join('\n'),
);
