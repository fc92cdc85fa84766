import { Type, type Static, type TProperties } from 'typebox';
import {
  decodePolicyItem,
  encodePolicyItem,
  invalidBackupPolicy,
  PolicyItemBody,
  PolicyItemSchema,
} from '../compliance/index.ts';
import { IdSchema, invalidEnumValue, LinksSchema, TimeSchema, type Links } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { MAX_RETENTION } from '../snapshots/index.ts';
import { invalidPolicyId, invalidPolicyItemId } from './errors.ts';
import { EXPORT_FREQUENCIES, EXTRA_FREQUENCIES, type CopySetting, type Schedule } from './model.ts';
import { nextMoment } from './planner.ts';
import type { ClusterSchedule, OldSnapshots } from './service.ts';

/** The name of a copy setting's zone in a version of the API. */
export type ZoneName = 'replicationSpecId' | 'zoneId';

const SomeId = Type.String({ pattern: '^[a-f0-9]{24}$' });
const Text = Type.String({ maxLength: 256 });
const Provider = Type.Enum(['AWS', 'AZURE', 'GCP']);
const Flag = Type.Optional(Type.Boolean());

const CopyPolicyItem = Type.Object({
  frequencyType: Type.Enum(['daily', 'hourly', 'weekly', 'monthly', 'yearly', 'ondemand']),
  id: Type.Optional(SomeId),
  retentionUnit: Type.Optional(Type.Enum(['days', 'weeks', 'months', 'years'])),
  retentionValue: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
});

const Frequency = Type.Enum(['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'ON_DEMAND']);

const COPY_SETTING = {
  cloudProvider: Type.Optional(Provider),
  copyPolicyItems: Type.Optional(Type.Array(CopyPolicyItem, { maxItems: 6 })),
  frequencies: Type.Optional(Type.Array(Frequency, { maxItems: 6 })),
  lastNumberOfSnapshots: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  regionName: Type.Optional(Text),
  shouldCopyOplogs: Flag,
};

const ExtraRetentionSettings = Type.Optional(
  Type.Array(
    Type.Object({ frequencyType: Frequency, retentionDays: Type.Integer({ minimum: 1, maximum: MAX_RETENTION.DAYS }) }),
    { maxItems: 6 },
  ),
);

/** The attributes that all versions have. Those that the server writes may be there, because clients send what they got. */
const body = <Copy extends TProperties>(copySetting: Copy) => ({
  autoExportEnabled: Flag,
  clusterId: Type.Optional(SomeId),
  clusterName: Type.Optional(Text),
  copyPolicyItemsEnabled: Flag,
  copySettings: Type.Optional(Type.Array(Type.Object(copySetting), { maxItems: 100 })),
  deleteCopiedBackups: Type.Optional(
    Type.Array(
      Type.Object({
        cloudProvider: Type.Optional(Provider),
        regionName: Type.Optional(Text),
        replicationSpecId: Type.Optional(SomeId),
        zoneId: Type.Optional(SomeId),
      }),
      { maxItems: 100 },
    ),
  ),
  deleteCopySnapshots: Flag,
  deleteSnapshots: Flag,
  export: Type.Optional(
    Type.Object({
      exportBucketId: Type.Optional(SomeId),
      frequencyType: Type.Optional(Type.Enum([...EXPORT_FREQUENCIES])),
    }),
  ),
  extraRetentionSettings: ExtraRetentionSettings,
  links: Type.Optional(
    Type.Array(Type.Object({ href: Type.Optional(Type.String()), rel: Type.Optional(Type.String()) })),
  ),
  nextSnapshot: Type.Optional(Type.String()),
  policies: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.Optional(SomeId),
        policyItems: Type.Optional(Type.Array(PolicyItemBody, { maxItems: 100 })),
      }),
      { maxItems: 1 },
    ),
  ),
  referenceHourOfDay: Type.Optional(Type.Integer({ minimum: 0, maximum: 23 })),
  referenceMinuteOfHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 59 })),
  restoreWindowDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
  updateCopySnapshots: Flag,
  updateSnapshots: Flag,
  useOrgAndGroupNamesInExportPrefix: Flag,
});

/** The body in v1.0 and in 2023-01-01. */
export const PatchBody20230101 = Type.Object(body({ ...COPY_SETTING, replicationSpecId: Type.Optional(SomeId) }));
export const PatchBody = Type.Object({
  ...body({ ...COPY_SETTING, zoneId: SomeId }),
  autoCopySettingsEnabled: Flag,
});
export type PatchBody = Omit<Static<typeof PatchBody>, 'copySettings'> & {
  readonly copySettings?: readonly Omit<CopySetting, 'zone' | 'copyPolicyItems'>[] &
    readonly { readonly replicationSpecId?: string; readonly zoneId?: string; readonly copyPolicyItems?: CopyItems }[];
};
type CopyItems = Static<typeof CopyPolicyItem>[];

