import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../kernel/errors.ts';

const HASHES = { MD5: 'md5', 'SHA-256': 'sha256' } as const;
type Algorithm = keyof typeof HASHES;

/** The parts of a server's challenge that an answer needs (RFC 7616, section 3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: Algorithm;
  /** The server refused only the old nonce: the same credentials succeed with the new nonce. */
  readonly stale: boolean;
}

/**
 * Parses a `WWW-Authenticate` header.
 * @returns undefined unless the header offers Digest with qop=auth and a supported algorithm.
 */
export function parseChallenge(header: string): DigestChallenge | undefined {
  const digest = /(?:^|,)\s*Digest\s+(.*)$/i.exec(header)?.[1];
  if (digest === undefined) return undefined;
  const directives = new Map<string, string>();
  for (const match of digest.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/g)) {
    const name = (match[1] ?? '').toLowerCase();
    if (!directives.has(name)) directives.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  const realm = directives.get('realm');
  const nonce = directives.get('nonce');
  const named = (directives.get('algorithm') ?? 'MD5').toUpperCase();
  const algorithm = named === 'MD5' || named === 'SHA-256' ? named : undefined;
  const protections = (directives.get('qop') ?? '').split(',').map((text) => text.trim().toLowerCase());
  if (realm === undefined || nonce === undefined || algorithm === undefined || !protections.includes('auth')) {
    return undefined;
  }
  const stale = directives.get('stale')?.toLowerCase() === 'true';
  return { realm, nonce, opaque: directives.get('opaque'), algorithm, stale };
}

export interface DigestRequest {
  readonly method: string;
  /** Path and query of the request line. */
  readonly target: string;
  readonly username: string;
  readonly password: string;
  /** The nonce count: how many requests have used this nonce, this request included. */
  readonly nonceCount: number;
  /** The client nonce; absent: random. */
  readonly cnonce?: string;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The `Authorization` header for a request (RFC 7616, section 3.4). */
export function answerChallenge(challenge: DigestChallenge, request: DigestRequest): string {
  const { realm, nonce, opaque, algorithm } = challenge;
  const { method, target, username, password, cnonce = randomBytes(12).toString('hex') } = request;
  if (/[^\x20-\x7e]/.test(username)) {
    throw new AppError({
      code: 'INVALID_PUBLIC_KEY',
      message: 'the public key holds characters that no public key has',
      hint: 'Give the public key as it was printed: eight lower-case letters.',
    });
  }
  const hash = (text: string): string => createHash(HASHES[algorithm]).update(text).digest('hex');
  const count = request.nonceCount.toString(16).padStart(8, '0');
  const ha1 = hash(`${username}:${realm}:${password}`);
  const response = hash(`${ha1}:${nonce}:${count}:${cnonce}:auth:${hash(`${method}:${target}`)}`);
  const directives = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(target)}`,
    `algorithm=${algorithm}`,
    'qop=auth',
    `nc=${count}`,
    `cnonce=${quoted(cnonce)}`,
    `response=${quoted(response)}`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${directives.join(', ')}`;
}
