-- Made by `npm run generate` from the migrations; not to be edited.

CREATE TABLE "access_list_entries" (
  "id" text not null primary key,
  "api_key_id" text references "api_keys" ("id") on delete cascade,
  "service_account_id" text references "service_accounts" ("id") on delete cascade,
  "address_block" text not null,
  "created_at" bigint not null,
  "use_count" bigint default 0 not null,
  "last_used_at" bigint,
  "last_used_address" text,
  constraint "access_list_entries_of_api_key" unique ("api_key_id", "address_block"),
  constraint "access_list_entries_of_service_account" unique ("service_account_id", "address_block"),
  constraint "access_list_entries_one_owner" check ((api_key_id is null) <> (service_account_id is null))
);

CREATE TABLE "api_key_roles" (
  "api_key_id" text not null references "api_keys" ("id") on delete cascade,
  "org_id" text references "organizations" ("id") on delete cascade,
  "group_id" text references "projects" ("id") on delete cascade,
  "role_name" text not null,
  constraint "api_key_roles_of_organization" unique ("api_key_id", "org_id", "role_name"),
  constraint "api_key_roles_of_project" unique ("api_key_id", "group_id", "role_name"),
  constraint "api_key_roles_one_scope" check ((org_id is null) <> (group_id is null))
);

CREATE INDEX "api_key_roles_group_id" on "api_key_roles" ("group_id");

CREATE INDEX "api_key_roles_org_id" on "api_key_roles" ("org_id");

CREATE TABLE "api_keys" (
  "id" text not null primary key,
  "org_id" text not null references "organizations" ("id") on delete cascade,
  "public_key" text not null unique,
  "sealed_ha1" text not null,
  "private_key_suffix" text not null,
  "description" text not null,
  "created_at" bigint not null
);

CREATE INDEX "api_keys_org_id" on "api_keys" ("org_id");

CREATE TABLE "backup_compliance_policies" (
  "group_id" text not null primary key references "projects" ("id") on delete cascade,
  "authorized_email" text not null,
  "authorized_first_name" text not null,
  "authorized_last_name" text not null,
  "copy_protection_enabled" integer not null,
  "encryption_at_rest_enabled" integer not null,
  "pit_enabled" integer not null,
  "restore_window_days" integer not null,
  "on_demand_policy_item" text,
  "scheduled_policy_items" text not null,
  "updated_at" bigint not null,
  "updated_by" text not null
);

CREATE TABLE "backup_private_endpoints" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete cascade,
  "provider" text not null,
  "region_name" text,
  "vpc_region_name" text,
  "created_at" bigint not null
);

CREATE INDEX "backup_private_endpoints_group_id" on "backup_private_endpoints" ("group_id");

CREATE TABLE "backup_schedules" (
  "cluster_id" text not null primary key references "clusters" ("id") on delete cascade,
  "group_id" text not null references "projects" ("id") on delete restrict,
  "policy_id" text not null,
  "policy_items" text not null,
  "reference_hour_of_day" integer not null,
  "reference_minute_of_hour" integer not null,
  "restore_window_days" integer not null,
  "auto_export_enabled" integer not null,
  "export_bucket_id" text,
  "export_frequency_type" text,
  "use_names_in_export_prefix" integer not null,
  "copy_settings" text not null,
  "copy_policy_items_enabled" integer not null,
  "auto_copy_settings_enabled" integer,
  "settled_until" bigint not null,
  "next_at" bigint,
  "extra_retention_settings" text default '[]' not null
);

CREATE INDEX "backup_schedules_export_bucket_id" on "backup_schedules" ("export_bucket_id");

CREATE INDEX "backup_schedules_group_id" on "backup_schedules" ("group_id");

CREATE TABLE "cloud_provider_access_roles" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete cascade,
  "provider" text not null,
  "aws_iam_assumed_role_arn" text,
  "created_at" bigint not null,
  "authorized_at" bigint,
  "aws_account_arn" text,
  "aws_external_id" text,
  "azure_app_id" text,
  "azure_service_principal_id" text,
  "azure_tenant_id" text,
  "gcp_service_account" text,
  "aws_takes_any_external_id" integer
);

