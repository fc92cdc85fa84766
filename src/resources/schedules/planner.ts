import { addRetention, type FrequencyType } from '../snapshots/index.ts';
import { LAST_DAY, rankOf, scheduledItems, type PolicyItem } from '../compliance/index.ts';

// Which snapshots a schedule asks for. All functions are pure. Times are milliseconds since the Unix epoch, and days begin at
// midnight UTC, so that daylight saving time changes nothing.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** The day of the week of 1 January 1970, a Thursday. Monday is 1. */
const EPOCH_WEEKDAY = 4;

/** Policy items, and the time of day for which they ask for snapshots. */
export interface Timetable {
  readonly items: readonly PolicyItem[];
  readonly referenceHourOfDay: number;
  readonly referenceMinuteOfHour: number;
}

type ScheduledItem = PolicyItem & { readonly frequencyType: FrequencyType };

/** One snapshot that is due. */
export interface Due {
  /** The last moment that it makes up for. */
  readonly at: number;
  /** The items that it serves, the one with the longest retention first. */
  readonly items: readonly [ScheduledItem, ...ScheduledItem[]];
}

/**
 * Returns the snapshot that is due: one for all moments after `settledUntil` that have passed. Usually that is one moment,
 * which several items may share. After a stop it may be many, and one snapshot makes up for all of them.
 */
export function due(timetable: Timetable, settledUntil: number, now: number): Due | undefined {
  let at = settledUntil;
  const items: ScheduledItem[] = [];
  for (const item of scheduledItems(timetable.items)) {
    const moment = lastMoment(item, timetable, now);
    if (moment <= settledUntil) continue;
    items.push(item);
    at = Math.max(at, moment);
  }
  const [first, ...rest] = items.sort((one, other) => byRetention(one, other, at));
  return first && { at, items: [first, ...rest] };
}

/** Returns the first moment of the timetable after a time; undefined if it has no items. */
export function nextMoment(timetable: Timetable, after: number): number | undefined {
  const moments = scheduledItems(timetable.items).map((item) => followingMoment(item, timetable, after));
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** Orders items by retention, the longest first, and equal ones by frequency, the least frequent first. */
function byRetention(one: ScheduledItem, other: ScheduledItem, at: number): number {
  const longer = addRetention(at, other.retention) - addRetention(at, one.retention);
  return longer === 0 ? rankOf(other.frequencyType) - rankOf(one.frequencyType) : longer;
}

/** Returns the last moment of an item that is not later than `until`. */
function lastMoment(item: ScheduledItem, timetable: Timetable, until: number): number {
  const { frequencyType, frequencyInterval } = item;
  switch (frequencyType) {
    case 'hourly':
    case 'daily':
    case 'weekly': {
      const { periodMs, offsetMs } = periodic(item, timetable);
      return Math.floor((until - offsetMs) / periodMs) * periodMs + offsetMs;
    }
    case 'monthly':
      return lastOf(monthly(frequencyInterval, timetable), monthOf(until), 1, until);
    case 'yearly':
      return lastOf(yearly(frequencyInterval, timetable), monthOf(until), 12, until);
  }
}

/** Returns the first moment of an item that is later than `after`. */
function followingMoment(item: ScheduledItem, timetable: Timetable, after: number): number {
  const last = lastMoment(item, timetable, after);
  switch (item.frequencyType) {
    case 'hourly':
    case 'daily':
    case 'weekly':
      return last + periodic(item, timetable).periodMs;
    case 'monthly':
      return monthly(item.frequencyInterval, timetable)(monthOf(last) + 1);
    case 'yearly':
      return yearly(item.frequencyInterval, timetable)(monthOf(last) + 12);
  }
}

const timeOfDay = ({ referenceHourOfDay, referenceMinuteOfHour }: Timetable): number =>
  referenceHourOfDay * HOUR_MS + referenceMinuteOfHour * MINUTE_MS;

/** The period of an item that repeats after a fixed time, and a moment of it in the first days of 1970. */
function periodic(
  { frequencyType, frequencyInterval }: ScheduledItem,
  timetable: Timetable,
): { readonly periodMs: number; readonly offsetMs: number } {
  const time = timeOfDay(timetable);
  if (frequencyType === 'hourly') {
    // The intervals divide a day, so that every day has the same hours.
    const periodMs = frequencyInterval * HOUR_MS;
    return { periodMs, offsetMs: time % periodMs };
  }
  if (frequencyType === 'daily') return { periodMs: DAY_MS, offsetMs: time };
  return { periodMs: WEEK_MS, offsetMs: ((frequencyInterval - EPOCH_WEEKDAY + 7) % 7) * DAY_MS + time };
}

/** A month as the number of months since January of year 0. */
function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Returns the moment of a month. */
type MomentOfMonth = (month: number) => number;

function monthly(day: number, timetable: Timetable): MomentOfMonth {
  const time = timeOfDay(timetable);
  // Day 0 of a month is the last day of the month before.
  return (month) => (day === LAST_DAY ? startOf(month + 1, 0) : startOf(month, day)) + time;
}

/** @returns the moment in the year of the month. */
function yearly(monthOfYear: number, timetable: Timetable): MomentOfMonth {
  const time = timeOfDay(timetable);
  return (month) => startOf(Math.floor(month / 12) * 12 + monthOfYear - 1, 1) + time;
}

const startOf = (month: number, day: number): number => Date.UTC(Math.floor(month / 12), month % 12, day);

function lastOf(moment: MomentOfMonth, month: number, step: number, until: number): number {
  const inThisOne = moment(month);
  return inThisOne <= until ? inThisOne : moment(month - step);
}
