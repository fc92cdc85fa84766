import { Type } from 'typebox';
import type { Links, RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ApiKey, CreatedApiKey } from './model.ts';

const Description = Type.String({ minLength: 1, maxLength: 250 });
// The names are checked by the service: a wrong one has an error of its own.
const Roles = Type.Array(Type.String(), { maxItems: 100 });

export const CreateBody = Type.Object({ desc: Description, roles: Roles });
export const UpdateBody = Type.Object({ desc: Type.Optional(Description), roles: Type.Optional(Roles) });
/** Atlas takes a list here, of one item for the key in the path. */
export const AssignBody = Type.Array(Type.Object({ roles: Roles }), { minItems: 1, maxItems: 1 });

/** A key as its organization sees it: with all its roles, those in the organization first. */
export function encode(key: ApiKey, links: Links): JsonObject {
  return document(key, maskedPrivateKey(key), [...inOrganization(key), ...inGroups(key)], links);
}

/** The one document that shows the private key. */
export function encodeCreated(key: CreatedApiKey, links: Links): JsonObject {
  return document(key, key.privateKey, [...inOrganization(key), ...inGroups(key)], links);
}

/** A key as a project sees it: its roles in other projects are not the project's to know. */
export function encodeInGroup(key: ApiKey, groupId: Id, links: Links): JsonObject {
  return document(key, maskedPrivateKey(key), [...inOrganization(key), ...inGroup(key, groupId)], links);
}

/** The same in a list, where Atlas puts the roles in the project first. */
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
    roles: roles.map(roleDocument),
  };
}

function roleDocument({ orgId, groupId, roleName }: RoleAssignment): JsonObject {
  return { ...(groupId === undefined ? {} : { groupId }), ...(orgId === undefined ? {} : { orgId }), roleName };
}

function maskedPrivateKey({ privateKeySuffix }: ApiKey): string {
  return `********-****-****-${privateKeySuffix}`;
}

const inOrganization = ({ roles }: ApiKey) => roles.filter(({ orgId }) => orgId !== undefined);
const inGroups = ({ roles }: ApiKey) => roles.filter(({ groupId }) => groupId !== undefined);
const inGroup = ({ roles }: ApiKey, id: Id) => roles.filter(({ groupId }) => groupId === id);
