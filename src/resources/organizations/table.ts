import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import { AnyObject, jsonTextReader } from '../../kernel/json-reader.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import {
  selectPage,
  startsWith,
  storedValue,
  type Database,
  type Schema,
  type Transaction,
} from '../../metastore/index.ts';
import type { Organization, OrganizationChanges, OrganizationSettings } from './model.ts';

const readOthers = jsonTextReader(AnyObject);

export async function insertOrganization(transaction: Transaction, organization: Organization): Promise<void> {
  await transaction
    .insertInto('organizations')
    .values({
      id: organization.id,
      name: organization.name,
      skip_default_alerts_settings: organization.skipDefaultAlertsSettings ? 1 : 0,
      created_at: organization.createdAt,
    })
    .execute();
}

/** @returns false if the organization does not exist. */
export async function updateOrganization(
  transaction: Transaction,
  id: Id,
  { name, skipDefaultAlertsSettings }: OrganizationChanges,
): Promise<boolean> {
  const result = await transaction
    .updateTable('organizations')
    .set({
      // Set because the statement needs at least one column, also if nothing changes.
      id,
      ...(name === undefined ? {} : { name }),
      ...(skipDefaultAlertsSettings === undefined
        ? {}
        : { skip_default_alerts_settings: skipDefaultAlertsSettings ? 1 : 0 }),
    })
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows > 0n;
}

/** @returns false if the organization did not exist. */
export async function deleteOrganization(transaction: Transaction, id: Id): Promise<boolean> {
  const result = await transaction.deleteFrom('organizations').where('id', '=', id).executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}

export async function selectOrganization(database: Database, id: Id): Promise<Organization | undefined> {
  const row = await database.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && organizationOf(row);
}

/** Returns a page of the given organizations whose names start with the prefix in any case, oldest first. */
export async function selectOrganizations(
  database: Database,
  ids: readonly Id[],
  namePrefix: string,
  page: PageRequest,
): Promise<Page<Organization>> {
  const query = database
    .selectFrom('organizations')
    .selectAll()
    .where('id', 'in', ids)
    .where(startsWith('name', namePrefix))
    .orderBy('id');
  return await selectPage(database, query, page, (rows) => rows.map(organizationOf));
}

export async function selectSettings(database: Database, id: Id): Promise<OrganizationSettings | undefined> {
  const row = await database
    .selectFrom('organizations')
    .select(['api_access_list_required', 'max_service_account_secret_hours', 'other_settings'])
    .where('id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      apiAccessListRequired: row.api_access_list_required === 1,
      maxServiceAccountSecretValidityInHours: row.max_service_account_secret_hours ?? undefined,
      others: storedValue('organizations.other_settings', readOthers, row.other_settings ?? '{}'),
    }
  );
}

export async function updateSettings(transaction: Transaction, id: Id, settings: OrganizationSettings): Promise<void> {
  await transaction
    .updateTable('organizations')
    .set({
      api_access_list_required: settings.apiAccessListRequired ? 1 : 0,
      max_service_account_secret_hours: settings.maxServiceAccountSecretValidityInHours ?? null,
      other_settings: JSON.stringify(settings.others),
    })
    .where('id', '=', id)
    .execute();
}

export async function hasOrganizations(database: Database): Promise<boolean> {
  return (await database.selectFrom('organizations').select('id').limit(1).executeTakeFirst()) !== undefined;
}

function organizationOf(row: Selectable<Schema['organizations']>): Organization {
  return {
    id: row.id,
    name: row.name,
    skipDefaultAlertsSettings: row.skip_default_alerts_settings === 1,
    createdAt: row.created_at,
  };
}
