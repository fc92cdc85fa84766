import type { Id } from '../../kernel/ids.ts';
import { FREQUENCY_TYPES, MAX_RETENTION, type FrequencyType, type Retention } from '../snapshots/index.ts';

/** A line of a backup policy: how often snapshots are taken, and how long they are kept. */
export interface PolicyItem {
  readonly id: Id;
  /** `ondemand`: the retention of snapshots that clients ask for. */
  readonly frequencyType: FrequencyType | 'ondemand';
  /**
   * Atlas's meaning for each frequency: hours between two snapshots; 1 for daily; the day of the week, of which Monday is 1;
   * the day of the month, of which 40 is the last; the month of the year, on whose first day the snapshot is taken.
   */
  readonly frequencyInterval: number;
  readonly retention: Retention;
}

/** The last day of the month, as a day of the month. */
export const LAST_DAY = 40;

/** In a compliance policy: a schedule may choose the day or the month. A schedule itself names one. */
export const ANY_INTERVAL = 0;

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

const DAYS_OF_MONTH = [...upTo(28), LAST_DAY];

const INTERVALS: Readonly<Record<PolicyItem['frequencyType'], readonly number[]>> = {
  hourly: [1, 2, 4, 6, 8, 12],
  daily: [1],
  weekly: upTo(7),
  monthly: DAYS_OF_MONTH,
  yearly: upTo(12),
  ondemand: [0, ...DAYS_OF_MONTH],
};

/** Of these frequencies a policy has one item at most. */
const SINGLE: readonly PolicyItem['frequencyType'][] = ['hourly', 'daily', 'ondemand'];

const UNIT_DAYS: Readonly<Record<Retention['unit'], number>> = { DAYS: 1, WEEKS: 7, MONTHS: 30, YEARS: 365 };
const SHORTEST_DAYS: Readonly<Record<FrequencyType, number>> = {
  hourly: 1,
  daily: 1,
  weekly: UNIT_DAYS.WEEKS,
  monthly: UNIT_DAYS.MONTHS,
  yearly: UNIT_DAYS.YEARS,
};

/** The length of a retention for comparisons: a month has 30 days, and a year has 365. */
export function lengthInDays({ unit, value }: Retention): number {
  return value * UNIT_DAYS[unit];
}

/** The place of a frequency in the order from the most frequent to the least frequent. */
export function rankOf(frequencyType: FrequencyType): number {
  return FREQUENCY_TYPES.indexOf(frequencyType);
}

/** Returns the items of scheduled snapshots, from the most frequent to the least frequent. */
export function scheduledItems(
  items: readonly PolicyItem[],
): readonly (PolicyItem & { readonly frequencyType: FrequencyType })[] {
  return FREQUENCY_TYPES.flatMap((frequencyType) =>
    items.filter((item) => item.frequencyType === frequencyType).map((item) => ({ ...item, frequencyType })),
  );
}

/** Returns why Atlas does not take the items as one policy; undefined if it does. */
export function faultOf(items: readonly PolicyItem[], of: 'schedule' | 'compliance'): string | undefined {
  for (const { frequencyType, frequencyInterval, retention } of items) {
    const name = `the ${frequencyType} policy item`;
    const mayBeAny = of === 'compliance' && frequencyType !== 'hourly';
    const valid = mayBeAny ? [ANY_INTERVAL, ...INTERVALS[frequencyType]] : INTERVALS[frequencyType];
    if (!valid.includes(frequencyInterval)) {
      return `${name} has the frequencyInterval ${frequencyInterval}, and ${[...new Set(valid)].join(', ')} are valid`;
    }
    if (retention.value > MAX_RETENTION[retention.unit]) return `${name} has a retention of more than a century`;
  }
  for (const frequencyType of SINGLE) {
    if (items.filter((item) => item.frequencyType === frequencyType).length > 1) {
      return `a policy has at most one ${frequencyType} policy item`;
    }
  }
  const kinds = items.map(kindOf);
  if (new Set(kinds).size < kinds.length) return 'two policy items have the same frequency and the same interval';
  return faultOfRetentions(items);
}

function faultOfRetentions(items: readonly PolicyItem[]): string | undefined {
  const scheduled = scheduledItems(items);
  for (const { frequencyType, retention } of scheduled) {
    const days = lengthInDays(retention);
    if (days < SHORTEST_DAYS[frequencyType]) {
      return `the retention of the ${frequencyType} policy item is shorter than the time between two of its snapshots`;
    }
    const longer = scheduled.find(
      (item) => rankOf(item.frequencyType) < rankOf(frequencyType) && lengthInDays(item.retention) > days,
    );
    if (longer !== undefined) {
      return (
        `the retention of the ${frequencyType} policy item is shorter than that of the ${longer.frequencyType} one, ` +
        'and less frequent snapshots must be kept at least as long as more frequent ones'
      );
    }
  }
  return undefined;
}

/** The frequency with its interval. A policy has no two items of one kind. */
export function kindOf({ frequencyType, frequencyInterval }: PolicyItem): string {
  return `${frequencyType} ${frequencyInterval}`;
}
