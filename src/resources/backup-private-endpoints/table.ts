import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { AWS_REGIONS, type AwsRegion, type PrivateEndpoint } from './model.ts';

const readRegion = jsonReader(Type.Enum([...AWS_REGIONS]));

// Every function takes the database or a transaction of it.

export async function insertEndpoint(database: Database, endpoint: PrivateEndpoint): Promise<void> {
  await database
    .insertInto('backup_private_endpoints')
    .values({
      id: endpoint.id,
      group_id: endpoint.groupId,
      provider: 'AWS',
      region_name: endpoint.regionName ?? null,
      vpc_region_name: endpoint.vpcRegionName ?? null,
      created_at: endpoint.createdAt,
    })
    .execute();
}

/** Returns a page of a project's endpoints, oldest first. */
export async function selectEndpoints(
  database: Database,
  groupId: Id,
  page: PageRequest,
): Promise<Page<PrivateEndpoint>> {
  const query = database
    .selectFrom('backup_private_endpoints')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id');
  return await selectPage(database, query, page, (rows) => rows.map(endpointOf));
}

export async function selectEndpoint(database: Database, groupId: Id, id: Id): Promise<PrivateEndpoint | undefined> {
  const row = await database
    .selectFrom('backup_private_endpoints')
    .selectAll()
    .where('id', '=', id)
    .where('group_id', '=', groupId)
    .executeTakeFirst();
  return row && endpointOf(row);
}

/** Whether the project has an endpoint between these regions. */
export async function hasEndpoint(
  database: Database,
  groupId: Id,
  regions: Pick<PrivateEndpoint, 'regionName' | 'vpcRegionName'>,
): Promise<boolean> {
  const row = await database
    .selectFrom('backup_private_endpoints')
    .select('id')
    .where('group_id', '=', groupId)
    .where('region_name', 'is', regions.regionName ?? null)
    .where('vpc_region_name', 'is', regions.vpcRegionName ?? null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function deleteEndpoint(database: Database, id: Id): Promise<void> {
  await database.deleteFrom('backup_private_endpoints').where('id', '=', id).execute();
}

function endpointOf(row: Selectable<Schema['backup_private_endpoints']>): PrivateEndpoint {
  const region = (column: 'region_name' | 'vpc_region_name'): AwsRegion | undefined =>
    row[column] === null ? undefined : storedValue(`backup_private_endpoints.${column}`, readRegion, row[column]);
  return {
    id: row.id,
    groupId: row.group_id,
    regionName: region('region_name'),
    vpcRegionName: region('vpc_region_name'),
    createdAt: row.created_at,
  };
}
