import { createHash, randomBytes } from 'node:crypto';
import type { RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';

/** A service account: a program that calls the API with tokens, which it gets for its client id and a secret. */
export interface ServiceAccount {
  readonly id: Id;
  readonly orgId: Id;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly roles: readonly RoleAssignment[];
  /** Newest first. */
  readonly secrets: readonly Secret[];
}

/** A secret without its text, which is shown once and is not stored. */
export interface Secret {
  readonly id: Id;
  /** The last characters of the text, by which people distinguish secrets. */
  readonly suffix: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | undefined;
}

/** A new secret with its text. */
export interface CreatedSecret extends Secret {
  readonly text: string;
}

/** The attributes of a change. An absent attribute keeps its value. */
export interface ServiceAccountChanges {
  readonly name?: string;
  readonly description?: string;
  readonly roles?: readonly string[];
}

/** The roles of a service account in one project. */
export interface GroupRoles {
  readonly groupId: Id;
  readonly roles: readonly string[];
}

const CLIENT_ID_PREFIX = 'mdb_sa_id_';
const SECRET_PREFIX = 'mdb_sa_sk_';
const TOKEN_PREFIX = 'mdb_sa_at_';
/** 256 random bits, so that nobody can guess the text from its hash. */
const RANDOM_BYTES = 32;
const SUFFIX_LENGTH = 4;

/** Returns the client id, by which paths and clients name the account. */
export function clientIdOf(id: Id): string {
  return CLIENT_ID_PREFIX + id;
}

/** Returns the account's id. Any text that is no client id gives an id that no account has. */
export function idOfClient(clientId: string): Id {
  return clientId.startsWith(CLIENT_ID_PREFIX) ? clientId.slice(CLIENT_ID_PREFIX.length) : '';
}

export function newSecretText(): string {
  return SECRET_PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
}

export function newToken(): string {
  return TOKEN_PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
}

export function suffixOf(secretText: string): string {
  return secretText.slice(-SUFFIX_LENGTH);
}

/** Returns a secret's text as answers show it later. */
export function maskedSecret({ suffix }: Secret): string {
  return `${SECRET_PREFIX}${'*'.repeat(8)}${suffix}`;
}

/**
 * Returns the hash that is stored of a secret or a token: SHA-256 in hex. A slow hash protects texts that people choose; these texts are
 * random.
 */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
