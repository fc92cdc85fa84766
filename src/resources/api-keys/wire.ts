import { Type } from 'typebox';
import { ReadOnly, IdSchema, LinksSchema, type Links, type RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ApiKey, CreatedApiKey } from './model.ts';

const Description = Type.String({ minLength: 1, maxLength: 250 });
// The service checks the names, because an unknown role has an error of its own.
const Roles = Type.Array(Type.String(), { maxItems: 100 });

export const CreateBody = Type.Object({ desc: Description, roles: Roles });
export const UpdateBody = Type.Object({ desc: Type.Optional(Description), roles: Type.Optional(Roles) });
/** Atlas expects a list, with one item for the key of the path. Terraform repeats the id of the key. */
export const AssignBody = Type.Array(Type.Object({ roles: Roles, userId: ReadOnly }), {
  minItems: 1,
  maxItems: 1,
});

/** A role in an organization or in a project. */
export const RoleSchema = Type.Object(
  { groupId: Type.Optional(IdSchema), orgId: Type.Optional(IdSchema), roleName: Type.String() },
  { $id: 'RoleAssignment' },
);

export const ApiKeySchema = Type.Object(
  {
    desc: Type.String(),
    id: IdSchema,
    links: LinksSchema,
    privateKey: Type.String({
      description: 'The whole key in the answer that creates it, and a masked one in all others.',
    }),
    publicKey: Type.String({ pattern: '^[a-z]{8}$' }),
    roles: Type.Array(RoleSchema),
  },
  { $id: 'ApiKey' },
);

/** Encodes a key for its organization: with all its roles, the organization's first. */
export function encode(key: ApiKey, links: Links): JsonObject {
  return document(key, maskedPrivateKey(key), [...inOrganization(key), ...inGroups(key)], links);
}

/** Encodes a new key. No other document contains the private key. */
export function encodeCreated(key: CreatedApiKey, links: Links): JsonObject {
  return document(key, key.privateKey, [...inOrganization(key), ...inGroups(key)], links);
}

/** Encodes a key for a project. The roles in other projects are left out, because they are not the project's business. */
export function encodeInGroup(key: ApiKey, groupId: Id, links: Links): JsonObject {
  return document(key, maskedPrivateKey(key), [...inOrganization(key), ...inGroup(key, groupId)], links);
}

/** Encodes a key for a list of a project. In lists Atlas puts the project's roles first. */
export function encodeListedInGroup(key: ApiKey, groupId: Id, links: Links): JsonObject {
  return document(key, maskedPrivateKey(key), [...inGroup(key, groupId), ...inOrganization(key)], links);
}

function document(key: ApiKey, privateKey: string, roles: readonly RoleAssignment[], links: Links): JsonObject {
  return {
    desc: key.description,
    id: key.id,
    links: [{ href: links.link(`/orgs/${key.orgId}/apiKeys/${key.id}`), rel: 'self' }],
    privateKey,
    publicKey: key.publicKey,
    roles: roles.map(encodeRole),
  };
}

export function encodeRole({ orgId, groupId, roleName }: RoleAssignment): JsonObject {
  return { ...(groupId === undefined ? {} : { groupId }), ...(orgId === undefined ? {} : { orgId }), roleName };
}

function maskedPrivateKey({ privateKeySuffix }: ApiKey): string {
  return `********-****-****-${privateKeySuffix}`;
}

const inOrganization = ({ roles }: ApiKey) => roles.filter(({ orgId }) => orgId !== undefined);
const inGroups = ({ roles }: ApiKey) => roles.filter(({ groupId }) => groupId !== undefined);
const inGroup = ({ roles }: ApiKey, id: Id) => roles.filter(({ groupId }) => groupId === id);
