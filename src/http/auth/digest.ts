import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { steadyClock, type Clock } from '../../kernel/clock.ts';
import type { ApiKeyCaller } from '../operation.ts';
import type { Authenticator, Verdict } from './authenticator.ts';
import { isDigest, parseDigestCredentials, type DigestCredentials } from './authorization-header.ts';
import { challenge, REALM } from './challenge.ts';
import { createNonceCounts } from './nonce-counts.ts';
import { createNonceMint } from './nonce.ts';

export interface KnownKey {
  readonly caller: ApiKeyCaller;
  /** `ha1(publicKey, privateKey)`, 32 lower-case hex digits. */
  readonly ha1: string;
}

export interface DigestOptions {
  /** Finds an API key by its public key. */
  lookupKey(publicKey: string): Promise<KnownKey | undefined>;
  /**
   * Signs nonces; absent: random. If the key survives a restart, a client that reuses an old nonce gets `stale=true` and
   * repeats its request.
   */
  readonly nonceKey?: Uint8Array;
  /** Milliseconds; absent: 5 minutes. */
  readonly nonceLifetimeMs?: number;
  readonly clock: Clock;
}

const NONCE_LIFETIME_MS = 5 * 60_000;
/** The tolerance for nonces from the future, because the clock may have been set back. */
const CLOCK_STEP_MS = 5_000;

/** Computes HA1 (RFC 7616 section 3.4.2). The database stores HA1 instead of the private key. */
export function ha1(publicKey: string, privateKey: string): string {
  return md5(`${publicKey}:${REALM}:${privateKey}`, 'utf8');
}

/** Creates the authenticator of API keys: HTTP Digest (RFC 7616) with MD5 and qop=auth. */
export function createDigestAuthenticator(options: DigestOptions): Authenticator {
  // A nonce from before the start is refused, so a clock that was set back behind the start would lock everybody out.
  const clock = steadyClock(options.clock);
  const lifetime = options.nonceLifetimeMs ?? NONCE_LIFETIME_MS;
  const mint = createNonceMint(options.nonceKey ?? randomBytes(32), clock);
  const counts = createNonceCounts(clock.now());
  const nobodysHa1 = randomBytes(16).toString('hex');
  const challengeWith = (stale: boolean): Verdict => ({ challenges: [challenge(mint.issue(), stale)] });

  return {
    recognizes: isDigest,
    challenges: () => [challenge(mint.issue(), false)],
    async verify({ method, target, pathPrefix, authorization }) {
      const credentials = parseDigestCredentials(authorization);
      if (credentials === undefined) return challengeWith(false);
      const known = await options.lookupKey(credentials.username);
      // The response is also computed for an unknown key, because the time must not reveal which keys exist.
      const right = responseMatches(credentials, method, known?.ha1 ?? nobodysHa1);
      const issuedAt = mint.issuedAt(credentials.nonce);
      if (!right || known === undefined || issuedAt === undefined) return challengeWith(false);
      if (credentials.realm !== REALM || !sameTarget(credentials.uri, target, pathPrefix)) return challengeWith(false);

      const now = clock.now();
      counts.forgetBefore(now - lifetime);
      const live = issuedAt > now - lifetime && issuedAt <= now + CLOCK_STEP_MS;
      // Only the nonce is used or expired: the client may repeat the request with the fresh nonce.
      if (!live || !counts.use(credentials.nonce, issuedAt, Number.parseInt(credentials.nc, 16))) {
        return challengeWith(true);
      }
      return { caller: known.caller };
    },
  };
}

function responseMatches(credentials: DigestCredentials, method: string, secret: string): boolean {
  const { nonce, nc, cnonce, uri, response } = credentials;
  const expected = md5(`${secret}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  return timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(response, 'latin1'));
}

function sameTarget(uri: string, target: string, pathPrefix: string): boolean {
  const signed = comparable(uri);
  const received = comparable(target);
  return signed === received || (pathPrefix !== '' && signed === pathPrefix + received);
}

// Some clients drop the `?` of an empty query in the header or in the request line. Proxies receive the absolute form.
function comparable(target: string): string {
  const originForm = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const path = originForm.endsWith('?') ? originForm.slice(0, -1) : originForm;
  return path.startsWith('/') ? path : `/${path}`;
}

// Node.js decodes headers as Latin-1, one character for each byte. Hashing as Latin-1 restores the bytes of the client.
function md5(text: string, encoding: 'latin1' | 'utf8' = 'latin1'): string {
  return hash('md5', Buffer.from(text, encoding), 'hex');
}
