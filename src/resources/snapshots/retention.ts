export const RETENTION_UNITS = ['DAYS', 'WEEKS', 'MONTHS', 'YEARS'] as const;
export type RetentionUnit = (typeof RETENTION_UNITS)[number];

/** How long a snapshot is kept after its completion. */
export interface Retention {
  readonly unit: RetentionUnit;
  readonly value: number;
  /** Further days, which a schedule adds; absent: none. */
  readonly extraDays?: number;
}

/** The retention of a snapshot of which nobody says anything: a week, because a shorter one could remove a snapshot over a weekend. */
export const DEFAULT_RETENTION: Retention = { unit: 'DAYS', value: 7 };

/** The longest retention is a century, because every expiry must be a valid date. */
export const MAX_RETENTION: Readonly<Record<RetentionUnit, number>> = {
  DAYS: 36_500,
  WEEKS: 5200,
  MONTHS: 1200,
  YEARS: 100,
};

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Adds a retention to a time, in UTC. Months and years are calendar months and years: one month after 31 January is the last
 * day of February.
 */
export function addRetention(fromMs: number, { unit, value, extraDays = 0 }: Retention): number {
  return addUnits(fromMs, unit, value) + extraDays * DAY_MS;
}

function addUnits(fromMs: number, unit: RetentionUnit, value: number): number {
  switch (unit) {
    case 'DAYS':
      return fromMs + value * DAY_MS;
    case 'WEEKS':
      return fromMs + value * 7 * DAY_MS;
    case 'MONTHS':
      return addMonths(fromMs, value);
    case 'YEARS':
      return addMonths(fromMs, value * 12);
  }
}

function addMonths(fromMs: number, months: number): number {
  const from = new Date(fromMs);
  const firstOfMonth = new Date(fromMs);
  firstOfMonth.setUTCDate(1);
  firstOfMonth.setUTCMonth(from.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(firstOfMonth.getUTCFullYear(), firstOfMonth.getUTCMonth() + 1, 0)).getUTCDate();
  return firstOfMonth.setUTCDate(Math.min(from.getUTCDate(), lastDay));
}