const scheduleSchema = <Copy extends TProperties>(copySetting: Copy, further: TProperties, $id: string) =>
  Type.Object(
    {
      autoExportEnabled: Type.Boolean(),
      clusterId: IdSchema,
      clusterName: Type.String(),
      copyPolicyItemsEnabled: Type.Boolean(),
      copySettings: Type.Array(
        Type.Object({
          ...copySetting,
          frequencies: Type.Array(Frequency),
          shouldCopyOplogs: Type.Boolean(),
        }),
      ),
      export: Type.Optional(
        Type.Object({ exportBucketId: IdSchema, frequencyType: Type.Enum([...EXPORT_FREQUENCIES]) }),
      ),
      extraRetentionSettings: ExtraRetentionSettings,
      links: LinksSchema,
      nextSnapshot: Type.Optional(TimeSchema),
      policies: Type.Array(Type.Object({ id: IdSchema, policyItems: Type.Array(PolicyItemSchema) })),
      referenceHourOfDay: Type.Integer(),
      referenceMinuteOfHour: Type.Integer(),
      restoreWindowDays: Type.Integer(),
      useOrgAndGroupNamesInExportPrefix: Type.Boolean(),
      ...further,
    },
    { $id },
  );

export const ScheduleSchema20230101 = scheduleSchema(
  { ...COPY_SETTING, replicationSpecId: Type.Optional(IdSchema) },
  {},
  'BackupSchedule20230101',
);
export const ScheduleSchema = scheduleSchema(
  { ...COPY_SETTING, zoneId: Type.Optional(IdSchema) },
  { autoCopySettingsEnabled: Flag },
  'BackupSchedule',
);

/** Returns what a change does with the snapshots that were taken before. */
export function decodeOldSnapshots({ updateSnapshots = false, deleteSnapshots = false }: PatchBody): OldSnapshots {
  return { update: updateSnapshots, delete: deleteSnapshots };
}

/**
 * Applies a partial body to a schedule.
 * @throws ApiError `INVALID_BACKUP_POLICY`, `INVALID_POLICY_ID`, `INVALID_POLICY_ITEM_ID`
 */
export function decodePatch(given: PatchBody, present: Schedule, nowMs: number): Schedule {
  return {
    ...present,
    items: decodeItems(given, present, nowMs),
    referenceHourOfDay: given.referenceHourOfDay ?? present.referenceHourOfDay,
    referenceMinuteOfHour: given.referenceMinuteOfHour ?? present.referenceMinuteOfHour,
    restoreWindowDays: given.restoreWindowDays ?? present.restoreWindowDays,
    autoExportEnabled: given.autoExportEnabled ?? present.autoExportEnabled,
    export: decodeExport(given, present),
    useOrgAndGroupNamesInExportPrefix:
      given.useOrgAndGroupNamesInExportPrefix ?? present.useOrgAndGroupNamesInExportPrefix,
    extraRetention: decodeExtraRetention(given) ?? present.extraRetention,
    copySettings: given.copySettings?.map((setting) => decodeCopySetting(setting, nowMs)) ?? present.copySettings,
    copyPolicyItemsEnabled: given.copyPolicyItemsEnabled ?? present.copyPolicyItemsEnabled,
    autoCopySettingsEnabled: given.autoCopySettingsEnabled ?? present.autoCopySettingsEnabled,
  };
}

function decodeItems({ policies }: PatchBody, present: Schedule, nowMs: number): Schedule['items'] {
  const [policy] = policies ?? [];
  if (policy === undefined) return present.items;
  if (policy.id !== undefined && policy.id !== present.policyId) throw invalidPolicyId(policy.id);
  if (policy.policyItems === undefined) return present.items;
  const unknown = policy.policyItems.find(
    ({ id }) => id !== undefined && !present.items.some((item) => item.id === id),
  );
  if (unknown?.id !== undefined) throw invalidPolicyItemId(unknown.id);
  return policy.policyItems.map((item) => decodePolicyItem(item, present.items, nowMs));
}

function decodeExport({ export: given }: PatchBody, present: Schedule): Schedule['export'] {
  if (given === undefined) return present.export;
  const exportBucketId = given.exportBucketId ?? present.export?.exportBucketId;
  const frequencyType = given.frequencyType ?? present.export?.frequencyType;
  if (exportBucketId === undefined || frequencyType === undefined) {
    throw invalidBackupPolicy('export needs exportBucketId and frequencyType');
  }
  return { exportBucketId, frequencyType };
}

