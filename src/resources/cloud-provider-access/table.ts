import type { Selectable } from 'kysely';
import type { Id } from '../../kernel/ids.ts';
import type { Database, Schema, Transaction } from '../../metastore/index.ts';
import type { AccessRole } from './role.ts';

export async function insertRole(transaction: Transaction, role: AccessRole): Promise<void> {
  await transaction
    .insertInto('cloud_provider_access_roles')
    .values({
      id: role.id,
      group_id: role.groupId,
      provider: role.provider,
      account_arn: role.accountArn,
      external_id: role.externalId,
      iam_assumed_role_arn: role.iamAssumedRoleArn ?? null,
      created_at: role.createdAt,
      authorized_at: role.authorizedAt ?? null,
    })
    .execute();
}

/** @returns whether the project has such a role. */
export async function authorizeRole(
  transaction: Transaction,
  { groupId, roleId }: { readonly groupId: Id; readonly roleId: Id },
  iamAssumedRoleArn: string,
  authorizedAt: number,
): Promise<boolean> {
  const result = await transaction
    .updateTable('cloud_provider_access_roles')
    .set({ iam_assumed_role_arn: iamAssumedRoleArn, authorized_at: authorizedAt })
    .where('id', '=', roleId)
    .where('group_id', '=', groupId)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows > 0n;
}

/** @returns whether the project had such a role. */
export async function deleteRole(
  transaction: Transaction,
  { groupId, provider, roleId }: { readonly groupId: Id; readonly provider: string; readonly roleId: Id },
): Promise<boolean> {
  const result = await transaction
    .deleteFrom('cloud_provider_access_roles')
    .where('id', '=', roleId)
    .where('group_id', '=', groupId)
    .where('provider', '=', provider)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}

export async function selectRole(database: Database, groupId: Id, roleId: Id): Promise<AccessRole | undefined> {
  const row = await database
    .selectFrom('cloud_provider_access_roles')
    .selectAll()
    .where('id', '=', roleId)
    .where('group_id', '=', groupId)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** All roles of a project, oldest first. */
export async function selectRoles(database: Database, groupId: Id): Promise<readonly AccessRole[]> {
  const rows = await database
    .selectFrom('cloud_provider_access_roles')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(fromRow);
}

function fromRow(row: Selectable<Schema['cloud_provider_access_roles']>): AccessRole {
  return {
    id: row.id,
    groupId: row.group_id,
    provider: 'AWS',
    accountArn: row.account_arn,
    externalId: row.external_id,
    iamAssumedRoleArn: row.iam_assumed_role_arn ?? undefined,
    createdAt: row.created_at,
    authorizedAt: row.authorized_at ?? undefined,
  };
}
