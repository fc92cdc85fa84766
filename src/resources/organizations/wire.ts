import { Type, type Static } from 'typebox';
import { ReadOnly, IdSchema, LinksSchema, type Links } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Organization } from './model.ts';

// The space is not in Atlas's published pattern, but Atlas has names with spaces.
const Name = Type.String({ pattern: "^(?! )[\\p{L}\\p{N}\\-_.(),:&@+' ]{1,64}(?<! )$" });

const AccountText = { pattern: "^[\\p{L}\\p{N}\\-_.,' ]*$", minLength: 1 };
/** A new service account, of an organization that is created, or of one that is there. */
export const ServiceAccountBody = Type.Object({
  name: Type.String({ ...AccountText, maxLength: 64 }),
  description: Type.String({ ...AccountText, maxLength: 250 }),
  // The services check the names, because an unknown role has an error of its own.
  roles: Type.Array(Type.String(), { minItems: 1, maxItems: 100 }),
  secretExpiresAfterHours: Type.Integer({ minimum: 0 }),
});
export type ServiceAccountBody = Static<typeof ServiceAccountBody>;

export const CreateBody = Type.Object({
  name: Name,
  apiKey: Type.Optional(
    Type.Object({
      desc: Type.String({ minLength: 1, maxLength: 250 }),
      roles: Type.Array(Type.String(), { maxItems: 100 }),
    }),
  ),
  /** The id of a person. Longshore has no persons, so the answer only repeats the id. */
  orgOwnerId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
  serviceAccount: Type.Optional(Type.Union([ServiceAccountBody, Type.Null()])),
  skipDefaultAlertsSettings: Type.Optional(Type.Boolean()),
});

export const UpdateBody = Type.Object({
  name: Type.Optional(Name),
  skipDefaultAlertsSettings: Type.Optional(Type.Boolean()),
  id: ReadOnly,
  isDeleted: ReadOnly,
  links: ReadOnly,
});

export const OrganizationSchema = Type.Object(
  {
    id: IdSchema,
    isDeleted: Type.Boolean(),
    links: LinksSchema,
    name: Type.String(),
    skipDefaultAlertsSettings: Type.Boolean(),
  },
  { $id: 'Organization' },
);

/** The answer to POST. */
export const CreatedSchema = Type.Object(
  {
    apiKey: Type.Optional(
      Type.Object(
        {},
        { additionalProperties: true, description: 'The first API key, as POST of an API key answers it.' },
      ),
    ),
    orgOwnerId: Type.Optional(IdSchema),
    organization: OrganizationSchema,
    serviceAccount: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'The first service account, as POST of a service account answers it.',
        },
      ),
    ),
    skipDefaultAlertsSettings: Type.Boolean(),
  },
  { $id: 'CreatedOrganization' },
);

/** Encodes an organization, with links to its related resources. */
export function encode(organization: Organization, links: Links): JsonObject {
  const self = `/orgs/${organization.id}`;
  const related = ['groups', 'teams', 'users'].map((name) => ({
    href: links.link(`${self}/${name}`),
    rel: `https://cloud.mongodb.com/${name}`,
  }));
  return document(organization, [{ href: links.link(self), rel: 'self' }, ...related]);
}

/** Encodes an organization for a list. */
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
