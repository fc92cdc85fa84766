// What Atlas's rules keep, said as plainly as they are documented, and with nothing of the program's own code.

type Unit = 'days' | 'weeks' | 'months' | 'years';

/** A policy item as it is on the wire. */
export interface Item {
  readonly frequencyType: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';
  readonly frequencyInterval: number;
  readonly retentionUnit: Unit;
  readonly retentionValue: number;
}

export interface Policy {
  readonly items: readonly Item[];
  readonly referenceHourOfDay: number;
  readonly referenceMinuteOfHour: number;
}

/** A snapshot that there must be. Times are ISO texts in UTC. */
export interface ExpectedSnapshot {
  readonly takenAt: string;
  readonly frequencyType: Item['frequencyType'];
  readonly expiresAt: string;
  /** Whether an item of at least the frequency of a day has asked for it. */
  readonly isExported: boolean;
}

const MINUTE_MS = 60_000;
const FREQUENCIES: readonly Item['frequencyType'][] = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];

/**
 * The snapshots of a server that looks at its schedule at certain times: one at each time at which a moment has passed since the
 * time before, of the item that is kept longest.
 */
export function expectedSnapshots(policy: Policy, from: number, looks: readonly number[]): ExpectedSnapshot[] {
  const snapshots: ExpectedSnapshot[] = [];
  let before = from;
  for (const look of looks) {
    const asking = policy.items.filter((item) => hasMoment(policy, item, before, look));
    before = look;
    const [kept] = asking.toSorted((one, other) => rank(look, other) - rank(look, one));
    if (kept === undefined) continue;
    snapshots.push({
      takenAt: iso(look),
      frequencyType: kept.frequencyType,
      expiresAt: iso(expiry(look, kept)),
      isExported: asking.some(({ frequencyType }) => frequencyType !== 'hourly'),
    });
  }
  return snapshots;
}

const rank = (at: number, item: Item): number => expiry(at, item) * 10 + FREQUENCIES.indexOf(item.frequencyType);

export const iso = (ms: number): string => new Date(ms).toISOString();

function hasMoment(policy: Policy, item: Item, after: number, until: number): boolean {
  for (let ms = Math.floor(after / MINUTE_MS + 1) * MINUTE_MS; ms <= until; ms += MINUTE_MS) {
    if (isMoment(policy, item, new Date(ms))) return true;
  }
  return false;
}

function isMoment(policy: Policy, { frequencyType, frequencyInterval }: Item, date: Date): boolean {
  if (date.getUTCMinutes() !== policy.referenceMinuteOfHour) return false;
  const hours = (date.getUTCHours() - policy.referenceHourOfDay + 24) % 24;
  if (frequencyType === 'hourly') return hours % frequencyInterval === 0;
  if (hours !== 0) return false;
  const day = date.getUTCDate();
  const tomorrow = new Date(date.getTime() + 24 * 60 * MINUTE_MS).getUTCDate();
  switch (frequencyType) {
    case 'daily':
      return true;
    case 'weekly':
      // Monday is 1, and Sunday is 7.
      return (date.getUTCDay() === 0 ? 7 : date.getUTCDay()) === frequencyInterval;
    case 'monthly':
      return frequencyInterval === 40 ? tomorrow === 1 : day === frequencyInterval;
    case 'yearly':
      return day === 1 && date.getUTCMonth() + 1 === frequencyInterval;
  }
}

function expiry(from: number, { retentionUnit, retentionValue }: Item): number {
  const date = new Date(from);
  const months = { days: 0, weeks: 0, months: retentionValue, years: 12 * retentionValue }[retentionUnit];
  const days = { days: retentionValue, weeks: 7 * retentionValue, months: 0, years: 0 }[retentionUnit];
  const wanted = date.getUTCMonth() + months;
  // The 31st of a month with 30 days is the 30th.
  const longest = new Date(Date.UTC(date.getUTCFullYear(), wanted + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), longest) + days;
  return Date.UTC(date.getUTCFullYear(), wanted, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds());
}
