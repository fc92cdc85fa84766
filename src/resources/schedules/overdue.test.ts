import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overdueMoment } from './overdue.ts';
import type { Timetable } from './planner.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Midnight. */
const START = Date.UTC(2026, 7, 10);

function timetable(frequencyType: 'hourly' | 'daily' | 'monthly', frequencyInterval = 1): Timetable {
  const item = { id: 'a'.repeat(24), frequencyType, frequencyInterval, retention: { value: 7, unit: 'DAYS' } } as const;
  return { items: [item], referenceHourOfDay: 2, referenceMinuteOfHour: 0 };
}

/** The time of the first minute in which an export is overdue. */
function firstOverdue(
  table: Timetable,
  facts: Omit<Parameters<typeof overdueMoment>[1], 'now'>,
): { readonly at: number; readonly dueAt: number } | undefined {
  for (let now = START; now < START + 40 * DAY; now += MINUTE) {
    const dueAt = overdueMoment(table, { ...facts, now });
    if (dueAt !== undefined) return { at: now, dueAt };
  }
  return undefined;
}

test('an export is overdue an hour after its moment, or after twice the time of the last one, but a day at most', () => {
  const takenAt = START + 2 * HOUR;
  const next = takenAt + DAY;
  for (const [took, allowed] of [
    [MINUTE, HOUR],
    [3 * HOUR, 6 * HOUR],
    [20 * HOUR, DAY],
    [9 * DAY, DAY],
  ] as const) {
    const last = { takenAt, finishedAt: takenAt + took };
    const found = firstOverdue(timetable('daily'), { promisedSince: START, last });
    assert.deepEqual(found, { at: next + allowed + MINUTE, dueAt: next }, `it took ${took / HOUR} h`);
  }
});

test('the first export has a day, and nothing is promised before the schedule', () => {
  const since = START + 3 * HOUR;
  assert.deepEqual(firstOverdue(timetable('daily'), { promisedSince: since, last: undefined }), {
    at: START + 2 * DAY + 2 * HOUR + MINUTE,
    dueAt: START + DAY + 2 * HOUR,
  });
  const old = { takenAt: START - 90 * DAY, finishedAt: START - 90 * DAY + MINUTE };
  assert.equal(overdueMoment(timetable('daily'), { promisedSince: since, last: old, now: since + HOUR }), undefined);
});

test('the promise is that of the timetable: an hour for hourly exports, a month for monthly ones', () => {
  const last = { takenAt: START, finishedAt: START + MINUTE };
  assert.equal(firstOverdue(timetable('hourly'), { promisedSince: 0, last })?.dueAt, START + HOUR);
  assert.equal(firstOverdue(timetable('monthly', 5), { promisedSince: 0, last })?.dueAt, Date.UTC(2026, 8, 5, 2));
});

test('a snapshot that was asked for after its moment covers the moment', () => {
  const takenAt = START + 2 * HOUR + 5;
  const last = { takenAt, finishedAt: takenAt + MINUTE };
  assert.equal(overdueMoment(timetable('daily'), { promisedSince: 0, last, now: START + DAY + HOUR }), undefined);
});
