import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * References with RESTRICT keep rows that others need: a project with clusters or a cluster with snapshots cannot be
 * removed. References with CASCADE remove rows that belong to a project alone. An export job keeps the ids of its
 * snapshot and bucket without a reference, because both may be removed before the job.
 */
export const initialSchema: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    const { schema } = database;

    await schema
      .createTable('organizations')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('skip_default_alerts_settings', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();

    await schema
      .createTable('projects')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('org_id', 'text', (column) => column.notNull().references('organizations.id').onDelete('restrict'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('tags', 'text', (column) => column.notNull().defaultTo('[]'))
      .addColumn('with_default_alerts_settings', 'integer', (column) => column.notNull().defaultTo(1))
      .addColumn('region_usage_restrictions', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('projects_org_id_name', ['org_id', 'name'])
      .execute();

    await schema
      .createTable('api_keys')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('org_id', 'text', (column) => column.notNull().references('organizations.id').onDelete('cascade'))
      .addColumn('public_key', 'text', (column) => column.notNull().unique())
      .addColumn('sealed_ha1', 'text', (column) => column.notNull())
      .addColumn('private_key_suffix', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('api_keys_org_id').on('api_keys').column('org_id').execute();

    await schema
      .createTable('api_key_roles')
      .addColumn('api_key_id', 'text', (column) => column.notNull().references('api_keys.id').onDelete('cascade'))
      .addColumn('org_id', 'text', (column) => column.references('organizations.id').onDelete('cascade'))
      .addColumn('group_id', 'text', (column) => column.references('projects.id').onDelete('cascade'))
      .addColumn('role_name', 'text', (column) => column.notNull())
      .addUniqueConstraint('api_key_roles_of_organization', ['api_key_id', 'org_id', 'role_name'])
      .addUniqueConstraint('api_key_roles_of_project', ['api_key_id', 'group_id', 'role_name'])
      .addCheckConstraint('api_key_roles_one_scope', sql`(org_id is null) <> (group_id is null)`)
      .execute();
    await schema.createIndex('api_key_roles_group_id').on('api_key_roles').column('group_id').execute();
    await schema.createIndex('api_key_roles_org_id').on('api_key_roles').column('org_id').execute();

    await schema
      .createTable('cloud_provider_access_roles')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('provider', 'text', (column) => column.notNull())
      .addColumn('account_arn', 'text', (column) => column.notNull())
      .addColumn('external_id', 'text', (column) => column.notNull())
      .addColumn('iam_assumed_role_arn', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('authorized_at', 'bigint')
      .execute();
    await schema
      .createIndex('cloud_provider_access_roles_group_id')
      .on('cloud_provider_access_roles')
      .column('group_id')
      .execute();

    await schema
      .createTable('clusters')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('source_kind', 'text', (column) => column.notNull())
      .addColumn('sealed_source', 'text', (column) => column.notNull())
      .addColumn('mongodb_version', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('clusters_group_id_name', ['group_id', 'name'])
      .execute();

    await schema
      .createTable('snapshots')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('cluster_id', 'text', (column) => column.notNull().references('clusters.id').onDelete('restrict'))
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('retention_days', 'integer', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('requested_at', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('completed_at', 'bigint')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('mongodb_version', 'text')
      .addColumn('storage_size_bytes', 'bigint', (column) => column.notNull())
      .addColumn('consistency', 'text')
      .addColumn('error_code', 'text')
      .addColumn('error_message', 'text')
      .execute();
    await schema.createIndex('snapshots_cluster_id').on('snapshots').columns(['cluster_id', 'requested_at']).execute();
    await schema.createIndex('snapshots_group_id').on('snapshots').column('group_id').execute();

    await schema
      .createTable('export_buckets')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('provider', 'text', (column) => column.notNull())
      .addColumn('bucket_name', 'text', (column) => column.notNull())
      // No action, not restrict: checked at the statement's end, so that a project can go with both of them.
      .addColumn('role_id', 'text', (column) =>
        column.notNull().references('cloud_provider_access_roles.id').onDelete('no action'),
      )
      .addColumn('require_private_networking', 'integer', (column) => column.notNull())
      .addColumn('region', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('export_buckets_group_id').on('export_buckets').column('group_id').execute();
    await schema.createIndex('export_buckets_role_id').on('export_buckets').column('role_id').execute();

    await schema
      .createTable('export_jobs')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('group_id', 'text', (column) => column.notNull().references('projects.id').onDelete('restrict'))
      .addColumn('cluster_id', 'text', (column) => column.notNull().references('clusters.id').onDelete('cascade'))
      .addColumn('snapshot_id', 'text', (column) => column.notNull())
      .addColumn('export_bucket_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('custom_data', 'text', (column) => column.notNull())
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('exported_collections', 'integer', (column) => column.notNull())
      .addColumn('total_collections', 'integer', (column) => column.notNull())
      .addColumn('reason_code', 'text')
      .addColumn('reason_message', 'text')
      .execute();
    await schema
      .createIndex('export_jobs_cluster_id')
      .on('export_jobs')
      .columns(['cluster_id', 'created_at'])
      .execute();
    await schema.createIndex('export_jobs_group_id').on('export_jobs').column('group_id').execute();
    await schema.createIndex('export_jobs_snapshot_id').on('export_jobs').column('snapshot_id').execute();
    await schema.createIndex('export_jobs_export_bucket_id').on('export_jobs').column('export_bucket_id').execute();

    await schema
      .createTable('export_job_objects')
      .addColumn('export_job_id', 'text', (column) => column.notNull().references('export_jobs.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('object', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('export_job_objects_primary_key', ['export_job_id', 'key'])
      .execute();

    await schema
      .createTable('jobs')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('run_at', 'bigint', (column) => column.notNull())
      .addColumn('lease_expires_at', 'bigint')
      .addColumn('last_error', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('jobs_state_run_at').on('jobs').columns(['state', 'run_at']).execute();
  },
};
