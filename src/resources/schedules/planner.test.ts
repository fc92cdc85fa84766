import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LAST_DAY, type PolicyItem } from '../compliance/index.ts';
import { due, nextMoment, type Timetable } from './planner.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const at = (text: string): number => Date.parse(`${text}Z`);
const shown = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);

let ids = 0;
const item = (frequencyType: PolicyItem['frequencyType'], frequencyInterval: number, days = 7): PolicyItem => ({
  id: `item ${++ids}`,
  frequencyType,
  frequencyInterval,
  retention: { unit: 'DAYS', value: days },
});
const timetable = (items: readonly PolicyItem[], hour = 3, minute = 16): Timetable => ({
  items,
  referenceHourOfDay: hour,
  referenceMinuteOfHour: minute,
});

/** All moments of an item in a range, found minute by minute, with nothing but the fields of a date. */
function naiveMoments(one: PolicyItem, plan: Timetable, from: number, to: number): number[] {
  const found: number[] = [];
  const first = Math.ceil(from / MINUTE_MS) * MINUTE_MS;
  for (let ms = first; ms <= to; ms += MINUTE_MS) {
    const date = new Date(ms);
    if (date.getUTCMinutes() !== plan.referenceMinuteOfHour) continue;
    const hours = date.getUTCHours() - plan.referenceHourOfDay;
    const isReference = hours === 0;
    const tomorrow = new Date(ms + DAY_MS);
    const isIt = {
      hourly: Math.abs(hours) % one.frequencyInterval === 0,
      daily: isReference,
      weekly: isReference && (date.getUTCDay() + 6) % 7 === one.frequencyInterval - 1,
      monthly:
        isReference &&
        (one.frequencyInterval === LAST_DAY
          ? tomorrow.getUTCMonth() !== date.getUTCMonth()
          : date.getUTCDate() === one.frequencyInterval),
      yearly: isReference && date.getUTCDate() === 1 && date.getUTCMonth() === one.frequencyInterval - 1,
      ondemand: false,
    };
    if (isIt[one.frequencyType]) found.push(ms);
  }
  return found;
}

for (const [name, items, after, next] of [
  ['every six hours, from the reference time on', [item('hourly', 6)], '2026-08-10T03:16:07', '2026-08-10T09:16'],
  ['an hour before midnight', [item('hourly', 12)], '2026-08-10T15:16', '2026-08-11T03:16'],
  ['every day', [item('daily', 1)], '2026-08-10T03:15:59', '2026-08-10T03:16'],
  ['Monday is the first day of the week', [item('weekly', 1)], '2026-08-10T03:16', '2026-08-17T03:16'],
  ['Sunday is the last', [item('weekly', 7)], '2026-08-10T00:00', '2026-08-16T03:16'],
  ['the last day of February', [item('monthly', LAST_DAY)], '2026-02-01T00:00', '2026-02-28T03:16'],
  ['the last day of February in a leap year', [item('monthly', LAST_DAY)], '2028-02-28T23:59', '2028-02-29T03:16'],
  ['the last day of December', [item('monthly', LAST_DAY)], '2026-12-31T03:16', '2027-01-31T03:16'],
  ['the 28th', [item('monthly', 28)], '2026-01-28T03:16', '2026-02-28T03:16'],
  ['the first of December', [item('yearly', 12)], '2026-12-01T03:16', '2027-12-01T03:16'],
  ['the earliest of several', [item('yearly', 12), item('weekly', 6)], '2026-11-30T00:00', '2026-12-01T03:16'],
  ['nothing', [], '2026-11-30T00:00', undefined],
  ['on-demand items ask for nothing', [item('ondemand', 1)], '2026-11-30T00:00', undefined],
] as const) {
  test(`the next moment: ${name}`, () => {
    assert.equal(shown(nextMoment(timetable(items), at(after))), next);
  });
}

for (const zone of ['Europe/Berlin', 'America/New_York', 'Pacific/Apia']) {
  test(`daylight saving time in ${zone} moves nothing`, () => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      const plan = timetable([item('daily', 1)], 2, 30);
      const moments: string[] = [];
      let last = at('2026-01-01T00:00');
      for (let day = 0; day < 365; day++) {
        last = nextMoment(plan, last) ?? NaN;
        moments.push(new Date(last).toISOString());
      }
      assert.ok(moments.every((moment) => moment.slice(11) === '02:30:00.000Z'));
      assert.equal(new Set(moments.map((moment) => moment.slice(0, 10))).size, 365);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });
}

