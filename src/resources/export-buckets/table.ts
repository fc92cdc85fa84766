import type { Id } from '../../kernel/ids.ts';
import type { Database, Schema } from '../../metastore/index.ts';
import type { ExportBucket } from './model.ts';

// Every function takes the database or a transaction of it.

export async function insertBucket(database: Database, bucket: ExportBucket): Promise<void> {
  await database
    .insertInto('export_buckets')
    .values({
      id: bucket.id,
      group_id: bucket.groupId,
      provider: bucket.provider,
      bucket_name: bucket.bucketName,
      role_id: bucket.roleId,
      require_private_networking: bucket.requirePrivateNetworking ? 1 : 0,
      region: bucket.region,
      created_at: bucket.createdAt,
    })
    .execute();
}

export async function selectBucket(database: Database, groupId: Id, id: Id): Promise<ExportBucket | undefined> {
  const row = await database
    .selectFrom('export_buckets')
    .selectAll()
    .where('id', '=', id)
    .where('group_id', '=', groupId)
    .executeTakeFirst();
  return row === undefined ? undefined : bucketOf(row);
}

/** One page of a project's buckets, oldest first. */
export async function selectBuckets(
  database: Database,
  groupId: Id,
  page: { readonly offset: number; readonly itemsPerPage: number },
): Promise<readonly ExportBucket[]> {
  const rows = await database
    .selectFrom('export_buckets')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(page.itemsPerPage)
    .offset(page.offset)
    .execute();
  return rows.map(bucketOf);
}

export async function countBuckets(database: Database, groupId: Id): Promise<number> {
  const { count } = await database
    .selectFrom('export_buckets')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('group_id', '=', groupId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function selectBucketsOfRole(database: Database, roleId: Id): Promise<readonly ExportBucket[]> {
  const rows = await database
    .selectFrom('export_buckets')
    .selectAll()
    .where('role_id', '=', roleId)
    .orderBy('id')
    .execute();
  return rows.map(bucketOf);
}

export async function updatePrivateNetworking(database: Database, id: Id, required: boolean): Promise<void> {
  await database
    .updateTable('export_buckets')
    .set({ require_private_networking: required ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

export async function deleteBucket(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('export_buckets').where('id', '=', id).execute();
}

function bucketOf(row: Schema['export_buckets']): ExportBucket {
  return {
    id: row.id,
    groupId: row.group_id,
    provider: 'AWS',
    bucketName: row.bucket_name,
    roleId: row.role_id,
    requirePrivateNetworking: row.require_private_networking === 1,
    region: row.region,
    createdAt: row.created_at,
  };
}
