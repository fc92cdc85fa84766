import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, type Database, type Schema } from '../../metastore/index.ts';
import type { ExportBucket, ProviderBucket } from './model.ts';

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
      ...providerColumns(bucket),
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
export async function selectBuckets(database: Database, groupId: Id, page: PageRequest): Promise<Page<ExportBucket>> {
  const query = database
    .selectFrom('export_buckets')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id');
  return await selectPage(database, query, page, (rows) => rows.map(bucketOf));
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
    .set({ aws_require_private_networking: required ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

export async function deleteBucket(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('export_buckets').where('id', '=', id).execute();
}

type Row = Schema['export_buckets'];

function bucketOf(row: Row): ExportBucket {
  return {
    ...providerBucketOf(row),
    id: row.id,
    groupId: row.group_id,
    roleId: row.role_id,
    createdAt: row.created_at,
  };
}

function providerColumns(bucket: ProviderBucket): Partial<Row> {
  switch (bucket.provider) {
    case 'AWS':
      return {
        aws_require_private_networking: bucket.requirePrivateNetworking ? 1 : 0,
        aws_region: bucket.region,
      };
    case 'AZURE':
      return { azure_service_url: bucket.serviceUrl, azure_tenant_id: bucket.tenantId ?? null };
    case 'GCP':
      return {};
  }
}

function providerBucketOf(row: Row): ProviderBucket {
  const { bucket_name: bucketName } = row;
  const required = <Column extends keyof Row>(column: Column): NonNullable<Row[Column]> => {
    const value = row[column];
    if (value === null) throw new Error(`the export bucket ${row.id} of ${row.provider} has no ${column}`);
    return value;
  };
  switch (row.provider) {
    case 'AWS':
      return {
        provider: 'AWS',
        bucketName,
        requirePrivateNetworking: required('aws_require_private_networking') === 1,
        region: required('aws_region'),
      };
    case 'AZURE':
      return {
        provider: 'AZURE',
        bucketName,
        serviceUrl: required('azure_service_url'),
        tenantId: row.azure_tenant_id ?? undefined,
      };
    case 'GCP':
      return { provider: 'GCP', bucketName };
    default:
      throw new Error(`the export bucket ${row.id} is of an unknown provider, ${JSON.stringify(row.provider)}`);
  }
}
