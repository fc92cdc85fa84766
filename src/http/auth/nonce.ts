import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { remember } from '../../kernel/remember.ts';

const TIME_BYTES = 6;
const RANDOM_BYTES = 6;
/** 96 bits of HMAC-SHA-256; RFC 2104 section 5 asks for at least 80. */
const MAC_BYTES = 12;
/** The nonces whose MAC is not computed again, because clients that keep a connection use one nonce for many requests. */
const MAX_REMEMBERED = 1000;
const NONCE_PATTERN = /^[A-Za-z0-9+/]{32}$/;

/**
 * Issues signed nonces (RFC 7616 section 5.4): the time of issue, random bytes, and a MAC over both. A nonce is 24 bytes, or
 * 32 characters of base64, as in Atlas. The server stores nothing for a nonce that no right response has used.
 */
export interface NonceMint {
  issue(): string;
  /** Returns the time of issue in milliseconds since the Unix epoch; undefined if this key did not sign the nonce. */
  issuedAt(nonce: string): number | undefined;
}

export function createNonceMint(key: Uint8Array, clock: Clock): NonceMint {
  const secret = createSecretKey(key);
  const mac = (stamp: Uint8Array): Buffer =>
    createHmac('sha256', secret).update('digest nonce').update(stamp).digest().subarray(0, MAC_BYTES);
  return {
    issue() {
      const stamp = Buffer.alloc(TIME_BYTES + RANDOM_BYTES);
      stamp.writeUIntBE(clock.now(), 0, TIME_BYTES);
      randomBytes(RANDOM_BYTES).copy(stamp, TIME_BYTES);
      return Buffer.concat([stamp, mac(stamp)]).toString('base64');
    },
    issuedAt: remember(MAX_REMEMBERED, (nonce) => {
      if (!NONCE_PATTERN.test(nonce)) return undefined;
      const bytes = Buffer.from(nonce, 'base64');
      const stamp = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES);
      if (!timingSafeEqual(bytes.subarray(TIME_BYTES + RANDOM_BYTES), mac(stamp))) return undefined;
      return stamp.readUIntBE(0, TIME_BYTES);
    }),
  };
}