CREATE INDEX "cloud_provider_access_roles_group_id" on "cloud_provider_access_roles" ("group_id");

CREATE TABLE "clusters" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete restrict,
  "name" text not null,
  "source_kind" text not null,
  "sealed_source" text not null,
  "mongodb_version" text not null,
  "created_at" bigint not null,
  "allow_empty" integer default 0 not null,
  "is_strict" integer default 0 not null,
  "is_provisioned" integer default 0 not null,
  "configuration" text,
  "changed_at" bigint,
  "removed_at" bigint,
  constraint "clusters_group_id_name" unique ("group_id", "name")
);

CREATE TABLE "drill_keys" (
  "id" text not null primary key,
  "sealed_private_key" text not null,
  "public_key" text not null,
  "created_at" bigint not null
);

CREATE TABLE "drill_schedules" (
  "cluster_id" text not null primary key references "clusters" ("id") on delete cascade,
  "interval_days" integer not null,
  "mode" text not null,
  "target_cluster_name" text,
  "database_prefix" text,
  "next_at" bigint not null
);

CREATE TABLE "drills" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete restrict,
  "cluster_id" text not null references "clusters" ("id") on delete cascade,
  "export_id" text not null,
  "snapshot_id" text not null,
  "mode" text not null,
  "target_cluster_id" text,
  "target_cluster_name" text,
  "database_prefix" text,
  "state" text not null,
  "created_at" bigint not null,
  "started_at" bigint,
  "finished_at" bigint,
  "outcome" text,
  "report" text,
  "signature" text,
  "key_id" text
);

CREATE INDEX "drills_cluster_id" on "drills" ("cluster_id", "created_at");

CREATE INDEX "drills_group_id" on "drills" ("group_id");

CREATE TABLE "events" (
  "id" text not null primary key,
  "event_type_name" text not null,
  "created_at" bigint not null,
  "org_id" text not null,
  "group_id" text,
  "caller_kind" text not null,
  "caller_id" text not null,
  "caller_name" text not null,
  "remote_address" text,
  "operation_id" text not null,
  "details" text not null
);

CREATE INDEX "events_group_id" on "events" ("group_id", "id");

CREATE INDEX "events_org_id" on "events" ("org_id", "id");

CREATE TABLE "export_buckets" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete cascade,
  "provider" text not null,
  "bucket_name" text not null,
  "role_id" text not null references "cloud_provider_access_roles" ("id") on delete no action,
  "created_at" bigint not null,
  "aws_region" text,
  "aws_require_private_networking" integer,
  "azure_service_url" text,
  "azure_tenant_id" text,
  "store_id" text
);

CREATE INDEX "export_buckets_address" on "export_buckets" ("bucket_name", "provider", "store_id");

CREATE INDEX "export_buckets_group_id" on "export_buckets" ("group_id");

CREATE INDEX "export_buckets_role_id" on "export_buckets" ("role_id");

CREATE TABLE "export_job_objects" (
  "export_job_id" text not null references "export_jobs" ("id") on delete cascade,
  "key" text not null,
  "object" text not null,
  constraint "export_job_objects_primary_key" primary key ("export_job_id", "key")
);

CREATE TABLE "export_jobs" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete restrict,
  "cluster_id" text not null references "clusters" ("id") on delete cascade,
  "snapshot_id" text not null,
  "export_bucket_id" text not null,
  "state" text not null,
  "custom_data" text not null,
  "prefix" text not null,
  "created_at" bigint not null,
  "finished_at" bigint,
  "exported_collections" integer not null,
  "total_collections" integer not null,
  "reason_code" text,
  "reason_message" text,
  "progress" text,
  "is_completing" integer default 0 not null,
  "is_claimed" integer default 0 not null
);

CREATE INDEX "export_jobs_cluster_id" on "export_jobs" ("cluster_id", "created_at", "id");

