import type { Id } from '../../kernel/ids.ts';
import { FREQUENCY_TYPES, type FrequencyType } from '../snapshots/index.ts';
import type { Timetable } from './planner.ts';

export const EXPORT_FREQUENCIES = ['daily', 'weekly', 'monthly', 'yearly'] as const satisfies FrequencyType[];
export type ExportFrequency = (typeof EXPORT_FREQUENCIES)[number];

/** Where and how often snapshots of a schedule are exported. */
export interface AutoExport {
  readonly exportBucketId: Id;
  readonly frequencyType: ExportFrequency;
}

/** Where a client wants copies of snapshots. It is kept for the client, and no copy is made. */
export interface CopySetting {
  readonly cloudProvider?: string;
  readonly copyPolicyItems?: readonly {
    readonly id: Id;
    readonly frequencyType: string;
    readonly retentionUnit?: string;
    readonly retentionValue?: number;
  }[];
  readonly frequencies?: readonly string[];
  readonly lastNumberOfSnapshots?: number;
  readonly regionName?: string;
  readonly shouldCopyOplogs?: boolean;
  /** The zone of the cluster: `zoneId`, or `replicationSpecId` in older versions of the API. */
  readonly zone?: Id;
}

/** The frequencies that can have extra days. */
export const EXTRA_FREQUENCIES = [...FREQUENCY_TYPES, 'ondemand'] as const;

/** Days that snapshots of one frequency are kept beyond their retention. */
export interface ExtraRetention {
  readonly frequencyType: (typeof EXTRA_FREQUENCIES)[number];
  readonly retentionDays: number;
}

/** When snapshots of a cluster are taken, how long they are kept, and which are exported. */
export interface Schedule extends Timetable {
  readonly clusterId: Id;
  readonly groupId: Id;
  readonly policyId: Id;
  readonly restoreWindowDays: number;
  readonly autoExportEnabled: boolean;
  readonly export: AutoExport | undefined;
  readonly useOrgAndGroupNamesInExportPrefix: boolean;
  readonly extraRetention: readonly ExtraRetention[];
  readonly copySettings: readonly CopySetting[];
  readonly copyPolicyItemsEnabled: boolean;
  /** Undefined until a client has set it. */
  readonly autoCopySettingsEnabled: boolean | undefined;
  /** All moments up to this time have their snapshots, or need none. Milliseconds since the Unix epoch. */
  readonly settledUntil: number;
}
