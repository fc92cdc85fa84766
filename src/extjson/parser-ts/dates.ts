const ISO_DATE =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,3}))?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))$/;
const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * The milliseconds since 1970 of an ISO 8601 time with date, time and zone. The fraction has at most three digits,
 * because a BSON date has no more. Older versions of mongoexport wrote zones other than `Z`.
 * @returns undefined for any other text, and for a time that does not exist.
 */
export function parseIsoDate(text: string): number | undefined {
  const parts = ISO_DATE.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const [zoneHour, zoneMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0'));
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const date = new Date(0).setUTCFullYear(year, month - 1, day);
  const zone = zoneHour * MS_PER_HOUR + zoneMinute * MS_PER_MINUTE;
  const time = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND + milliseconds;
  return date + time - (parts[8] === '-' ? -zone : zone);
}

function daysOfMonth(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (DAYS_OF_MONTHS[month - 1] ?? 0);
}
