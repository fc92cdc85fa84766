import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Id } from '../../kernel/ids.ts';
import { jsonReader, jsonTextReader } from '../../kernel/json-reader.ts';
import { storedValue, type Database, type Schema } from '../../metastore/index.ts';
import { readPolicyItems } from '../compliance/index.ts';
import {
  EXPORT_FREQUENCIES,
  EXTRA_FREQUENCIES,
  type AutoExport,
  type CopySetting,
  type ExtraRetention,
  type Schedule,
} from './model.ts';
import { nextMoment } from './planner.ts';

const readFrequency = jsonReader(Type.Enum([...EXPORT_FREQUENCIES]));
const readCopySettings: (text: string) => readonly CopySetting[] = jsonTextReader(
  Type.Array(
    Type.Object({
      cloudProvider: Type.Optional(Type.String()),
      copyPolicyItems: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.String(),
            frequencyType: Type.String(),
            retentionUnit: Type.Optional(Type.String()),
            retentionValue: Type.Optional(Type.Integer()),
          }),
        ),
      ),
      frequencies: Type.Optional(Type.Array(Type.String())),
      lastNumberOfSnapshots: Type.Optional(Type.Integer()),
      regionName: Type.Optional(Type.String()),
      shouldCopyOplogs: Type.Optional(Type.Boolean()),
      zone: Type.Optional(Type.String()),
    }),
  ),
);

const readExtraRetention: (text: string) => readonly ExtraRetention[] = jsonTextReader(
  Type.Array(Type.Object({ frequencyType: Type.Enum([...EXTRA_FREQUENCIES]), retentionDays: Type.Integer() })),
);

// Every function takes the database or a transaction of it.

export async function insertSchedule(database: Database, schedule: Schedule): Promise<void> {
  await database.insertInto('backup_schedules').values(rowOf(schedule)).execute();
}

export async function updateSchedule(database: Database, schedule: Schedule): Promise<void> {
  const { cluster_id: clusterId, ...columns } = rowOf(schedule);
  await database.updateTable('backup_schedules').set(columns).where('cluster_id', '=', clusterId).execute();
}

export async function deleteSchedule(database: Database, clusterId: Id): Promise<void> {
  await database.deleteFrom('backup_schedules').where('cluster_id', '=', clusterId).execute();
}

export async function selectSchedule(database: Database, clusterId: Id): Promise<Schedule | undefined> {
  const row = await database
    .selectFrom('backup_schedules')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .executeTakeFirst();
  return row && scheduleOf(row);
}

export async function selectSchedulesOfGroup(database: Database, groupId: Id): Promise<readonly Schedule[]> {
  const rows = await database.selectFrom('backup_schedules').selectAll().where('group_id', '=', groupId).execute();
  return rows.map(scheduleOf);
}

export async function selectAllSchedules(database: Database): Promise<readonly Schedule[]> {
  return (await database.selectFrom('backup_schedules').selectAll().execute()).map(scheduleOf);
}

/** Returns the schedules that name the bucket, whether they export to it or not. */
export async function selectSchedulesOfBucket(database: Database, exportBucketId: Id): Promise<readonly Schedule[]> {
  const rows = await database
    .selectFrom('backup_schedules')
    .selectAll()
    .where('export_bucket_id', '=', exportBucketId)
    .execute();
  return rows.map(scheduleOf);
}

/**
 * Returns the clusters whose schedules have a moment that has passed, or are settled until a time after `settledBefore`.
 * The latter happens only if the clock was set back.
 */
export async function selectClustersToLookAt(
  database: Database,
  { now, settledBefore }: { readonly now: number; readonly settledBefore: number },
): Promise<readonly Id[]> {
  const rows = await database
    .selectFrom('backup_schedules')
    .select('cluster_id')
    .where((row) => row.or([row('next_at', '<=', now), row('settled_until', '>', settledBefore)]))
    .orderBy('next_at')
    .execute();
  return rows.map((row) => row.cluster_id);
}

function rowOf(schedule: Schedule): Schema['backup_schedules'] {
  return {
    cluster_id: schedule.clusterId,
    group_id: schedule.groupId,
    policy_id: schedule.policyId,
    policy_items: JSON.stringify(schedule.items),
    reference_hour_of_day: schedule.referenceHourOfDay,
    reference_minute_of_hour: schedule.referenceMinuteOfHour,
    restore_window_days: schedule.restoreWindowDays,
    auto_export_enabled: schedule.autoExportEnabled ? 1 : 0,
    export_bucket_id: schedule.export?.exportBucketId ?? null,
    export_frequency_type: schedule.export?.frequencyType ?? null,
    use_names_in_export_prefix: schedule.useOrgAndGroupNamesInExportPrefix ? 1 : 0,
    extra_retention_settings: JSON.stringify(schedule.extraRetention),
    copy_settings: JSON.stringify(schedule.copySettings),
    copy_policy_items_enabled: schedule.copyPolicyItemsEnabled ? 1 : 0,
    auto_copy_settings_enabled:
      schedule.autoCopySettingsEnabled === undefined ? null : Number(schedule.autoCopySettingsEnabled),
    settled_until: schedule.settledUntil,
    next_at: nextMoment(schedule, schedule.settledUntil) ?? null,
  };
}

function scheduleOf(row: Selectable<Schema['backup_schedules']>): Schedule {
  return {
    clusterId: row.cluster_id,
    groupId: row.group_id,
    policyId: row.policy_id,
    items: storedValue('backup_schedules.policy_items', readPolicyItems, row.policy_items),
    referenceHourOfDay: row.reference_hour_of_day,
    referenceMinuteOfHour: row.reference_minute_of_hour,
    restoreWindowDays: row.restore_window_days,
    autoExportEnabled: row.auto_export_enabled === 1,
    export: exportOf(row),
    useOrgAndGroupNamesInExportPrefix: row.use_names_in_export_prefix === 1,
    extraRetention: storedValue(
      'backup_schedules.extra_retention_settings',
      readExtraRetention,
      row.extra_retention_settings,
    ),
    copySettings: storedValue('backup_schedules.copy_settings', readCopySettings, row.copy_settings),
    copyPolicyItemsEnabled: row.copy_policy_items_enabled === 1,
    autoCopySettingsEnabled: row.auto_copy_settings_enabled === null ? undefined : row.auto_copy_settings_enabled === 1,
    settledUntil: row.settled_until,
  };
}

function exportOf(row: Selectable<Schema['backup_schedules']>): AutoExport | undefined {
  const { export_bucket_id: exportBucketId, export_frequency_type: frequency } = row;
  if (exportBucketId === null || frequency === null) return undefined;
  const frequencyType = storedValue('backup_schedules.export_frequency_type', readFrequency, frequency);
  return { exportBucketId, frequencyType };
}