function decodeExtraRetention({ extraRetentionSettings: given }: PatchBody): Schedule['extraRetention'] | undefined {
  const decoded = given?.map(({ frequencyType: name, retentionDays }) => {
    const frequencyType = EXTRA_FREQUENCIES.find((known) => extraName(known) === name);
    if (frequencyType === undefined) throw invalidEnumValue(name);
    return { frequencyType, retentionDays };
  });
  if (new Set(decoded?.map(({ frequencyType }) => frequencyType)).size < (decoded?.length ?? 0)) {
    throw invalidBackupPolicy('extraRetentionSettings names a frequencyType twice');
  }
  return decoded;
}

/** The name of a frequency in extraRetentionSettings. */
function extraName(frequency: (typeof EXTRA_FREQUENCIES)[number]): string {
  return frequency === 'ondemand' ? 'ON_DEMAND' : frequency.toUpperCase();
}

type CopyBody = NonNullable<PatchBody['copySettings']>[number];

function decodeCopySetting(given: CopyBody, nowMs: number): CopySetting {
  const { zoneId, replicationSpecId, copyPolicyItems, ...rest } = given;
  const zone = zoneId ?? replicationSpecId;
  return {
    ...rest,
    ...(copyPolicyItems === undefined
      ? {}
      : { copyPolicyItems: copyPolicyItems.map(({ id = newId(nowMs), ...item }) => ({ id, ...item })) }),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** Encodes a schedule. Keys are in wire order. @param zoneName the name of a copy setting's zone in this version. */
export function encode(
  { cluster, schedule }: ClusterSchedule,
  links: Links,
  zoneName: ZoneName,
  nowMs: number,
): JsonObject {
  const next = nextMoment(schedule, Math.max(schedule.settledUntil, nowMs));
  const { autoCopySettingsEnabled, export: autoExport } = schedule;
  return {
    ...(zoneName === 'zoneId' && autoCopySettingsEnabled !== undefined && { autoCopySettingsEnabled }),
    autoExportEnabled: schedule.autoExportEnabled,
    clusterId: cluster.id,
    clusterName: cluster.name,
    copyPolicyItemsEnabled: schedule.copyPolicyItemsEnabled,
    copySettings: schedule.copySettings.map((setting) => encodeCopySetting(setting, zoneName)),
    ...(autoExport && {
      export: { exportBucketId: autoExport.exportBucketId, frequencyType: autoExport.frequencyType },
    }),
    ...(schedule.extraRetention.length > 0 && {
      extraRetentionSettings: schedule.extraRetention.map(({ frequencyType, retentionDays }) => ({
        frequencyType: extraName(frequencyType),
        retentionDays,
      })),
    }),
    links: [
      { href: links.link(`/groups/${cluster.groupId}/clusters/${cluster.name}/backup/schedule`), rel: 'self' },
      { href: publicUrl(links, `/groups/${cluster.groupId}`), rel: 'https://cloud.mongodb.com/group' },
    ],
    ...(next !== undefined && { nextSnapshot: atlasTime(next) }),
    policies: [{ id: schedule.policyId, policyItems: schedule.items.map(encodePolicyItem) }],
    referenceHourOfDay: schedule.referenceHourOfDay,
    referenceMinuteOfHour: schedule.referenceMinuteOfHour,
    restoreWindowDays: schedule.restoreWindowDays,
    useOrgAndGroupNamesInExportPrefix: schedule.useOrgAndGroupNamesInExportPrefix,
  };
}

function encodeCopySetting({ zone, copyPolicyItems, ...rest }: CopySetting, zoneName: ZoneName): JsonObject {
  const items = copyPolicyItems?.map(({ frequencyType, id, retentionUnit, retentionValue }) => ({
    frequencyType,
    id,
    ...(retentionUnit !== undefined && { retentionUnit }),
    ...(retentionValue !== undefined && { retentionValue }),
  }));
  const entries = Object.entries({
    ...rest,
    frequencies: [...(rest.frequencies ?? [])],
    shouldCopyOplogs: rest.shouldCopyOplogs ?? false,
    ...(items && { copyPolicyItems: items }),
    ...(zone !== undefined && { [zoneName]: zone }),
  });
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The link to a project leads to the older public API in every version, as in Atlas. */
function publicUrl(links: Links, path: string): string {
  return links.link('').replace(/\/api\/atlas\/v[\d.]+$/, `/api/public/v1.0${path}`);
}
