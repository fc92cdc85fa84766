import type { ExpressionBuilder, Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import {
  compiledOnce,
  rememberedRead,
  selectPage,
  startsWith,
  storedValue,
  type Database,
  type Schema,
  type Transaction,
} from '../../metastore/index.ts';
import type { Project, ProjectChanges } from './model.ts';
import { SetLimits } from './limits.ts';
import { KeptSettings } from './settings.ts';
import type { Visibility } from './visibility.ts';

const readTags = jsonTextReader(Type.Array(Type.Object({ key: Type.String(), value: Type.String() })));

const readSettings = jsonTextReader(KeptSettings);
const readLimits = jsonTextReader(SetLimits);

type Row = Selectable<Schema['projects']> & { readonly cluster_count: number | string | bigint };

export interface ProjectFilter {
  readonly visibility: Visibility;
  readonly orgId?: Id;
  readonly name?: string;
  /** Ignores upper and lower case. Empty: any name. */
  readonly namePrefix?: string;
}

export async function insertProject(transaction: Transaction, project: Project): Promise<void> {
  await transaction
    .insertInto('projects')
    .values({
      id: project.id,
      org_id: project.orgId,
      name: project.name,
      tags: JSON.stringify(project.tags),
      with_default_alerts_settings: project.withDefaultAlertsSettings ? 1 : 0,
      region_usage_restrictions: project.regionUsageRestrictions ?? null,
      created_at: project.createdAt,
    })
    .execute();
}

/** @returns false if the project does not exist. */
export async function updateProject(transaction: Transaction, id: Id, changes: ProjectChanges): Promise<boolean> {
  const { name, tags, withDefaultAlertsSettings } = changes;
  const result = await transaction
    .updateTable('projects')
    .set({
      // Set because the statement needs at least one column, also if nothing changes.
      id,
      ...(name === undefined ? {} : { name }),
      ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
      ...(withDefaultAlertsSettings === undefined
        ? {}
        : { with_default_alerts_settings: withDefaultAlertsSettings ? 1 : 0 }),
    })
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows > 0n;
}

/** Returns undefined if the project does not exist. */
export async function selectSettings(database: Database, id: Id): Promise<KeptSettings | undefined> {
  const row = await database.selectFrom('projects').select('settings').where('id', '=', id).executeTakeFirst();
  return row && storedValue('projects.settings', readSettings, row.settings);
}

export async function updateSettings(transaction: Transaction, id: Id, settings: KeptSettings): Promise<void> {
  const text = JSON.stringify(settings);
  await transaction.updateTable('projects').set({ settings: text }).where('id', '=', id).execute();
}

/** Returns undefined if the project does not exist. */
export async function selectLimits(database: Database, id: Id): Promise<SetLimits | undefined> {
  const row = await database.selectFrom('projects').select('limits').where('id', '=', id).executeTakeFirst();
  return row && storedValue('projects.limits', readLimits, row.limits);
}

export async function updateLimits(transaction: Transaction, id: Id, limits: SetLimits): Promise<void> {
  const text = JSON.stringify(limits);
  await transaction.updateTable('projects').set({ limits: text }).where('id', '=', id).execute();
}

export async function deleteProject(transaction: Transaction, id: Id): Promise<void> {
  await transaction.deleteFrom('projects').where('id', '=', id).execute();
}

export async function selectProject(database: Database, id: Id): Promise<Project | undefined> {
  const [row] = await readProject(database, id);
  return row && projectOf(row);
}

const readProject = compiledOnce((database, id: Id) => projects(database).where('projects.id', '=', id));

/** Returns the organization of a project. */
export async function selectOrganizationId(database: Database, id: Id): Promise<Id | undefined> {
  const [row] = await readOrganizationId(database, id);
  return row?.org_id;
}

const readOrganizationId = rememberedRead((database, id: Id) =>
  database.selectFrom('projects').select('org_id').where('id', '=', id),
);

/** Returns the names of all projects. */
export async function selectNames(
  database: Database,
): Promise<readonly { readonly id: Id; readonly orgId: Id; readonly name: string }[]> {
  return await database.selectFrom('projects').select(['id', 'org_id as orgId', 'name']).execute();
}

/** Returns a page of the matching projects, oldest first. */
export async function selectProjects(
  database: Database,
  filter: ProjectFilter,
  page: PageRequest,
): Promise<Page<Project>> {
  return await selectPage(database, matching(database, filter), page, (rows) => rows.map(projectOf));
}

/** Returns the oldest matching project. */
export async function selectFirstProject(database: Database, filter: ProjectFilter): Promise<Project | undefined> {
  const row = await matching(database, filter).limit(1).executeTakeFirst();
  return row && projectOf(row);
}

function matching(database: Database, filter: ProjectFilter) {
  return projects(database)
    .where((builder) => matches(builder, filter))
    .orderBy('projects.id');
}

function projects(database: Database) {
  // This slice reads the table of clusters only for counting, because it must not import the slice clusters, which is above it.
  return database
    .selectFrom('projects')
    .selectAll('projects')
    .select((builder) =>
      builder
        .selectFrom('clusters')
        .whereRef('clusters.group_id', '=', 'projects.id')
        .where('clusters.removed_at', 'is', null)
        .select(({ fn }) => fn.countAll().as('count'))
        .$asScalar()
        .$notNull()
        .as('cluster_count'),
    );
}

function matches(builder: ExpressionBuilder<Schema, 'projects'>, filter: ProjectFilter) {
  const { orgIds, groupIds } = filter.visibility;
  const visible = [
    ...(orgIds.length === 0 ? [] : [builder('projects.org_id', 'in', orgIds)]),
    ...(groupIds.length === 0 ? [] : [builder('projects.id', 'in', groupIds)]),
  ];
  return builder.and([
    builder.or(visible),
    ...(filter.orgId === undefined ? [] : [builder('projects.org_id', '=', filter.orgId)]),
    ...(filter.name === undefined ? [] : [builder('projects.name', '=', filter.name)]),
    ...(filter.namePrefix ? [startsWith('projects.name', filter.namePrefix)] : []),
  ]);
}

function projectOf(row: Row): Project {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    tags: storedValue('projects.tags', readTags, row.tags),
    withDefaultAlertsSettings: row.with_default_alerts_settings === 1,
    regionUsageRestrictions: row.region_usage_restrictions ?? undefined,
    createdAt: row.created_at,
    clusterCount: Number(row.cluster_count),
  };
}
