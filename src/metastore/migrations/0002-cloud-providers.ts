import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Roles and buckets of every cloud provider in one table each: a column that belongs to one provider is named after it, and is
 * null in the rows of the others. The columns that were AWS's and not null are replaced, because SQLite cannot make a column
 * nullable.
 */
export const cloudProviders: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;

    await schema.alterTable('cloud_provider_access_roles').addColumn('aws_account_arn', 'text').execute();
    await schema.alterTable('cloud_provider_access_roles').addColumn('aws_external_id', 'text').execute();
    await sql`update cloud_provider_access_roles set aws_account_arn = account_arn, aws_external_id = external_id`.execute(
      database,
    );
    await schema.alterTable('cloud_provider_access_roles').dropColumn('account_arn').execute();
    await schema.alterTable('cloud_provider_access_roles').dropColumn('external_id').execute();
    await schema
      .alterTable('cloud_provider_access_roles')
      .renameColumn('iam_assumed_role_arn', 'aws_iam_assumed_role_arn')
      .execute();
    await schema.alterTable('cloud_provider_access_roles').addColumn('azure_app_id', 'text').execute();
    await schema.alterTable('cloud_provider_access_roles').addColumn('azure_service_principal_id', 'text').execute();
    await schema.alterTable('cloud_provider_access_roles').addColumn('azure_tenant_id', 'text').execute();
    await schema.alterTable('cloud_provider_access_roles').addColumn('gcp_service_account', 'text').execute();

    await schema.alterTable('export_buckets').addColumn('aws_region', 'text').execute();
    await schema.alterTable('export_buckets').addColumn('aws_require_private_networking', 'integer').execute();
    await sql`
      update export_buckets set aws_region = region, aws_require_private_networking = require_private_networking
    `.execute(database);
    await schema.alterTable('export_buckets').dropColumn('region').execute();
    await schema.alterTable('export_buckets').dropColumn('require_private_networking').execute();
    await schema.alterTable('export_buckets').addColumn('azure_service_url', 'text').execute();
    await schema.alterTable('export_buckets').addColumn('azure_tenant_id', 'text').execute();
  },
};
