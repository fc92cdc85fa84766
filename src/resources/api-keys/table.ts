import type { Selectable } from 'kysely';
import type { RoleAssignment } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { rememberedRead, selectPage, type Database, type Schema, type Transaction } from '../../metastore/index.ts';
import type { ApiKey } from './model.ts';

/** The scope of a role: an organization or a project. */
export type Scope = { readonly orgId: Id } | { readonly groupId: Id };

/** Inserts a key without its roles. */
export async function insertKey(transaction: Transaction, key: ApiKey, sealedHa1: string): Promise<void> {
  await transaction
    .insertInto('api_keys')
    .values({
      id: key.id,
      org_id: key.orgId,
      public_key: key.publicKey,
      sealed_ha1: sealedHa1,
      private_key_suffix: key.privateKeySuffix,
      description: key.description,
      created_at: key.createdAt,
    })
    .execute();
}

export async function updateDescription(transaction: Transaction, id: Id, description: string): Promise<void> {
  await transaction.updateTable('api_keys').set({ description }).where('id', '=', id).execute();
}

export async function deleteKey(transaction: Transaction, id: Id): Promise<void> {
  await transaction.deleteFrom('api_keys').where('id', '=', id).execute();
}

/** Replaces the key's roles in the scope. */
export async function replaceRoles(
  transaction: Transaction,
  id: Id,
  scope: Scope,
  roleNames: readonly string[],
): Promise<void> {
  await deleteRoles(transaction, id, scope);
  await insertRoles(transaction, id, scope, roleNames);
}

export async function insertRoles(
  transaction: Transaction,
  id: Id,
  scope: Scope,
  roleNames: readonly string[],
): Promise<void> {
  const where = 'orgId' in scope ? { org_id: scope.orgId } : { group_id: scope.groupId };
  const rows = roleNames.map((role_name) => ({ api_key_id: id, role_name, ...where }));
  await transaction.insertInto('api_key_roles').values(rows).execute();
}

/** @returns whether the key had roles in the scope. */
export async function deleteRoles(transaction: Transaction, id: Id, scope: Scope): Promise<boolean> {
  const ofKey = transaction.deleteFrom('api_key_roles').where('api_key_id', '=', id);
  const inScope =
    'orgId' in scope ? ofKey.where('org_id', '=', scope.orgId) : ofKey.where('group_id', '=', scope.groupId);
  return (await inScope.executeTakeFirstOrThrow()).numDeletedRows > 0n;
}

export async function selectKey(database: Database, orgId: Id, id: Id): Promise<ApiKey | undefined> {
  const rows = await database
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .execute();
  return (await withRoles(database, rows))[0];
}

/** Makes the same reads if the key does not exist, because the time must not reveal which keys exist. */
export async function selectKeyToVerify(
  database: Database,
  publicKey: string,
): Promise<{ readonly key: ApiKey; readonly sealedHa1: string; readonly accessListRequired: boolean } | undefined> {
  const [row] = await readKey(database, publicKey);
  const roles = await readRoles(database, row?.id ?? '');
  const accessListRequired = row?.api_access_list_required === 1;
  return row && { key: keyOf(row, roles), sealedHa1: row.sealed_ha1, accessListRequired };
}

const readKey = rememberedRead((database, publicKey: string) =>
  database
    .selectFrom('api_keys')
    .selectAll()
    // No join, because SQLite would plan one anew for each key.
    .select((key) =>
      key
        .selectFrom('organizations')
        .select('api_access_list_required')
        .whereRef('organizations.id', '=', 'api_keys.org_id')
        .as('api_access_list_required'),
    )
    .where('public_key', '=', publicKey),
);

/** Returns a page of the keys of an organization, or of the keys with roles in a project, newest first. */
export async function selectKeys(database: Database, scope: Scope, page: PageRequest): Promise<Page<ApiKey>> {
  const query = inScope(database, scope).selectAll().orderBy('id', 'desc');
  return await selectPage(database, query, page, (rows, transaction) => withRoles(transaction, rows));
}

/** Counts the other keys that have a role in the organization. */
export async function countOthersWithRole(database: Database, id: Id, orgId: Id, roleName: string): Promise<number> {
  const { total } = await database
    .selectFrom('api_key_roles')
    .select(({ fn }) => fn.countAll().as('total'))
    .where('org_id', '=', orgId)
    .where('role_name', '=', roleName)
    .where('api_key_id', '<>', id)
    .executeTakeFirstOrThrow();
  return Number(total);
}

function inScope(database: Database, scope: Scope) {
  const keys = database.selectFrom('api_keys');
  if ('orgId' in scope) return keys.where('org_id', '=', scope.orgId);
  return keys.where('id', 'in', (query) =>
    query.selectFrom('api_key_roles').select('api_key_id').where('group_id', '=', scope.groupId),
  );
}

async function withRoles(
  database: Database,
  rows: readonly Selectable<Schema['api_keys']>[],
): Promise<readonly ApiKey[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const ofKey = Map.groupBy(await selectRoles(database, ids), (role) => role.api_key_id);
  return rows.map((row) => keyOf(row, ofKey.get(row.id) ?? []));
}

async function selectRoles(
  database: Database,
  ids: readonly Id[],
): Promise<readonly Selectable<Schema['api_key_roles']>[]> {
  return await rolesOf(database, ids).execute();
}

const readRoles = rememberedRead((database, id: Id) => rolesOf(database, [id]));

function rolesOf(database: Database, ids: readonly Id[]) {
  return database
    .selectFrom('api_key_roles')
    .selectAll()
    .where('api_key_id', 'in', ids)
    .orderBy('role_name')
    .orderBy('group_id');
}

function keyOf(row: Selectable<Schema['api_keys']>, roles: readonly Selectable<Schema['api_key_roles']>[]): ApiKey {
  return {
    id: row.id,
    orgId: row.org_id,
    publicKey: row.public_key,
    privateKeySuffix: row.private_key_suffix,
    description: row.description,
    createdAt: row.created_at,
    roles: roles.map(assignmentOf),
  };
}

function assignmentOf(row: Selectable<Schema['api_key_roles']>): RoleAssignment {
  return {
    roleName: row.role_name,
    ...(row.org_id === null ? {} : { orgId: row.org_id }),
    ...(row.group_id === null ? {} : { groupId: row.group_id }),
  };
}
