import type { Selectable } from 'kysely';
import type { RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { selectPage, type Database, type Schema, type Transaction } from '../../metastore/index.ts';
import type { ServiceAccount } from './model.ts';
import { selectSecrets } from './secret-table.ts';

/** The scope of a role: an organization or a project. */
export type Scope = { readonly orgId: Id } | { readonly groupId: Id };

/** Inserts an account without its roles and secrets. */
export async function insertAccount(
  transaction: Transaction,
  account: Pick<ServiceAccount, 'id' | 'orgId' | 'name' | 'description' | 'createdAt'>,
): Promise<void> {
  const { id, orgId: org_id, name, description, createdAt: created_at } = account;
  await transaction.insertInto('service_accounts').values({ id, org_id, name, description, created_at }).execute();
}

export async function updateAccount(
  transaction: Transaction,
  id: Id,
  changes: { readonly name?: string; readonly description?: string },
): Promise<void> {
  // The id is set because the statement needs at least one column, also if nothing changes.
  await transaction
    .updateTable('service_accounts')
    .set({ id, ...changes })
    .where('id', '=', id)
    .execute();
}

export async function deleteAccount(transaction: Transaction, id: Id): Promise<void> {
  await transaction.deleteFrom('service_accounts').where('id', '=', id).execute();
}

/** Replaces the account's roles in the scope. An empty list removes them. */
export async function replaceRoles(
  transaction: Transaction,
  id: Id,
  scope: Scope,
  roleNames: readonly string[],
): Promise<void> {
  const [column, value] =
    'orgId' in scope ? (['org_id', scope.orgId] as const) : (['group_id', scope.groupId] as const);
  await transaction
    .deleteFrom('service_account_roles')
    .where('service_account_id', '=', id)
    .where(column, '=', value)
    .execute();
  if (roleNames.length === 0) return;
  const nowhere = { org_id: null, group_id: null };
  const rows = roleNames.map((role_name) => ({ service_account_id: id, role_name, ...nowhere, [column]: value }));
  await transaction.insertInto('service_account_roles').values(rows).execute();
}

export async function selectAccount(database: Database, orgId: Id, id: Id): Promise<ServiceAccount | undefined> {
  const rows = await database
    .selectFrom('service_accounts')
    .selectAll()
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .execute();
  return (await withParts(database, rows))[0];
}

/** Returns a page of the accounts of an organization, or of those with roles in a project, newest first. */
export async function selectAccounts(
  database: Database,
  scope: Scope,
  page: PageRequest,
): Promise<Page<ServiceAccount>> {
  const accounts = database.selectFrom('service_accounts');
  const inScope =
    'orgId' in scope
      ? accounts.where('org_id', '=', scope.orgId)
      : accounts.where('id', 'in', (query) =>
          query.selectFrom('service_account_roles').select('service_account_id').where('group_id', '=', scope.groupId),
        );
  const query = inScope.selectAll().orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows, transaction) => withParts(transaction, rows));
}

export async function selectRoles(database: Database, ids: readonly Id[]): Promise<ReadonlyMap<Id, RoleAssignment[]>> {
  const rows = await database
    .selectFrom('service_account_roles')
    .selectAll()
    .where('service_account_id', 'in', ids)
    .orderBy('role_name')
    .orderBy('group_id')
    .execute();
  const ofAccount = Map.groupBy(rows, (row) => row.service_account_id);
  return new Map([...ofAccount].map(([id, roles]) => [id, roles.map(assignmentOf)]));
}

async function withParts(
  database: Database,
  rows: readonly Selectable<Schema['service_accounts']>[],
): Promise<readonly ServiceAccount[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const roles = await selectRoles(database, ids);
  const secrets = await selectSecrets(database, ids);
  return rows.map((row) => ({
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
    roles: roles.get(row.id) ?? [],
    secrets: secrets.get(row.id) ?? [],
  }));
}

function assignmentOf(row: Selectable<Schema['service_account_roles']>): RoleAssignment {
  const { role_name: roleName, org_id: orgId, group_id: groupId } = row;
  return { roleName, ...(orgId === null ? {} : { orgId }), ...(groupId === null ? {} : { groupId }) };
}
