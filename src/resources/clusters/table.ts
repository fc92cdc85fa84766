import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import { partId, type Id } from '../../kernel/ids.ts';
import { jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { compiledOnce, selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { Configuration, factsOfBackups, registeredConfiguration } from './configuration.ts';
import { SOURCE_KINDS, type DescribedCluster, type ShownCluster, type SourceKind } from './model.ts';

const readSourceKind = jsonReader(Type.Enum([...SOURCE_KINDS]));
const readConfiguration = jsonTextReader(Configuration);

/** A stored cluster with its sealed source. */
export interface StoredCluster extends DescribedCluster {
  readonly sealedSource: string;
}

// Every function takes the database or a transaction of it.

export async function insertCluster(database: Database, cluster: StoredCluster): Promise<void> {
  await database
    .insertInto('clusters')
    .values({
      id: cluster.id,
      group_id: cluster.groupId,
      name: cluster.name,
      source_kind: cluster.sourceKind,
      sealed_source: cluster.sealedSource,
      mongodb_version: cluster.mongodbVersion,
      created_at: cluster.createdAt,
      allow_empty: cluster.allowEmpty ? 1 : 0,
      is_strict: cluster.strict ? 1 : 0,
      is_provisioned: cluster.isProvisioned ? 1 : 0,
      changed_at: cluster.changedAt ?? null,
      configuration: cluster.isProvisioned ? JSON.stringify(cluster.configuration) : null,
    })
    .execute();
}

/** Returns a cluster by its name, also a removed one whose backups are retained. */
export async function selectCluster(database: Database, groupId: Id, name: string): Promise<StoredCluster | undefined> {
  const [row] = await readCluster(database, groupId, name);
  return row && clusterOf(row);
}

const readCluster = compiledOnce((database, groupId: Id, name: string) =>
  database.selectFrom('clusters').selectAll().where('group_id', '=', groupId).where('name', '=', name),
);

export async function selectClusterById(database: Database, id: Id): Promise<StoredCluster | undefined> {
  const row = await database.selectFrom('clusters').selectAll().where('id', '=', id).executeTakeFirst();
  return row && clusterOf(row);
}

/** Returns a page of a project's clusters, oldest first. @param options.withRemoved whether removed ones are among them. */
export async function selectClusters(
  database: Database,
  groupId: Id,
  page: PageRequest,
  options: { readonly withRemoved: boolean },
): Promise<Page<StoredCluster>> {
  const all = database.selectFrom('clusters').selectAll().where('group_id', '=', groupId);
  const wanted = options.withRemoved ? all : all.where('removed_at', 'is', null);
  return await selectPage(database, wanted.orderBy('created_at').orderBy('id'), page, (rows) => rows.map(clusterOf));
}

/** Returns the clusters of several projects that are not removed, oldest first. */
export async function selectClustersOf(database: Database, groupIds: readonly Id[]): Promise<readonly StoredCluster[]> {
  const present = database.selectFrom('clusters').selectAll().where('removed_at', 'is', null);
  const query = present.where('group_id', 'in', groupIds);
  const rows = await query.orderBy('created_at').orderBy('id').execute();
  return rows.map(clusterOf);
}

export async function updateConfiguration(
  database: Database,
  id: Id,
  { configuration, changedAt }: { readonly configuration: Configuration; readonly changedAt: number },
): Promise<void> {
  await database
    .updateTable('clusters')
    .set({ configuration: JSON.stringify(configuration), changed_at: changedAt })
    .where('id', '=', id)
    .execute();
}

export async function updateSource(
  database: Database,
  { id, sourceKind, sealedSource, allowEmpty, strict, mongodbVersion, changedAt, configuration }: StoredCluster,
): Promise<void> {
  await database
    .updateTable('clusters')
    .set({
      source_kind: sourceKind,
      sealed_source: sealedSource,
      allow_empty: allowEmpty ? 1 : 0,
      is_strict: strict ? 1 : 0,
      mongodb_version: mongodbVersion,
      // Until a client describes the cluster, its configuration follows from the version.
      ...(changedAt !== undefined && { configuration: JSON.stringify(configuration) }),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteCluster(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('clusters').where('id', '=', id).execute();
}

/** Marks a cluster as removed, and replaces its source. */
export async function setRemoved(
  database: Database,
  id: Id,
  removed: { readonly at: number; readonly sourceKind: SourceKind; readonly sealedSource: string },
): Promise<void> {
  await database
    .updateTable('clusters')
    .set({ removed_at: removed.at, source_kind: removed.sourceKind, sealed_source: removed.sealedSource })
    .where('id', '=', id)
    .execute();
}

/** Deletes a cluster that is marked as removed. Another one stays. */
export async function deleteRemoved(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('clusters').where('id', '=', id).where('removed_at', 'is not', null).execute();
}

/** Keeps a removed cluster instead of earlier ones of its name, and forgets those that were removed before a time. */
export async function insertRemovedCluster(
  database: Database,
  { id, groupId, name, mongodbVersion, createdAt, configuration }: DescribedCluster,
  times: { readonly removedAt: number; readonly forgetBefore: number },
): Promise<void> {
  await database
    .deleteFrom('removed_clusters')
    .where((where) => where.or([where.and({ group_id: groupId, name }), where('removed_at', '<', times.forgetBefore)]))
    .execute();
  await database
    .insertInto('removed_clusters')
    .values({
      id,
      group_id: groupId,
      name,
      mongodb_version: mongodbVersion,
      created_at: createdAt,
      removed_at: times.removedAt,
      configuration: JSON.stringify(configuration),
    })
    .execute();
}

/** Whether a cluster of the name was removed at this time or later, and has not been shown yet. */
export async function isBeingDeleted(database: Database, groupId: Id, name: string, since: number): Promise<boolean> {
  const removed = database.selectFrom('removed_clusters').select('id').where('group_id', '=', groupId);
  const recent = removed.where('name', '=', name).where('removed_at', '>=', since);
  return (await recent.executeTakeFirst()) !== undefined;
}

/** Returns a cluster that was removed at this time or later, and forgets it. */
export async function takeRemovedCluster(
  database: Database,
  groupId: Id,
  name: string,
  since: number,
): Promise<ShownCluster | undefined> {
  const row = await database
    .deleteFrom('removed_clusters')
    .where('group_id', '=', groupId)
    .where('name', '=', name)
    .where('removed_at', '>=', since)
    .returningAll()
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      groupId: row.group_id,
      name: row.name,
      mongodbVersion: row.mongodb_version,
      createdAt: row.created_at,
      configuration: configurationOf('removed_clusters.configuration', row),
      state: 'DELETING',
    }
  );
}

function clusterOf(row: Selectable<Schema['clusters']>): StoredCluster {
  const configuration = configurationOf('clusters.configuration', row);
  return {
    id: row.id,
    groupId: row.group_id,
    name: row.name,
    sourceKind: storedValue('clusters.source_kind', readSourceKind, row.source_kind),
    sealedSource: row.sealed_source,
    mongodbVersion: row.mongodb_version,
    createdAt: row.created_at,
    allowEmpty: row.allow_empty === 1,
    strict: row.is_strict === 1,
    isProvisioned: row.is_provisioned === 1,
    changedAt: row.changed_at ?? undefined,
    isRemoved: row.removed_at !== null,
    ...factsOfBackups(configuration),
    configuration,
  };
}

/** The configuration of a deployment that no client has described is not stored. */
function configurationOf(
  column: string,
  row: { readonly id: Id; readonly mongodb_version: string; readonly configuration: string | null },
): Configuration {
  return row.configuration === null
    ? registeredConfiguration(row.mongodb_version, (part) => partId(row.id, part))
    : storedValue(column, readConfiguration, row.configuration);
}