const anyItem = fc
  .oneof(
    fc.record({ type: fc.constant('hourly' as const), interval: fc.constantFrom(1, 2, 4, 6, 8, 12) }),
    fc.record({ type: fc.constant('daily' as const), interval: fc.constant(1) }),
    fc.record({ type: fc.constant('weekly' as const), interval: fc.integer({ min: 1, max: 7 }) }),
    fc.record({ type: fc.constant('monthly' as const), interval: fc.constantFrom(1, 15, 28, LAST_DAY) }),
    fc.record({ type: fc.constant('yearly' as const), interval: fc.integer({ min: 1, max: 12 }) }),
  )
  .map(({ type, interval }) => item(type, interval));
const anyPlan = fc
  .record({
    items: fc.array(anyItem, { minLength: 1, maxLength: 5 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
  })
  .map(({ items, hour, minute }) => timetable(items, hour, minute));
const anyTime = fc.integer({ min: at('2023-12-20T00:00'), max: at('2028-03-05T00:00') });

test('the snapshot that is due makes up for exactly the moments that have passed', () => {
  fc.assert(
    fc.property(anyPlan, anyTime, fc.integer({ min: 0, max: 40 * DAY_MS }), (plan, settledUntil, gap) => {
      const now = settledUntil + gap;
      const passed = plan.items.map((one) => ({ one, moments: naiveMoments(one, plan, settledUntil + 1, now) }));
      const served = passed.filter(({ moments }) => moments.length > 0);
      const found = due(plan, settledUntil, now);
      assert.deepEqual(found?.items.map(({ id }) => id).toSorted() ?? [], served.map(({ one }) => one.id).toSorted());
      if (found !== undefined) assert.equal(found.at, Math.max(...served.flatMap(({ moments }) => moments)));
    }),
    { numRuns: 60 },
  );
});

test('the next moment is the first one that the fields of a date show', () => {
  fc.assert(
    fc.property(anyPlan, anyTime, (plan, after) => {
      const next = nextMoment(plan, after);
      assert.ok(next !== undefined && next > after);
      assert.equal(due(plan, after, next - 1), undefined);
      assert.equal(due(plan, after, next)?.at, next);
      if (next - after > 40 * DAY_MS) return;
      const first = Math.min(...plan.items.flatMap((one) => naiveMoments(one, plan, after + 1, next)));
      assert.equal(first, next);
    }),
    { numRuns: 60 },
  );
});

test('whatever was settled, and however far the clock jumps, no moment is due twice and none is forgotten', () => {
  const steps = fc.array(fc.integer({ min: -3 * DAY_MS, max: 20 * DAY_MS }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(anyPlan, anyTime, steps, (plan, start, jumps) => {
      let now = start;
      let latest = start;
      let settledUntil = start;
      const taken = new Map<string, number[]>();
      for (const jump of jumps) {
        now += jump;
        latest = Math.max(latest, now);
        const found = due(plan, settledUntil, now);
        if (found === undefined) continue;
        assert.ok(found.at > settledUntil && found.at <= now);
        for (const { id } of found.items) taken.set(id, [...(taken.get(id) ?? []), found.at]);
        settledUntil = found.at;
      }
      for (const one of plan.items) {
        const moments = naiveMoments(one, plan, start + 1, latest);
        const snapshots = taken.get(one.id) ?? [];
        // Each snapshot makes up for the moments since the last one, so that each moment has one snapshot after it.
        for (const moment of moments) assert.ok(snapshots.some((snapshot) => snapshot >= moment));
        assert.equal(new Set(snapshots).size, snapshots.length);
        let before = start;
        for (const snapshot of snapshots) {
          assert.ok(moments.some((moment) => moment > before && moment <= snapshot));
          before = snapshot;
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the item with the longest retention comes first, and of equal ones the least frequent', () => {
  const long = item('hourly', 6, 30);
  const week = item('weekly', 6, 28);
  const day = item('daily', 1, 28);
  const found = due(timetable([day, long, week]), at('2026-08-15T03:15'), at('2026-08-15T03:16'));
  assert.deepEqual(
    found?.items.map(({ id }) => id),
    [long.id, week.id, day.id],
  );
});

test('retentions are compared by the calendar: four weeks of February are a month', () => {
  const weeks: PolicyItem = { ...item('weekly', 7), retention: { unit: 'WEEKS', value: 4 } };
  const month: PolicyItem = { ...item('monthly', 1), retention: { unit: 'MONTHS', value: 1 } };
  const first = (day: string) =>
    due(timetable([weeks, month]), at(`${day}T03:15`), at(`${day}T03:16`))?.items.map(
      ({ frequencyType }) => frequencyType,
    );
  assert.deepEqual(first('2026-02-01'), ['monthly', 'weekly']);
  assert.deepEqual(first('2026-03-01'), ['monthly', 'weekly']);
});