CREATE INDEX "export_jobs_export_bucket_id" on "export_jobs" ("export_bucket_id");

CREATE INDEX "export_jobs_group_id" on "export_jobs" ("group_id");

CREATE INDEX "export_jobs_prefix" on "export_jobs" ("prefix");

CREATE INDEX "export_jobs_snapshot_id" on "export_jobs" ("snapshot_id");

CREATE TABLE "export_promises" (
  "cluster_id" text not null primary key references "clusters" ("id") on delete cascade,
  "timetable" text not null,
  "promised_since" bigint not null,
  "overdue_since" bigint
);

CREATE TABLE "jobs" (
  "id" text not null primary key,
  "kind" text not null,
  "payload" text not null,
  "state" text not null,
  "attempt" integer not null,
  "failures" integer not null,
  "run_at" bigint not null,
  "lease_expires_at" bigint,
  "last_error" text,
  "created_at" bigint not null,
  "last_error_code" text
);

CREATE INDEX "jobs_state_run_at" on "jobs" ("state", "run_at");

CREATE TABLE "organizations" (
  "id" text not null primary key,
  "name" text not null,
  "skip_default_alerts_settings" integer default 0 not null,
  "created_at" bigint not null,
  "api_access_list_required" integer,
  "max_service_account_secret_hours" integer,
  "other_settings" text
);

CREATE TABLE "project_ip_access_list" (
  "group_id" text not null references "projects" ("id") on delete cascade,
  "entry" text not null,
  "comment" text,
  "delete_after" bigint,
  "created_at" bigint not null,
  constraint "project_ip_access_list_primary_key" primary key ("group_id", "entry")
);

CREATE TABLE "projects" (
  "id" text not null primary key,
  "org_id" text not null references "organizations" ("id") on delete restrict,
  "name" text not null,
  "tags" text default '[]' not null,
  "with_default_alerts_settings" integer default 1 not null,
  "region_usage_restrictions" text,
  "created_at" bigint not null,
  "settings" text default '{}' not null,
  "limits" text default '{}' not null,
  constraint "projects_org_id_name" unique ("org_id", "name")
);

CREATE INDEX "projects_org_id" on "projects" ("org_id", "id");

CREATE TABLE "removed_clusters" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete cascade,
  "name" text not null,
  "mongodb_version" text not null,
  "created_at" bigint not null,
  "removed_at" bigint not null,
  "configuration" text,
  constraint "removed_clusters_group_id_name" unique ("group_id", "name")
);

CREATE TABLE "repositories" (
  "id" text not null primary key
);

CREATE TABLE "restore_jobs" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete restrict,
  "cluster_id" text not null references "clusters" ("id") on delete cascade,
  "snapshot_id" text,
  "snapshot_taken_at" bigint,
  "source" text,
  "selection" text,
  "dry_run" integer default 0 not null,
  "delivery_type" text not null,
  "state" text not null,
  "target_group_id" text,
  "target_cluster_id" text,
  "target_cluster_name" text,
  "if_exists" text,
  "oplog_ts" bigint,
  "oplog_inc" bigint,
  "point_in_time_s" bigint,
  "replays_oplog" integer default 0 not null,
  "created_at" bigint not null,
  "finished_at" bigint,
  "expires_at" bigint,
  "progress" text,
  "record" text,
  "report" text,
  "reason_code" text,
  "reason_message" text
);

CREATE INDEX "restore_jobs_cluster_id" on "restore_jobs" ("cluster_id", "created_at", "id");

CREATE INDEX "restore_jobs_group_id" on "restore_jobs" ("group_id");

CREATE INDEX "restore_jobs_snapshot_id" on "restore_jobs" ("snapshot_id");

CREATE INDEX "restore_jobs_target_cluster_id" on "restore_jobs" ("target_cluster_id");

CREATE TABLE "server_time" (
  "id" text primary key,
  "seen_at" bigint not null,
  "passed_at" bigint not null,
  "differs_for_ms" bigint
);

