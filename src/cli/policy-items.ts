import { InvalidArgumentError } from 'commander';
import type { PolicyItem } from './documents.ts';

// Policy items of schedules as people write and read them: `weekly:saturday:4w`.

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
/** The last day of the month, as a day of the month. */
const LAST_DAY = 40;
const FREQUENCIES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'ondemand'];
const UNITS: Readonly<Partial<Record<string, string>>> = { d: 'days', w: 'weeks', m: 'months', y: 'years' };

/** Intervals of these frequencies have names. The first name is 1. */
const NAMES: Readonly<Record<string, readonly string[]>> = { weekly: DAYS, yearly: MONTHS };

/** An item that a client sends. The server gives it an id, or the id of the present item of its kind. */
export type NewPolicyItem = Omit<PolicyItem, 'id'>;

/**
 * Parses `<frequency>:<interval>:<retention>` or `<frequency>:<retention>`, such as `hourly:6:7d`, `daily:7d` and `monthly:last:12m`.
 * @throws InvalidArgumentError
 */
export function parsePolicyItem(text: string): NewPolicyItem {
  const [, frequencyType = '', interval, value, letter = ''] =
    /^([a-z]+)(?::([a-z0-9]+))?:([1-9]\d{0,4})([dwmy])$/.exec(text.toLowerCase()) ?? [];
  const unit = UNITS[letter];
  if (!FREQUENCIES.includes(frequencyType) || unit === undefined) {
    throw new InvalidArgumentError(
      'Give frequency, interval and retention: hourly:6:7d, daily:7d, weekly:saturday:4w, monthly:last:12m, yearly:december:1y.',
    );
  }
  const frequencyInterval = interval === undefined ? 1 : parseInterval(frequencyType, interval);
  return { frequencyInterval, frequencyType, retentionUnit: unit, retentionValue: Number(value) };
}

function parseInterval(frequencyType: string, text: string): number {
  if (frequencyType === 'monthly' && text === 'last') return LAST_DAY;
  const named = NAMES[frequencyType]?.indexOf(text) ?? -1;
  if (named >= 0) return named + 1;
  if (!/^\d{1,2}$/.test(text)) {
    throw new InvalidArgumentError(
      `${text} is no interval of ${frequencyType}: give a number, or the name of a day or a month.`,
    );
  }
  return Number(text);
}

/** Describes when an item asks for a snapshot: `every 6 hours`, `every Saturday`, `the last day of the month`. */
export function describeInterval({ frequencyType, frequencyInterval: interval }: NewPolicyItem): string {
  const name = capitalized(NAMES[frequencyType]?.[interval - 1] ?? String(interval));
  switch (frequencyType) {
    case 'hourly':
      return interval === 1 ? 'every hour' : `every ${interval} hours`;
    case 'daily':
      return 'every day';
    case 'weekly':
      return `every ${name}`;
    case 'monthly':
      return interval === LAST_DAY ? 'the last day of the month' : `day ${interval} of the month`;
    case 'yearly':
      return `the first of ${name}`;
    default:
      return 'when it is asked for';
  }
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Describes how long the snapshots of an item are kept: `7 days`, `1 year`. */
export function describeRetention({ retentionUnit, retentionValue }: NewPolicyItem): string {
  return `${retentionValue} ${retentionValue === 1 ? retentionUnit.replace(/s$/, '') : retentionUnit}`;
}
