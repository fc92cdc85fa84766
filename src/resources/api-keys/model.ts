import { randomInt, randomUUID } from 'node:crypto';
import type { RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';

/** A programmatic API key, without the private key: that one is shown when it is made, and not kept. */
export interface ApiKey {
  readonly id: Id;
  readonly orgId: Id;
  readonly publicKey: string;
  /** Last 12 hex digits of the private key, by which people tell keys apart. */
  readonly privateKeySuffix: string;
  readonly description: string;
  readonly createdAt: number;
  readonly roles: readonly RoleAssignment[];
}

/** What an API key is made of. */
export interface NewApiKey {
  readonly orgId: Id;
  readonly description: string;
  readonly organizationRoles: readonly string[];
  /** Roles that the key has in one project besides. */
  readonly group?: { readonly groupId: Id; readonly roles: readonly string[] };
}

/** An API key as it is when it has just been made. */
export interface CreatedApiKey extends ApiKey {
  readonly privateKey: string;
}

const PUBLIC_KEY_LENGTH = 8;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** 8 lower-case letters. */
export function newPublicKey(): string {
  return Array.from({ length: PUBLIC_KEY_LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

/** A version 4 UUID: 122 random bits. */
export function newPrivateKey(): string {
  return randomUUID();
}

export function suffixOf(privateKey: string): string {
  return privateKey.slice(-12);
}
