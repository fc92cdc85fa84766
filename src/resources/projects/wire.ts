import { Type, type Static } from 'typebox';
import { ReadOnly, IdSchema, LinksSchema, TimeSchema, type Links } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { REGION_USAGE_RESTRICTIONS, type NewProject, type Project } from './model.ts';
import { requireValidTags, TagsBody } from './tags.ts';

// The space is not in Atlas's published pattern, but Atlas has names with spaces.
const Name = Type.String({ pattern: "^(?! )[\\p{L}\\p{N}\\-_.(),:&@+' ]{1,64}(?<! )$" });

export const CreateBody = Type.Object({
  name: Name,
  orgId: Type.String({ pattern: '^[0-9a-f]{24}$' }),
  regionUsageRestrictions: Type.Optional(Type.Enum([...REGION_USAGE_RESTRICTIONS])),
  tags: Type.Optional(TagsBody),
  withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
  clusterCount: ReadOnly,
  created: ReadOnly,
  id: ReadOnly,
  links: ReadOnly,
});

export const UpdateBody = Type.Object({
  name: Type.Optional(Name),
  tags: Type.Optional(TagsBody),
  withDefaultAlertsSettings: Type.Optional(Type.Boolean()),
});

const project = {
  clusterCount: Type.Integer({ minimum: 0 }),
  created: TimeSchema,
  id: IdSchema,
  links: LinksSchema,
  name: Type.String(),
  orgId: IdSchema,
  regionUsageRestrictions: CreateBody.properties.regionUsageRestrictions,
  withDefaultAlertsSettings: Type.Boolean(),
};

export const ProjectSchema = Type.Object({ ...project, tags: TagsBody }, { $id: 'Group' });

/** The answer to POST, which has no tags if the request had none. */
export const CreatedSchema = Type.Object({ ...project, tags: Type.Optional(TagsBody) }, { $id: 'CreatedGroup' });

/** Returns the attributes of a request without the read-only ones. @throws ApiError `INVALID_ATTRIBUTE` for a wrong tag */
export function decodeCreate(body: Static<typeof CreateBody>): NewProject {
  const { name, orgId, regionUsageRestrictions, tags, withDefaultAlertsSettings } = body;
  requireValidTags(tags ?? []);
  return {
    name,
    orgId,
    ...(regionUsageRestrictions === undefined ? {} : { regionUsageRestrictions }),
    ...(tags === undefined ? {} : { tags }),
    ...(withDefaultAlertsSettings === undefined ? {} : { withDefaultAlertsSettings }),
  };
}

/** The related resources of a project in Atlas. `whitelist` is an old name that Atlas has kept in links. */
const LINKED = ['containers', 'clusters', 'databaseUsers', 'peers', 'processes', 'whitelist'];

/** Encodes a project, with links to its related resources. */
export function encode(project: Project, links: Links): JsonObject {
  const self = `/groups/${project.id}`;
  const related = LINKED.map((name) => ({
    href: links.link(`${self}/${name}`),
    rel: `https://cloud.mongodb.com/${name}`,
  }));
  return document(project, [{ href: links.link(self), rel: 'self' }, ...related]);
}

/** Encodes a project for a list. */
export function encodeListed(project: Project, links: Links): JsonObject {
  return document(project, [{ href: links.link(`/groups/${project.id}`), rel: 'self' }]);
}

/** Encodes a new project. The answer has no tags if the request had none. */
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