CREATE TABLE "service_account_roles" (
  "service_account_id" text not null references "service_accounts" ("id") on delete cascade,
  "org_id" text references "organizations" ("id") on delete cascade,
  "group_id" text references "projects" ("id") on delete cascade,
  "role_name" text not null,
  constraint "service_account_roles_of_organization" unique ("service_account_id", "org_id", "role_name"),
  constraint "service_account_roles_of_project" unique ("service_account_id", "group_id", "role_name")
);

CREATE INDEX "service_account_roles_group_id" on "service_account_roles" ("group_id");

CREATE INDEX "service_account_roles_org_id" on "service_account_roles" ("org_id");

CREATE TABLE "service_account_secrets" (
  "id" text not null primary key,
  "service_account_id" text not null references "service_accounts" ("id") on delete cascade,
  "secret_hash" text not null,
  "secret_suffix" text not null,
  "created_at" bigint not null,
  "expires_at" bigint not null,
  "last_used_at" bigint
);

CREATE INDEX "service_account_secrets_service_account_id" on "service_account_secrets" ("service_account_id");

CREATE TABLE "service_account_tokens" (
  "token_hash" text not null primary key,
  "secret_id" text not null references "service_account_secrets" ("id") on delete cascade,
  "expires_at" bigint not null
);

CREATE INDEX "service_account_tokens_expires_at" on "service_account_tokens" ("expires_at");

CREATE INDEX "service_account_tokens_secret_id" on "service_account_tokens" ("secret_id");

CREATE TABLE "service_accounts" (
  "id" text not null primary key,
  "org_id" text not null references "organizations" ("id") on delete cascade,
  "name" text not null,
  "description" text not null,
  "created_at" bigint not null
);

CREATE INDEX "service_accounts_org_id" on "service_accounts" ("org_id");

CREATE TABLE "snapshot_garbage" (
  "id" text not null primary key,
  "snapshot_id" text not null
);

CREATE TABLE "snapshots" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete restrict,
  "cluster_id" text not null references "clusters" ("id") on delete restrict,
  "description" text not null,
  "retention_value" integer not null,
  "status" text not null,
  "requested_at" bigint not null,
  "started_at" bigint,
  "completed_at" bigint,
  "expires_at" bigint not null,
  "mongodb_version" text,
  "storage_size_bytes" bigint not null,
  "consistency" text,
  "error_code" text,
  "error_message" text,
  "left_out" text,
  "is_strict" integer default 0 not null,
  "findings" text,
  "progress" text,
  "retention_unit" text default 'DAYS' not null,
  "has_own_retention" integer default 0 not null,
  "due_at" bigint,
  "frequency_type" text,
  "policy_item_ids" text,
  "extra_retention_days" integer default 0 not null,
  "shard_count" integer default 0 not null
);

CREATE INDEX "snapshots_cluster_id" on "snapshots" ("cluster_id", "requested_at", "id");

CREATE INDEX "snapshots_expires_at" on "snapshots" ("expires_at");

CREATE INDEX "snapshots_group_id" on "snapshots" ("group_id");

CREATE INDEX "snapshots_status" on "snapshots" ("cluster_id", "status", "requested_at");

CREATE TABLE "webhook_deliveries" (
  "id" text not null primary key,
  "webhook_id" text not null references "webhooks" ("id") on delete cascade,
  "event_type" text not null,
  "body" text not null,
  "state" text not null,
  "created_at" bigint not null,
  "finished_at" bigint,
  "reason_code" text,
  "reason_message" text
);

CREATE INDEX "webhook_deliveries_webhook_id" on "webhook_deliveries" ("webhook_id", "created_at");

CREATE TABLE "webhooks" (
  "id" text not null primary key,
  "group_id" text not null references "projects" ("id") on delete cascade,
  "name" text not null,
  "url" text not null,
  "event_types" text not null,
  "sealed_secret" text not null,
  "created_at" bigint not null,
  constraint "webhooks_name" unique ("group_id", "name")
);
