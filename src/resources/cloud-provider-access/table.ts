import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader } from '../../kernel/json-reader.ts';
import { rememberedRead, storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { CLOUD_PROVIDERS } from '../../object-store/addressing.ts';
import type { AccessRole, Authorization, ProviderRole } from './model.ts';

const readProvider = jsonReader(Type.Enum([...CLOUD_PROVIDERS]));
const readText = jsonReader(Type.String());

// Every function takes the database or a transaction of it.

export async function insertRole(database: Database, role: AccessRole): Promise<void> {
  await database
    .insertInto('cloud_provider_access_roles')
    .values({
      id: role.id,
      group_id: role.groupId,
      provider: role.provider,
      ...providerColumns(role),
      created_at: role.createdAt,
      authorized_at: role.authorizedAt ?? null,
    })
    .execute();
}

/** @returns false if the project has no such role of the provider. */
export async function authorizeRole(
  database: Database,
  { groupId, roleId }: { readonly groupId: Id; readonly roleId: Id },
  authorization: Authorization & { readonly takesAnyExternalId: boolean },
  authorizedAt: number,
): Promise<boolean> {
  const result = await database
    .updateTable('cloud_provider_access_roles')
    .set({
      ...(authorization.provider === 'AWS' && {
        aws_iam_assumed_role_arn: authorization.iamAssumedRoleArn,
        aws_takes_any_external_id: authorization.takesAnyExternalId ? 1 : 0,
      }),
      authorized_at: authorizedAt,
    })
    .where('id', '=', roleId)
    .where('group_id', '=', groupId)
    .where('provider', '=', authorization.provider)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows > 0n;
}

/** @returns false if the project had no such role. @throws a foreign key violation if export buckets use the role. */
export async function deleteRole(
  database: Database,
  { groupId, provider, roleId }: { readonly groupId: Id; readonly provider: string; readonly roleId: Id },
): Promise<boolean> {
  const result = await database
    .deleteFrom('cloud_provider_access_roles')
    .where('id', '=', roleId)
    .where('group_id', '=', groupId)
    .where('provider', '=', provider)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows > 0n;
}

export async function selectRole(database: Database, groupId: Id, roleId: Id): Promise<AccessRole | undefined> {
  const [row] = await readRole(database, groupId, roleId);
  return row && roleOf(row);
}

const readRole = rememberedRead((database, groupId: Id, roleId: Id) =>
  database
    .selectFrom('cloud_provider_access_roles')
    .selectAll()
    .where('id', '=', roleId)
    .where('group_id', '=', groupId),
);

/** Returns all roles of a project, oldest first. */
export async function selectRoles(database: Database, groupId: Id): Promise<readonly AccessRole[]> {
  const rows = await database
    .selectFrom('cloud_provider_access_roles')
    .selectAll()
    .where('group_id', '=', groupId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(roleOf);
}

type Row = Schema['cloud_provider_access_roles'];

function roleOf(row: Row): AccessRole {
  return {
    ...providerRoleOf(row),
    id: row.id,
    groupId: row.group_id,
    createdAt: row.created_at,
    authorizedAt: row.authorized_at ?? undefined,
  };
}

function providerColumns(role: ProviderRole): Partial<Row> {
  switch (role.provider) {
    case 'AWS':
      return {
        aws_account_arn: role.accountArn,
        aws_external_id: role.externalId,
        aws_iam_assumed_role_arn: role.iamAssumedRoleArn ?? null,
        aws_takes_any_external_id: role.takesAnyExternalId ? 1 : 0,
      };
    case 'AZURE':
      return {
        azure_app_id: role.atlasAzureAppId,
        azure_service_principal_id: role.servicePrincipalId,
        azure_tenant_id: role.tenantId,
      };
    case 'GCP':
      return { gcp_service_account: role.gcpServiceAccountForAtlas };
  }
}

function providerRoleOf(row: Row): ProviderRole {
  const required = (column: keyof Row): string =>
    storedValue(`cloud_provider_access_roles.${column}`, readText, row[column]);
  const provider = storedValue('cloud_provider_access_roles.provider', readProvider, row.provider);
  switch (provider) {
    case 'AWS':
      return {
        provider,
        accountArn: required('aws_account_arn'),
        externalId: required('aws_external_id'),
        iamAssumedRoleArn: row.aws_iam_assumed_role_arn ?? undefined,
        takesAnyExternalId: row.aws_takes_any_external_id === 1,
      };
    case 'AZURE':
      return {
        provider,
        atlasAzureAppId: required('azure_app_id'),
        servicePrincipalId: required('azure_service_principal_id'),
        tenantId: required('azure_tenant_id'),
      };
    case 'GCP':
      return { provider, gcpServiceAccountForAtlas: required('gcp_service_account') };
  }
}
