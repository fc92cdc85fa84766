import type { Generated } from 'kysely';

/**
 * The rows of each table. Ids are text, times are integer milliseconds since the Unix epoch, truth values are 0 and 1, and
 * JSON is text, because SQLite and PostgreSQL both have these types.
 */
export interface Schema {
  organizations: {
    id: string;
    name: string;
    skip_default_alerts_settings: Generated<number>;
    created_at: number;
    /** 1: callers need an access list. Null until the setting is set. */
    api_access_list_required: number | null;
    /** Null until the setting is set. */
    max_service_account_secret_hours: number | null;
    /** JSON of the settings that have no effect on this server. Null until one is set. */
    other_settings: string | null;
  };
  projects: {
    id: string;
    org_id: string;
    name: string;
    /** JSON [{key, value}]. */
    tags: Generated<string>;
    with_default_alerts_settings: Generated<number>;
    /** Null if the request that created the project named none. */
    region_usage_restrictions: string | null;
    /** JSON of resources/projects' SettingsChanges: the settings that differ from Atlas's defaults. */
    settings: Generated<string>;
    /** JSON of resources/projects' SetLimits: the limits that clients have set. */
    limits: Generated<string>;
    created_at: number;
  };
  api_keys: {
    id: string;
    org_id: string;
    public_key: string;
    /** HA1 of HTTP Digest, sealed (kernel/sealing.ts). The private key itself is not stored. */
    sealed_ha1: string;
    /** Last 12 hex digits of the private key, which Atlas shows after creation, too. */
    private_key_suffix: string;
    description: string;
    created_at: number;
  };
  /** Exactly one of org_id and group_id is set. */
  api_key_roles: { api_key_id: string; org_id: string | null; group_id: string | null; role_name: string };
  service_accounts: {
    /** The client id without its prefix. */
    id: string;
    org_id: string;
    name: string;
    description: string;
    created_at: number;
  };
  /** Exactly one of org_id and group_id is set. */
  service_account_roles: {
    service_account_id: string;
    org_id: string | null;
    group_id: string | null;
    role_name: string;
  };
  service_account_secrets: {
    id: string;
    service_account_id: string;
    /** SHA-256 of the secret, in hex. The secret itself is not stored. */
    secret_hash: string;
    /** The last characters of the secret, which answers show. */
    secret_suffix: string;
    created_at: number;
    expires_at: number;
    last_used_at: number | null;
  };
  service_account_tokens: {
    /** SHA-256 of the token, in hex. */
    token_hash: string;
    secret_id: string;
    expires_at: number;
  };
  /** Exactly one of api_key_id and service_account_id is set. */
  access_list_entries: {
    id: string;
    api_key_id: string | null;
    service_account_id: string | null;
    /** CIDR notation, also for one address. */
    address_block: string;
    created_at: number;
    use_count: Generated<number>;
    last_used_at: number | null;
    last_used_address: string | null;
  };
  /** The addresses that may connect to the clusters of a project. */
  project_ip_access_list: {
    group_id: string;
    /** CIDR notation, also for one address, or the id of an AWS security group. */
    entry: string;
    comment: string | null;
    /** When the entry is no longer valid. Null: never. */
    delete_after: number | null;
    created_at: number;
  };
  /** A column that is named after a provider is null in the rows of the others. */
  cloud_provider_access_roles: {
    id: string;
    group_id: string;
    /** AWS, AZURE, GCP. */
    provider: string;
    aws_account_arn: string | null;
    aws_external_id: string | null;
    /** Null until the role is authorized with an IAM role. */
    aws_iam_assumed_role_arn: string | null;
    /** 1: the IAM role was assumed with a wrong ExternalId. Null in rows that are older than the trial. */
    aws_takes_any_external_id: number | null;
    azure_app_id: string | null;
    azure_service_principal_id: string | null;
    azure_tenant_id: string | null;
    gcp_service_account: string | null;
    created_at: number;
    authorized_at: number | null;
  };
  clusters: {
    id: string;
    group_id: string;
    name: string;
    /** `mongodump`, `archive`, `upload` or `mongodb`. */
    source_kind: string;
    /** The directory, the file or the connection string, with options; empty for `upload`. It is sealed because a connection string may hold a password. */
    sealed_source: string;
    mongodb_version: string;
    created_at: number;
    /** 1: a source without anything to export is no error. */
    allow_empty: Generated<number>;
    /** 1: snapshots refuse values that an export cannot show as they are stored, if nothing else was asked for. */
    is_strict: Generated<number>;
    /** 1: a client created it, and the provisioner of the server made it. */
    is_provisioned: Generated<number>;
    /** JSON of resources/clusters' Configuration. Null until a client describes the cluster. */
    configuration: string | null;
    /** When a client changed the configuration. */
    changed_at: number | null;
    /** When a client removed the cluster, whose backups are retained. Null: it is not removed. */
    removed_at: number | null;
  };
  /** A cluster that was removed, until a client has seen the state DELETING. */
  removed_clusters: {
    id: string;
    group_id: string;
    name: string;
    mongodb_version: string;
    created_at: number;
    removed_at: number;
    /** As in clusters. */
    configuration: string | null;
  };
  snapshots: {
    id: string;
    group_id: string;
    cluster_id: string;
    description: string;
    /** Until how long after its completion the snapshot is kept, in units of `retention_unit`. */
    retention_value: number;
    /** DAYS, WEEKS, MONTHS, YEARS. */
    retention_unit: Generated<string>;
    /** 1: a client has set its retention, which its schedule does not change any more. */
    has_own_retention: Generated<number>;
    /** Days beyond the retention, of the schedule's extra retention. */
    extra_retention_days: Generated<number>;
    /** The moment of the schedule that the snapshot was taken for. Null in the row of an on-demand snapshot, as the next two. */
    due_at: number | null;
    /** hourly, daily, weekly, monthly, yearly: of the policy item with the longest retention. */
    frequency_type: string | null;
    /** The shards that the cluster had; 0: it was a replica set. */
    shard_count: Generated<number>;
    /** JSON [id] of the policy items that the snapshot was taken for. */
    policy_item_ids: string | null;
    /** queued, inProgress, completed, failed. */
    status: string;
    requested_at: number;
    /** When the capture of the last attempt began: Atlas's createdAt. */
    started_at: number | null;
    completed_at: number | null;
    expires_at: number;
    mongodb_version: string | null;
    storage_size_bytes: number;
    /** JSON {level, reason} of snapshot/contract.ts, once known. */
    consistency: string | null;
    error_code: string | null;
    error_message: string | null;
    /** JSON [{name, reason}] of what the source had and the snapshot does not hold, once known. */
    left_out: string | null;
    /** 1: it refuses values that an export cannot show as they are stored. */
    is_strict: Generated<number>;
    /** JSON {badDocuments, lookAlikes, badValues} of resources/snapshots' SnapshotFindings, once complete. */
    findings: string | null;
    /** JSON of resources/snapshots' SnapshotProgress, once the capture has begun. */
    progress: string | null;
  };
  /** A snapshot that was removed, or whose capture left blocks behind. A collection of garbage removes the row. */
  snapshot_garbage: { id: string; snapshot_id: string };
  /** One row at most: what resources/server-time knew of the clock at its last look. Times are milliseconds since the Unix epoch. */
  server_time: {
    id: string;
    seen_at: number;
    /** The time by what has passed. */
    passed_at: number;
    /** For how many milliseconds both have differed; null if they agree. */
    differs_for_ms: number | null;
  };
  /** One row: the id that metadata and repository share. */
  repositories: { id: string };
  /** A column that is named after a provider is null in the rows of the others. */
  export_buckets: {
    id: string;
    group_id: string;
    /** AWS, AZURE, GCP: the provider of the role. */
    provider: string;
    /** On Azure, the name of the container. */
    bucket_name: string;
    role_id: string;
    /** The id of the registered store. Null if the store has none, and in older rows until the bucket is opened. */
    store_id: string | null;
    aws_require_private_networking: number | null;
    aws_region: string | null;
    azure_service_url: string | null;
    /** Null if the request had none. */
    azure_tenant_id: string | null;
    created_at: number;
  };
  export_jobs: {
    id: string;
    group_id: string;
    cluster_id: string;
    snapshot_id: string;
    export_bucket_id: string;
    /** Queued, InProgress, Successful, Failed, Cancelled. */
    state: string;
    /** JSON [{key, value}]. */
    custom_data: string;
    prefix: string;
    created_at: number;
    finished_at: number | null;
    exported_collections: number;
    total_collections: number;
    reason_code: string | null;
    reason_message: string | null;
    /** JSON of resources/export-jobs' ExportFigures, once the export has begun. */
    progress: string | null;
    /** 1: `.complete` may exist, so the job cannot be cancelled any more. */
    is_completing: number;
    /** 1: an attempt has claimed the folder. */
    is_claimed: number;
  };
  /** When snapshots of a cluster are taken. Every cluster has one. */
  backup_schedules: {
    cluster_id: string;
    group_id: string;
    policy_id: string;
    /** JSON of resources/compliance's PolicyItem[]. */
    policy_items: string;
    /** The time of day of the snapshots, in UTC. */
    reference_hour_of_day: number;
    reference_minute_of_hour: number;
    restore_window_days: number;
    auto_export_enabled: number;
    export_bucket_id: string | null;
    /** daily, weekly, monthly, yearly. */
    export_frequency_type: string | null;
    use_names_in_export_prefix: number;
    /** JSON of resources/schedules' ExtraRetention[]. */
    extra_retention_settings: string;
    /** JSON of resources/schedules' CopySetting[]. */
    copy_settings: string;
    copy_policy_items_enabled: number;
    /** Null until a client has set it. */
    auto_copy_settings_enabled: number | null;
    /** All moments of the schedule up to this time have their snapshots, or need none. */
    settled_until: number;
    /** The first moment of the schedule after `settled_until`. Null if nothing is scheduled. */
    next_at: number | null;
  };
  /** What the schedules and the snapshots of a project must at least keep. */
  backup_compliance_policies: {
    group_id: string;
    authorized_email: string;
    authorized_first_name: string;
    authorized_last_name: string;
    copy_protection_enabled: number;
    encryption_at_rest_enabled: number;
    pit_enabled: number;
    restore_window_days: number;
    /** JSON of resources/compliance's PolicyItem. */
    on_demand_policy_item: string | null;
    /** JSON of resources/compliance's PolicyItem[]. */
    scheduled_policy_items: string;
    updated_at: number;
    /** The public key of the API key. */
    updated_by: string;
  };
  backup_private_endpoints: {
    id: string;
    group_id: string;
    /** AWS. */
    provider: string;
    region_name: string | null;
    vpc_region_name: string | null;
    created_at: number;
  };
  /** Objects of an export job that the store has acknowledged. A later attempt does not write them again. */
  export_job_objects: {
    export_job_id: string;
    key: string;
    /** JSON of pipelines/export's ExportObject. */
    object: string;
  };
  /** What callers have changed. No reference to other tables, because an event outlives what it tells of. */
  events: {
    id: string;
    event_type_name: string;
    created_at: number;
    org_id: string;
    /** Null for a change of the organization itself. */
    group_id: string | null;
    /** apiKey or serviceAccount. */
    caller_kind: string;
    caller_id: string;
    /** The public key, or the client id. */
    caller_name: string;
    /** Null if the address of the client is unknown. */
    remote_address: string | null;
    operation_id: string;
    /** JSON {name: text}: what the path names, and the id of what was created. */
    details: string;
  };
  drills: {
    id: string;
    group_id: string;
    cluster_id: string;
    export_id: string;
    snapshot_id: string;
    /** decode, restore. */
    mode: string;
    /** The scratch cluster; null if the export is only decoded. */
    target_cluster_id: string | null;
    target_cluster_name: string | null;
    database_prefix: string | null;
    /** queued, inProgress, ended. */
    state: string;
    created_at: number;
    started_at: number | null;
    finished_at: number | null;
    /** passed, failed, notRun. Null before the end. */
    outcome: string | null;
    /** The JSON text that is signed. Null before the end. */
    report: string | null;
    /** Ed25519 of the report's UTF-8, in base64. */
    signature: string | null;
    key_id: string | null;
  };
  /** The keys that sign reports of drills. The newest one signs. */
  drill_keys: {
    id: string;
    /** PKCS #8 in PEM, sealed (kernel/sealing.ts). */
    sealed_private_key: string;
    /** SubjectPublicKeyInfo in PEM. */
    public_key: string;
    created_at: number;
  };
  /** The clusters whose newest export is drilled again and again. */
  drill_schedules: {
    cluster_id: string;
    interval_days: number;
    mode: string;
    target_cluster_name: string | null;
    database_prefix: string | null;
    next_at: number;
  };
  restore_jobs: {
    id: string;
    group_id: string;
    /** The cluster of the snapshot; without a snapshot the target. */
    cluster_id: string;
    /** Null if the source is no snapshot. */
    snapshot_id: string | null;
    snapshot_taken_at: number | null;
    /** JSON of resources/restore-jobs' ExternalSource. Null if the source is a snapshot. */
    source: string | null;
    /** JSON of resources/restore-jobs' Selection. Null if everything is restored under its name. */
    selection: string | null;
    /** 1: the target is inspected and not changed. */
    dry_run: number;
    /** automated, download, pointInTime. */
    delivery_type: string;
    /** queued, inProgress, completed, failed, cancelled. */
    state: string;
    /** The target is null for a download. */
    target_group_id: string | null;
    target_cluster_id: string | null;
    target_cluster_name: string | null;
    /** What happens to collections of the target that hold documents. */
    if_exists: string | null;
    /** The desired moment in seconds since the Unix epoch, and the number within the second. Null except for pointInTime. */
    oplog_ts: number | null;
    oplog_inc: number | null;
    point_in_time_s: number | null;
    /** 1: the whole oplog of the snapshot is applied. */
    replays_oplog: number;
    created_at: number;
    finished_at: number | null;
    /** The end of a download. */
    expires_at: number | null;
    /** JSON of pipelines/restore's RestoreProgress. */
    progress: string | null;
    /** JSON of pipelines/restore's RestoreProgressRecord. A later attempt continues from it. Null after the end. */
    record: string | null;
    /** JSON of pipelines/restore's RestoreReport. Null before the end of a restore that succeeded. */
    report: string | null;
    reason_code: string | null;
    reason_message: string | null;
  };
  webhooks: {
    id: string;
    group_id: string;
    name: string;
    url: string;
    /** JSON of the names of the events that it is told of. */
    event_types: string;
    /** The secret that its deliveries are signed with. */
    sealed_secret: string;
    created_at: number;
  };
  webhook_deliveries: {
    /** Sent in every attempt, so that the receiver can drop what it has already. */
    id: string;
    webhook_id: string;
    event_type: string;
    /** The JSON text that is sent in every attempt. */
    body: string;
    /** queued, delivered, failed. */
    state: string;
    created_at: number;
    finished_at: number | null;
    reason_code: string | null;
    reason_message: string | null;
  };
  export_promises: {
    cluster_id: string;
    /** JSON of the moments that are exported. Another timetable is another promise. */
    timetable: string;
    promised_since: number;
    /** The moment whose export is overdue, which was told. Null: none. */
    overdue_since: number | null;
  };
  jobs: {
    /** The only job of a recurring kind has the kind as its id, because the primary key then prevents a second job. */
    id: string;
    kind: string;
    /** JSON. */
    payload: string;
    /** ready or running. A job that has ended has no row. */
    state: string;
    /** The number of the last attempt, from 1; 0 before the first. It never decreases because it fences writes. */
    attempt: number;
    /** Attempts that ended in a transient error or with their process. An orderly stop does not count. */
    failures: number;
    /** The earliest time of the next attempt. */
    run_at: number;
    lease_expires_at: number | null;
    /** The error of the last attempt, with its hint. */
    last_error: string | null;
    last_error_code: string | null;
    created_at: number;
  };
}
