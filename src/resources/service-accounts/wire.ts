import { Type, type Static } from 'typebox';
import { IdSchema, TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { encodeBlock, type AccessListEntry } from '../access-lists/index.ts';
import { ServiceAccountBody } from '../organizations/index.ts';
import {
  clientIdOf,
  maskedSecret,
  type CreatedSecret,
  type GroupRoles,
  type Secret,
  type ServiceAccount,
  type ServiceAccountChanges,
} from './model.ts';
import type { CreatedServiceAccount, Place } from './service.ts';

const { name, description, roles, secretExpiresAfterHours } = ServiceAccountBody.properties;

export const UpdateBody = Type.Object({
  name: Type.Optional(Type.Union([name, Type.Null()])),
  description: Type.Optional(Type.Union([description, Type.Null()])),
  roles: Type.Optional(roles),
});
export const InviteBody = Type.Object({ roles });
export const SecretBody = Type.Object({ secretExpiresAfterHours });

const secretTimes = { createdAt: TimeSchema, expiresAt: TimeSchema, id: IdSchema };
const SecretSchema = Type.Object(
  { ...secretTimes, lastUsedAt: Type.Optional(TimeSchema), maskedSecretValue: Type.String() },
  { $id: 'ServiceAccountSecret' },
);
/** The answer to POST of a secret. */
export const CreatedSecretSchema = Type.Object(
  { ...secretTimes, secret: Type.String() },
  { $id: 'CreatedServiceAccountSecret' },
);

const account = {
  clientId: Type.String({ pattern: '^mdb_sa_id_[a-fA-F0-9]{24}$' }),
  createdAt: TimeSchema,
  description: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
};
export const AccountSchema = Type.Object({ ...account, secrets: Type.Array(SecretSchema) }, { $id: 'ServiceAccount' });
/** The answer to POST of an account. */
export const CreatedSchema = Type.Object(
  { ...account, secrets: Type.Array(CreatedSecretSchema) },
  { $id: 'CreatedServiceAccount' },
);
export const GroupRolesSchema = Type.Object(
  { groupId: IdSchema, roles: Type.Array(Type.String()) },
  { $id: 'ServiceAccountGroup' },
);
export const EntrySchema = Type.Object(
  {
    cidrBlock: Type.String(),
    createdAt: TimeSchema,
    ipAddress: Type.Optional(Type.String()),
    lastUsedAddress: Type.Optional(Type.String()),
    lastUsedAt: Type.Optional(TimeSchema),
    requestCount: Type.Integer(),
  },
  { $id: 'ServiceAccountAccessListEntry' },
);

/** Decodes a change. Null keeps a value, as if it were absent. */
export function decodeUpdate({ name, description, roles }: Static<typeof UpdateBody>): ServiceAccountChanges {
  return {
    ...(name == null ? {} : { name }),
    ...(description == null ? {} : { description }),
    ...(roles === undefined ? {} : { roles }),
  };
}

/** Encodes an account with its roles in the place. */
export function encode(account: ServiceAccount, place: Place): JsonObject {
  return document(account, place, account.secrets.map(encodeSecret));
}

/** Encodes a new account with the text of its first secret, which no later document contains. */
export function encodeCreated({ account, secret }: CreatedServiceAccount, place: Place): JsonObject {
  return document(account, place, [encodeCreatedSecret(secret)]);
}

export function encodeCreatedSecret(secret: CreatedSecret): JsonObject {
  return { ...times(secret), secret: secret.text };
}

function encodeSecret(secret: Secret): JsonObject {
  const { lastUsedAt } = secret;
  return {
    ...times(secret),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: atlasTime(lastUsedAt) }),
    maskedSecretValue: maskedSecret(secret),
  };
}

function times({ createdAt, expiresAt, id }: Secret): JsonObject {
  return { createdAt: atlasTime(createdAt), expiresAt: atlasTime(expiresAt), id };
}

function document(account: ServiceAccount, place: Place, secrets: readonly JsonObject[]): JsonObject {
  return {
    clientId: clientIdOf(account.id),
    createdAt: atlasTime(account.createdAt),
    description: account.description,
    name: account.name,
    roles: rolesIn(account, place),
    secrets,
  };
}

function rolesIn({ roles }: ServiceAccount, place: Place): readonly string[] {
  const [key, id]: ['orgId' | 'groupId', Id] = 'orgId' in place ? ['orgId', place.orgId] : ['groupId', place.groupId];
  return roles.filter((role) => role[key] === id).map(({ roleName }) => roleName);
}

export function encodeGroup({ groupId, roles }: GroupRoles): JsonObject {
  return { groupId, roles };
}

export function encodeEntry(entry: AccessListEntry): JsonObject {
  const { cidrBlock = '', ...address } = encodeBlock(entry.block);
  const { lastUse, useCount } = entry;
  return {
    cidrBlock,
    createdAt: atlasTime(entry.createdAt),
    ...address,
    ...(lastUse === undefined ? {} : { lastUsedAddress: lastUse.address, lastUsedAt: atlasTime(lastUse.at) }),
    requestCount: useCount,
  };
}
