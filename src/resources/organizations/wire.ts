import { Type } from 'typebox';
import type { Links } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Organization } from './model.ts';

// Atlas publishes the pattern without the space, and has names with spaces.
const Name = Type.String({ pattern: "^(?! )[\\p{L}\\p{N}\\-_.(),:&@+' ]{1,64}(?<! )$" });

export const CreateBody = Type.Object({
  name: Name,
  /** Atlas asks for it when an API key makes the organization, as it always is here: nobody else could enter. */
  apiKey: Type.Object({
    desc: Type.String({ minLength: 1, maxLength: 250 }),
    roles: Type.Array(Type.String(), { maxItems: 100 }),
  }),
  /** Names a person, of whom Longshore keeps none; only told again. */
  orgOwnerId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
  skipDefaultAlertsSettings: Type.Optional(Type.Boolean()),
});

// Some SDKs send the read-only attributes along, with their language's empty values.
const ReadOnly = Type.Optional(Type.Unknown());

export const UpdateBody = Type.Object({
  name: Type.Optional(Name),
  skipDefaultAlertsSettings: Type.Optional(Type.Boolean()),
  id: ReadOnly,
  isDeleted: ReadOnly,
  links: ReadOnly,
});

/** An organization by itself, with links to what belongs to it. */
export function encode(organization: Organization, links: Links): JsonObject {
  const self = `/orgs/${organization.id}`;
  const related = ['groups', 'teams', 'users'].map((name) => ({
    href: links.link(`${self}/${name}`),
    rel: `https://cloud.mongodb.com/${name}`,
  }));
  return document(organization, [{ href: links.link(self), rel: 'self' }, ...related]);
}

/** An organization in a list. */
export function encodeListed(organization: Organization, links: Links): JsonObject {
  return document(organization, [{ href: links.link(`/orgs/${organization.id}`), rel: 'self' }]);
}

function document(organization: Organization, links: readonly JsonObject[]): JsonObject {
  return {
    id: organization.id,
    isDeleted: false,
    links,
    name: organization.name,
    skipDefaultAlertsSettings: organization.skipDefaultAlertsSettings,
  };
}
