// ISO 8601 dates of the years 1970 to 9999. The calendar arithmetic is that of Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms", civil_from_days. Its years begin in March, because the leap day is then the last day.

import { writeFourDigits, writeTwoDigits } from './integers';

/** 9999-12-31T23:59:59.999Z in milliseconds since 1970. */
export const LAST_ISO_DATE_MS: i64 = 253402300799999;

const MS_PER_DAY: i64 = 86400000;
const MS_PER_HOUR: u32 = 3600000;
const MS_PER_MINUTE: u32 = 60000;
const MS_PER_SECOND: u32 = 1000;
/** Days from 0000-03-01 to 1970-01-01. */
const DAYS_TO_1970: u32 = 719468;
/** Days of 400, 100, 4 years and one year. */
const DAYS_PER_ERA: u32 = 146097;
const DAYS_PER_CENTURY: u32 = 36524;
const DAYS_PER_FOUR_YEARS: u32 = 1460;

const HYPHEN: u32 = 0x2d;
const COLON: u32 = 0x3a;
const POINT: u32 = 0x2e;
const UPPER_T: u32 = 0x54;
const UPPER_Z: u32 = 0x5a;

/** Writes a date from 1970 to 9999. Milliseconds are written unless they are 0. */
export function writeIsoDate(milliseconds: i64, out: usize): usize {
  const days = milliseconds / MS_PER_DAY;
  writeDay(<u32>days, out);
  return writeTime(<u32>(milliseconds - days * MS_PER_DAY), out + 10);
}

@inline
function writeDay(days: u32, out: usize): void {
  const shifted = days + DAYS_TO_1970;
  const era = shifted / DAYS_PER_ERA;
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapless =
    dayOfEra - dayOfEra / DAYS_PER_FOUR_YEARS + dayOfEra / DAYS_PER_CENTURY - dayOfEra / (DAYS_PER_ERA - 1);
  const yearOfEra = leapless / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const monthFromMarch = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  writeFourDigits(year, out);
  store<u8>(out + 4, HYPHEN);
  writeTwoDigits(month, out + 5);
  store<u8>(out + 7, HYPHEN);
  writeTwoDigits(day, out + 8);
}

@inline
function writeTime(millisecondOfDay: u32, out: usize): usize {
  let rest = millisecondOfDay;
  const hour = rest / MS_PER_HOUR;
  rest -= hour * MS_PER_HOUR;
  const minute = rest / MS_PER_MINUTE;
  rest -= minute * MS_PER_MINUTE;
  const second = rest / MS_PER_SECOND;
  rest -= second * MS_PER_SECOND;
  store<u8>(out, UPPER_T);
  writeTwoDigits(hour, out + 1);
  store<u8>(out + 3, COLON);
  writeTwoDigits(minute, out + 4);
  store<u8>(out + 6, COLON);
  writeTwoDigits(second, out + 7);
  out += 9;
  if (rest) {
    // Writes four digits. The first digit is 0, and the point replaces it.
    writeFourDigits(rest, out);
    store<u8>(out, POINT);
    out += 4;
  }
  store<u8>(out, UPPER_Z);
  return out + 1;
}
