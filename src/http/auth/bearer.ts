import type { Caller } from '../operation.ts';
import type { Authenticator } from './authenticator.ts';
import { REALM } from './challenge.ts';

// The syntax of a token is b64token (RFC 6750 section 2.1).
const BEARER = /^bearer[ \t]+([A-Za-z0-9\-._~+/]{1,4096}=*)[ \t]*$/i;
const SCHEME = /^bearer(?:[ \t]|$)/i;

/** The old API knows no tokens, as in Atlas. */
const WITHOUT_TOKENS = /^\/api\/atlas\/v1\.\d(?:[/?]|$)/;

const REFUSED = `Bearer realm="${REALM}", error="invalid_token", error_description="The access token is unknown or has ended."`;

/**
 * Creates the authenticator of access tokens (RFC 6750). It adds no challenge to requests without credentials, because clients of HTTP
 * Digest expect Digest alone.
 * @param lookUpToken returns the caller of a token; undefined if the token is unknown or has ended.
 */
export function createBearerAuthenticator(
  lookUpToken: (accessToken: string) => Promise<Caller | undefined>,
): Authenticator {
  return {
    recognizes: (authorization, target) => SCHEME.test(authorization) && !WITHOUT_TOKENS.test(target),
    challenges: () => [],
    async verify({ authorization }) {
      const accessToken = BEARER.exec(authorization)?.[1];
      const caller = accessToken === undefined ? undefined : await lookUpToken(accessToken);
      return caller === undefined ? { challenges: [REFUSED] } : { caller };
    },
  };
}
