import { randomInt, randomUUID } from 'node:crypto';
import type { RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';

/** A programmatic API key without its private key. The private key is shown once and is not stored. */
export interface ApiKey {
  readonly id: Id;
  readonly orgId: Id;
  readonly publicKey: string;
  /** The last 12 hex digits of the private key, by which people distinguish keys. */
  readonly privateKeySuffix: string;
  readonly description: string;
  readonly createdAt: number;
  readonly roles: readonly RoleAssignment[];
}

/** The attributes of a new API key. */
export interface NewApiKey {
  readonly orgId: Id;
  readonly description: string;
  readonly organizationRoles: readonly string[];
  /** The roles in one project, if the key gets any. */
  readonly group?: { readonly groupId: Id; readonly roles: readonly string[] };
}

/** A new API key with its private key. */
export interface CreatedApiKey extends ApiKey {
  readonly privateKey: string;
}

const PUBLIC_KEY_LENGTH = 8;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Makes a random public key of 8 lower-case letters. */
export function newPublicKey(): string {
  return Array.from({ length: PUBLIC_KEY_LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

/** Makes a random private key: a version 4 UUID, with 122 random bits. */
export function newPrivateKey(): string {
  return randomUUID();
}

export function suffixOf(privateKey: string): string {
  return privateKey.slice(-12);
}
