import { newId } from '../../kernel/ids.ts';
import type { PolicyItem } from '../compliance/index.ts';
import type { Cluster } from '../clusters/index.ts';
import type { Schedule } from './model.ts';

/** What the schedule of a new cluster is: Atlas's default policy, or one without items. */
export type DefaultSchedule = 'atlas' | 'none';

/** Atlas's default policy: every six hours, every day, every Saturday, the last day of the month, the first of December. */
const ATLAS_ITEMS: readonly Omit<PolicyItem, 'id'>[] = [
  { frequencyType: 'hourly', frequencyInterval: 6, retention: { unit: 'DAYS', value: 7 } },
  { frequencyType: 'daily', frequencyInterval: 1, retention: { unit: 'DAYS', value: 7 } },
  { frequencyType: 'weekly', frequencyInterval: 6, retention: { unit: 'WEEKS', value: 4 } },
  { frequencyType: 'monthly', frequencyInterval: 40, retention: { unit: 'MONTHS', value: 12 } },
  { frequencyType: 'yearly', frequencyInterval: 12, retention: { unit: 'YEARS', value: 1 } },
];

/**
 * Makes the schedule of a new cluster. Its time of day is that of the cluster's creation, as in Atlas, so that the first
 * snapshot of the default policy is taken six hours later.
 */
export function defaultSchedule(cluster: Cluster, kind: DefaultSchedule): Schedule {
  const { id: clusterId, groupId, createdAt } = cluster;
  const created = new Date(createdAt);
  // A cluster whose archives are sent has nothing that a schedule could read.
  const hasItems = kind === 'atlas' && cluster.sourceKind !== 'upload';
  return {
    clusterId,
    groupId,
    policyId: newId(createdAt),
    items: hasItems ? ATLAS_ITEMS.map((item) => ({ id: newId(createdAt), ...item })) : [],
    referenceHourOfDay: created.getUTCHours(),
    referenceMinuteOfHour: created.getUTCMinutes(),
    restoreWindowDays: 7,
    autoExportEnabled: false,
    export: undefined,
    useOrgAndGroupNamesInExportPrefix: false,
    extraRetention: [],
    copySettings: [],
    copyPolicyItemsEnabled: false,
    autoCopySettingsEnabled: undefined,
    settledUntil: createdAt,
  };
}
