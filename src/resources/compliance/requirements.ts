import type { Id } from '../../kernel/ids.ts';
import type { Retention } from '../snapshots/index.ts';
import {
  ANY_INTERVAL,
  kindOf,
  LAST_DAY,
  lengthInDays,
  rankOf,
  scheduledItems,
  type PolicyItem,
} from './policy-item.ts';

/** The part of a compliance policy that schedules must fulfil. */
export interface Requirements {
  readonly scheduledPolicyItems: readonly PolicyItem[];
  readonly pitEnabled: boolean;
  readonly restoreWindowDays: number;
}

/** What requirements are compared with: a schedule, or a compliance policy that is to replace another one. */
export interface Compared {
  readonly items: readonly PolicyItem[];
  readonly restoreWindowDays: number;
}

/** Returns what of the requirements is not fulfilled, each as a text for people. */
export function unfulfilled(requirements: Requirements, { items, restoreWindowDays }: Compared): readonly string[] {
  const missing = requirements.scheduledPolicyItems.filter(
    (required) => !items.some((item) => fulfils(item, required)),
  );
  return [
    ...missing.map(({ frequencyType, frequencyInterval, retention }) => {
      const { value, unit } = retention;
      return `${frequencyType} with the interval ${frequencyInterval} and a retention of ${value} ${unit.toLowerCase()}`;
    }),
    ...(requirements.pitEnabled && restoreWindowDays < requirements.restoreWindowDays
      ? [`a restore window of ${requirements.restoreWindowDays} days`]
      : []),
  ];
}

function fulfils(item: PolicyItem, required: PolicyItem): boolean {
  return isAsFrequent(item, required) && lengthInDays(item.retention) >= lengthInDays(required.retention);
}

function isAsFrequent(item: PolicyItem, required: PolicyItem): boolean {
  if (item.frequencyType !== required.frequencyType) return false;
  if (required.frequencyInterval === ANY_INTERVAL) return true;
  return item.frequencyType === 'hourly'
    ? item.frequencyInterval <= required.frequencyInterval
    : item.frequencyInterval === required.frequencyInterval;
}

/** The intervals of an added item whose day or month the policy leaves open: those of Atlas's default schedule. */
const CHOSEN_INTERVALS: Readonly<Record<PolicyItem['frequencyType'], number>> = {
  hourly: 6,
  daily: 1,
  weekly: 6,
  monthly: LAST_DAY,
  yearly: 12,
  ondemand: ANY_INTERVAL,
};

/**
 * Returns the items with what the requirements add: missing items, more frequent snapshots, longer retentions. A less
 * frequent item is then kept at least as long as a more frequent one. @param newId makes the ids of added items.
 */
export function augmented(
  requirements: Requirements,
  items: readonly PolicyItem[],
  newId: () => Id,
): readonly PolicyItem[] {
  let result = [...items];
  for (const required of requirements.scheduledPolicyItems) {
    if (result.some((item) => fulfils(item, required))) continue;
    const isAny = required.frequencyInterval === ANY_INTERVAL;
    const rival = result.find((item) =>
      isAny || required.frequencyType === 'hourly'
        ? item.frequencyType === required.frequencyType
        : kindOf(item) === kindOf(required),
    );
    const interval = isAny ? CHOSEN_INTERVALS[required.frequencyType] : required.frequencyInterval;
    const added: PolicyItem = {
      ...required,
      id: rival?.id ?? newId(),
      frequencyInterval: isAny
        ? (rival?.frequencyInterval ?? interval)
        : Math.min(interval, rival?.frequencyInterval ?? Infinity),
      retention: rival === undefined ? required.retention : longer(rival.retention, required.retention),
    };
    result = [...result.filter((item) => item !== rival), added];
  }
  const lifted = lift(result);
  return [...lifted, ...result.filter(({ frequencyType }) => frequencyType === 'ondemand')];
}

/** Returns the scheduled items, each with a retention that is not shorter than those of more frequent ones. */
function lift(items: readonly PolicyItem[]): readonly PolicyItem[] {
  const scheduled = scheduledItems(items);
  return scheduled.map((item) => {
    const floors = scheduled.filter(({ frequencyType }) => rankOf(frequencyType) < rankOf(item.frequencyType));
    return { ...item, retention: floors.reduce((found, floor) => longer(found, floor.retention), item.retention) };
  });
}

/** Returns the longer retention; the first one if both are equally long. */
export function longer(one: Retention, other: Retention): Retention {
  return lengthInDays(other) > lengthInDays(one) ? other : one;
}
