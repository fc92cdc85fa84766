import { rankOf, scheduledItems } from '../compliance/index.ts';
import type { Schedule } from './model.ts';
import { nextMoment, type Timetable } from './planner.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** The last successful export of a cluster. Times are milliseconds since the Unix epoch. */
export interface LastExport {
  /** When its snapshot was asked for. */
  readonly takenAt: number;
  readonly finishedAt: number;
}

/** Returns the moments whose snapshots a schedule exports; undefined if it exports none. */
export function promisedTimetable(schedule: Schedule): Timetable | undefined {
  if (!schedule.autoExportEnabled || schedule.export === undefined) return undefined;
  const least = rankOf(schedule.export.frequencyType);
  const items = scheduledItems(schedule.items).filter(({ frequencyType }) => rankOf(frequencyType) >= least);
  const { referenceHourOfDay, referenceMinuteOfHour } = schedule;
  return items.length === 0 ? undefined : { items, referenceHourOfDay, referenceMinuteOfHour };
}

/**
 * Returns the moment whose export is overdue: the first one after the snapshot of the last successful export, if more time has passed
 * since than an export may take. That is twice the time of the last one, at least an hour and at most a day; a day before the first.
 * @param options.promisedSince earlier moments were not promised.
 * @returns undefined if no export is overdue.
 */
export function overdueMoment(
  timetable: Timetable,
  options: { readonly promisedSince: number; readonly last: LastExport | undefined; readonly now: number },
): number | undefined {
  const { promisedSince, last, now } = options;
  const dueAt = nextMoment(timetable, Math.max(promisedSince, last?.takenAt ?? 0));
  return dueAt !== undefined && now > dueAt + allowedMs(last) ? dueAt : undefined;
}

function allowedMs(last: LastExport | undefined): number {
  if (last === undefined) return DAY_MS;
  return Math.min(DAY_MS, Math.max(HOUR_MS, 2 * (last.finishedAt - last.takenAt)));
}
