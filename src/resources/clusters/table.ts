import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { SOURCE_KINDS, type Cluster } from './model.ts';

const SourceKind = Type.Enum([...SOURCE_KINDS]);

/** A stored cluster with its sealed source. */
export interface StoredCluster extends Cluster {
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
    })
    .execute();
}

export async function selectCluster(database: Database, groupId: Id, name: string): Promise<StoredCluster | undefined> {
  const row = await database
    .selectFrom('clusters')
    .selectAll()
    .where('group_id', '=', groupId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && clusterOf(row);
}

export async function selectClusterById(database: Database, id: Id): Promise<StoredCluster | undefined> {
  const row = await database.selectFrom('clusters').selectAll().where('id', '=', id).executeTakeFirst();
  return row && clusterOf(row);
}

/** Returns a page of a project's clusters, oldest first. */
export async function selectClusters(database: Database, groupId: Id, page: PageRequest): Promise<Page<StoredCluster>> {
  const query = database
    .selectFrom('clusters')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id');
  return await selectPage(database, query, page, (rows) => rows.map(clusterOf));
}

export async function deleteCluster(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('clusters').where('id', '=', id).execute();
}

function clusterOf(row: Selectable<Schema['clusters']>): StoredCluster {
  return {
    id: row.id,
    groupId: row.group_id,
    name: row.name,
    sourceKind: storedValue('clusters.source_kind', SourceKind, row.source_kind),
    sealedSource: row.sealed_source,
    mongodbVersion: row.mongodb_version,
    createdAt: row.created_at,
    allowEmpty: row.allow_empty === 1,
    strict: row.is_strict === 1,
  };
}
