import { Type, type Static } from 'typebox';
import type { Links } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { REGION_USAGE_RESTRICTIONS, type NewProject, type Project } from './model.ts';

// Atlas publishes the pattern without the space, and has names with spaces.
const Name = Type.String({ pattern: "^(?! )[\\p{L}\\p{N}\\-_.(),:&@+' ]{1,64}(?<! )$" });
const Tags = Type.Array(
  Type.Object({
    key: Type.String({ minLength: 1, maxLength: 255 }),
    value: Type.String({ minLength: 1, maxLength: 255 }),
  }),
  { maxItems: 50 },
);

// Some SDKs send the read-only attributes along, with their language's empty values.
const ReadOnly = Type.Optional(Type.Unknown());

export const CreateBody = Type.Object({
  name: Name,
  orgId: Type.String({ pattern: '^[0-9a-f]{24}$' }),
  regionUsageRestrictions: Type.Optional(Type.Enum([...REGION_USAGE_RESTRICTIONS])),
  tags: Type.Optional(Tags),
  withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
  clusterCount: ReadOnly,
  created: ReadOnly,
  id: ReadOnly,
  links: ReadOnly,
});

export const UpdateBody = Type.Object({
  name: Type.Optional(Name),
  tags: Type.Optional(Tags),
  withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
});

/** The request's attributes without those that are only read. */
export function decodeCreate(body: Static<typeof CreateBody>): NewProject {
  const { name, orgId, regionUsageRestrictions, tags, withDefaultAlertsSettings } = body;
  return {
    name,
    orgId,
    ...(regionUsageRestrictions === undefined ? {} : { regionUsageRestrictions }),
    ...(tags === undefined ? {} : { tags }),
    ...(withDefaultAlertsSettings === undefined ? {} : { withDefaultAlertsSettings }),
  };
}

/** Below these, Atlas keeps what belongs to a project. The last keeps its old name on the wire. */
const LINKED = ['containers', 'clusters', 'databaseUsers', 'peers', 'processes', 'whitelist'];

/** A project by itself, with links to what belongs to it. */
export function encode(project: Project, links: Links): JsonObject {
  const self = `/groups/${project.id}`;
  const related = LINKED.map((name) => ({
    href: links.link(`${self}/${name}`),
    rel: `https://cloud.mongodb.com/${name}`,
  }));
  return document(project, [{ href: links.link(self), rel: 'self' }, ...related]);
}

/** A project in a list. */
export function encodeListed(project: Project, links: Links): JsonObject {
  return document(project, [{ href: links.link(`/groups/${project.id}`), rel: 'self' }]);
}

/** The answer to making a project names no tags where the request named none. */
export function encodeCreated(project: Project, links: Links): JsonObject {
  const { tags, ...rest } = encode(project, links);
  if (tags === undefined || project.tags.length === 0) return rest;
  return encode(project, links);
}

function document(project: Project, links: readonly JsonObject[]): JsonObject {
  return {
    clusterCount: project.clusterCount,
    created: atlasTime(project.createdAt),
    id: project.id,
    links,
    name: project.name,
    orgId: project.orgId,
    ...(project.regionUsageRestrictions === undefined
      ? {}
      : { regionUsageRestrictions: project.regionUsageRestrictions }),
    tags: project.tags.map(({ key, value }) => ({ key, value })),
    withDefaultAlertsSettings: project.withDefaultAlertsSettings,
  };
}
