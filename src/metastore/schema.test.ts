import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SCHEMA_SQL_FILE, schemaSql } from '../../scripts/schema-sql.ts';
import { openSqlite, type Schema } from './index.ts';

type Columns = { readonly [Table in keyof Schema]: { readonly [Column in keyof Schema[Table]]: true } };

// Complete by type: a column that schema.ts has and this table has not does not compile, and the other way about.
const columns: Columns = {
  organizations: { id: true, name: true, skip_default_alerts_settings: true, created_at: true },
  projects: {
    id: true,
    org_id: true,
    name: true,
    tags: true,
    with_default_alerts_settings: true,
    region_usage_restrictions: true,
    created_at: true,
  },
  api_keys: {
    id: true,
    org_id: true,
    public_key: true,
    sealed_ha1: true,
    private_key_suffix: true,
    description: true,
    created_at: true,
  },
  api_key_roles: { api_key_id: true, org_id: true, group_id: true, role_name: true },
  cloud_provider_access_roles: {
    id: true,
    group_id: true,
    provider: true,
    aws_account_arn: true,
    aws_external_id: true,
    aws_iam_assumed_role_arn: true,
    aws_takes_any_external_id: true,
    azure_app_id: true,
    azure_service_principal_id: true,
    azure_tenant_id: true,
    gcp_service_account: true,
    created_at: true,
    authorized_at: true,
  },
  clusters: {
    id: true,
    group_id: true,
    name: true,
    source_kind: true,
    sealed_source: true,
    mongodb_version: true,
    created_at: true,
    allow_empty: true,
    is_strict: true,
  },
  removed_clusters: {
    id: true,
    group_id: true,
    name: true,
    mongodb_version: true,
    created_at: true,
    removed_at: true,
  },
  snapshots: {
    id: true,
    group_id: true,
    cluster_id: true,
    description: true,
    retention_value: true,
    retention_unit: true,
    has_own_retention: true,
    due_at: true,
    frequency_type: true,
    policy_item_ids: true,
    status: true,
    requested_at: true,
    started_at: true,
    completed_at: true,
    expires_at: true,
    mongodb_version: true,
    storage_size_bytes: true,
    consistency: true,
    error_code: true,
    error_message: true,
    left_out: true,
    is_strict: true,
    findings: true,
    progress: true,
  },
  snapshot_garbage: { id: true, snapshot_id: true },
  repositories: { id: true },
  export_buckets: {
    id: true,
    group_id: true,
    provider: true,
    bucket_name: true,
    role_id: true,
    store_id: true,
    aws_require_private_networking: true,
    aws_region: true,
    azure_service_url: true,
    azure_tenant_id: true,
    created_at: true,
  },
  export_jobs: {
    id: true,
    group_id: true,
    cluster_id: true,
    snapshot_id: true,
    export_bucket_id: true,
    state: true,
    custom_data: true,
    prefix: true,
    created_at: true,
    finished_at: true,
    exported_collections: true,
    total_collections: true,
    reason_code: true,
    reason_message: true,
    progress: true,
    is_completing: true,
  },
  backup_schedules: {
    cluster_id: true,
    group_id: true,
    policy_id: true,
    policy_items: true,
    reference_hour_of_day: true,
    reference_minute_of_hour: true,
    restore_window_days: true,
    auto_export_enabled: true,
    export_bucket_id: true,
    export_frequency_type: true,
    use_names_in_export_prefix: true,
    copy_settings: true,
    copy_policy_items_enabled: true,
    auto_copy_settings_enabled: true,
    settled_until: true,
    next_at: true,
  },
  backup_compliance_policies: {
    group_id: true,
    authorized_email: true,
    authorized_first_name: true,
    authorized_last_name: true,
    copy_protection_enabled: true,
    encryption_at_rest_enabled: true,
    pit_enabled: true,
    restore_window_days: true,
    on_demand_policy_item: true,
    scheduled_policy_items: true,
    updated_at: true,
    updated_by: true,
  },
  backup_private_endpoints: {
    id: true,
    group_id: true,
    provider: true,
    region_name: true,
    vpc_region_name: true,
    created_at: true,
  },
  export_job_objects: { export_job_id: true, key: true, object: true },
  events: {
    id: true,
    event_type_name: true,
    created_at: true,
    org_id: true,
    group_id: true,
    caller_kind: true,
    caller_id: true,
    caller_name: true,
    remote_address: true,
    operation_id: true,
    details: true,
  },
  jobs: {
    id: true,
    kind: true,
    payload: true,
    state: true,
    attempt: true,
    failures: true,
    run_at: true,
    lease_expires_at: true,
    last_error: true,
    last_error_code: true,
    created_at: true,
  },
};

test('the migrations make the tables and columns that schema.ts declares, and no others', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const tables = await metastore.database.introspection.getTables();
  await metastore.close();
  const made = Object.fromEntries(
    tables.map((table) => [table.name, table.columns.map((column) => column.name).sort()]),
  );
  const declared = Object.fromEntries(
    Object.entries(columns).map(([table, names]) => [table, Object.keys(names).sort()]),
  );
  assert.deepEqual(made, declared);
});

test('schema.sql is what the migrations add up to (after a new migration: npm run generate)', async () => {
  const metastore = await openSqlite({ path: ':memory:' });
  const fresh = await schemaSql(metastore.database);
  await metastore.close();
  assert.equal(readFileSync(SCHEMA_SQL_FILE, 'utf8'), fresh);
});
