// Reads ISO 8601 dates. The calendar arithmetic is that of Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms", days_from_civil. Its years begin in March, because the leap day is then the last day.

import { COLON, MINUS, PLUS, POINT, isDigit } from './tokens';

const UPPER_T: u32 = 0x54;
const UPPER_Z: u32 = 0x5a;
const DAYS_TO_1970: i32 = 719468;
const DAYS_PER_ERA: i32 = 146097;
const MS_PER_DAY: i64 = 86400000;
const MS_PER_MINUTE: i64 = 60000;
/** The length of the longest date: `2012-12-24T12:15:30.501+07:30`. */
export const MAX_DATE_BYTES: usize = 29;

/** Whether the text that was read last is a date that exists. */
export let isDate: bool = false;

/** The milliseconds since 1970 of the date from `start` to `end`. `isDate` is set. */
export function readIsoDate(start: usize, end: usize): i64 {
  isDate = false;
  const length = end - start;
  if (length < 20 || length > MAX_DATE_BYTES) return 0;
  if (<u32>load<u8>(start, 4) != MINUS || <u32>load<u8>(start, 7) != MINUS) return 0;
  if (<u32>load<u8>(start, 10) != UPPER_T) return 0;
  if (<u32>load<u8>(start, 13) != COLON || <u32>load<u8>(start, 16) != COLON) return 0;
  const year = twoDigits(start) * 100 + twoDigits(start + 2);
  const month = twoDigits(start + 5);
  const day = twoDigits(start + 8);
  const hour = twoDigits(start + 11);
  const minute = twoDigits(start + 14);
  const second = twoDigits(start + 17);
  // What is no digit is a huge number.
  if (twoDigits(start) > 99 || twoDigits(start + 2) > 99) return 0;
  if (month - 1 > 11 || day - 1 >= daysOfMonth(year, month)) return 0;
  if (hour > 23 || minute > 59 || second > 59) return 0;
  let milliseconds: u32 = 0;
  let p = start + 19;
  if (<u32>load<u8>(p) == POINT) {
    p++;
    let weight: u32 = 100;
    while (weight && isDigit(load<u8>(p))) {
      milliseconds += (<u32>load<u8>(p) - 0x30) * weight;
      weight /= 10;
      p++;
    }
    if (weight == 100) return 0;
  }
  const zoneMinutes = readZone(p, end);
  if (!isDate) return 0;
  const minutes = <i64>(hour * 60 + minute) - zoneMinutes;
  const days = <i64>daysFrom1970(<i32>year, month, day);
  return days * MS_PER_DAY + minutes * MS_PER_MINUTE + <i64>(second * 1000 + milliseconds);
}

/** The minutes by which the zone from `p` to `end` is ahead. Sets `isDate` if it is a zone. */
function readZone(p: usize, end: usize): i64 {
  const sign: u32 = load<u8>(p);
  if (sign == UPPER_Z) {
    isDate = end == p + 1;
    return 0;
  }
  if (sign != PLUS && sign != MINUS) return 0;
  const minuteAt = <u32>load<u8>(p, 3) == COLON ? p + 4 : p + 3;
  if (end != minuteAt + 2) return 0;
  const hour = twoDigits(p + 1);
  const minute = twoDigits(minuteAt);
  if (hour > 23 || minute > 59) return 0;
  isDate = true;
  const minutes = <i64>(hour * 60 + minute);
  return sign == MINUS ? -minutes : minutes;
}

/** The value of two digits; a huge number if they are none. */
@inline
function twoDigits(p: usize): u32 {
  const upper: u32 = load<u8>(p);
  const lower: u32 = load<u8>(p, 1);
  return isDigit(upper) && isDigit(lower) ? (upper - 0x30) * 10 + lower - 0x30 : 0x00ffffff;
}

function daysOfMonth(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

function daysFrom1970(year: i32, month: u32, day: u32): i32 {
  // A year before 0000-03-01 is in the era before.
  const shifted = month <= 2 ? year - 1 : year;
  const era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const yearOfEra = shifted - era * 400;
  const monthFromMarch = <i32>(month > 2 ? month - 3 : month + 9);
  const dayOfYear = (153 * monthFromMarch + 2) / 5 + <i32>day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_1970;
}
