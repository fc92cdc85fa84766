import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import {
  compiledInsert,
  compiledOnce,
  selectPage,
  storedValue,
  type Database,
  type Schema,
} from '../../metastore/index.ts';
import { CLOUD_PROVIDERS } from '../../object-store/addressing.ts';
import type { ExportBucket, ProviderBucket } from './model.ts';

const readProvider = jsonReader(Type.Enum([...CLOUD_PROVIDERS]));
const readTruth = jsonReader(Type.Enum([0, 1]));
const readText = jsonReader(Type.String());

// Every function takes the database or a transaction of it.

export async function insertBucket(database: Database, bucket: ExportBucket): Promise<void> {
  await insert(database, {
    id: bucket.id,
    group_id: bucket.groupId,
    provider: bucket.provider,
    bucket_name: bucket.bucketName,
    role_id: bucket.roleId,
    store_id: bucket.storeId ?? null,
    ...providerColumns(bucket),
    created_at: bucket.createdAt,
  });
}

const insert = compiledInsert('export_buckets');

export async function selectBucket(database: Database, groupId: Id, id: Id): Promise<ExportBucket | undefined> {
  const [row] = await readBucket(database, groupId, id);
  return row && bucketOf(row);
}

const readBucket = compiledOnce((database, groupId: Id, id: Id) =>
  database.selectFrom('export_buckets').selectAll().where('id', '=', id).where('group_id', '=', groupId),
);

/** Returns a page of a project's buckets, oldest first. */
export async function selectBuckets(database: Database, groupId: Id, page: PageRequest): Promise<Page<ExportBucket>> {
  return await selectPage(database, bucketsOf(database, groupId), page, (rows) => rows.map(bucketOf));
}

/** Returns the buckets of a project, oldest first. */
export async function selectAllBuckets(database: Database, groupId: Id): Promise<readonly ExportBucket[]> {
  return (await bucketsOf(database, groupId).execute()).map(bucketOf);
}

function bucketsOf(database: Database, groupId: Id) {
  return database
    .selectFrom('export_buckets')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id');
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

export async function updateStoreId(database: Database, id: Id, storeId: string): Promise<void> {
  await database.updateTable('export_buckets').set({ store_id: storeId }).where('id', '=', id).execute();
}

/** Gives all registrations of the bucket's address the id of its store, in all projects. */
export async function updateStoreIdOfAddress(database: Database, bucket: ExportBucket): Promise<void> {
  const { provider, bucketName, storeId } = bucket;
  const { azure_service_url: serviceUrl = null } = providerColumns(bucket);
  if (storeId === undefined) await forgetStoreId(database, provider, bucketName, serviceUrl);
  else await replaceStoreId(database, provider, bucketName, serviceUrl, storeId);
}

const forgetStoreId = compiledOnce((database, provider: string, name: string, serviceUrl: string | null) =>
  database
    .updateTable('export_buckets')
    .set({ store_id: null })
    .where('id', 'in', registered(database, provider, name).where('store_id', 'is not', null))
    .where('azure_service_url', 'is', serviceUrl),
);

const replaceStoreId = compiledOnce(
  (database, provider: string, name: string, serviceUrl: string | null, storeId: string) => {
    const all = registered(database, provider, name);
    // A query for each range of the index, because SQLite would read all registrations for ranges with `or`, and there may be thousands.
    const others = all
      .where('store_id', 'is', null)
      .unionAll(all.where('store_id', '<', storeId))
      .unionAll(all.where('store_id', '>', storeId));
    return database
      .updateTable('export_buckets')
      .set({ store_id: storeId })
      .where('id', 'in', others)
      .where('azure_service_url', 'is', serviceUrl);
  },
);

function registered(database: Database, provider: string, name: string) {
  return database
    .selectFrom('export_buckets')
    .select('id')
    .where('provider', '=', provider)
    .where('bucket_name', '=', name);
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
    storeId: row.store_id ?? undefined,
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
  const required = <Value>(column: keyof Row, read: (value: unknown) => Value): Value =>
    storedValue(`export_buckets.${column}`, read, row[column]);
  const provider = required('provider', readProvider);
  switch (provider) {
    case 'AWS':
      return {
        provider,
        bucketName,
        requirePrivateNetworking: required('aws_require_private_networking', readTruth) === 1,
        region: required('aws_region', readText),
      };
    case 'AZURE':
      return {
        provider,
        bucketName,
        serviceUrl: required('azure_service_url', readText),
        tenantId: row.azure_tenant_id ?? undefined,
      };
    case 'GCP':
      return { provider, bucketName };
  }
}
