import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Retention } from '../snapshots/index.ts';
import { ANY_INTERVAL, faultOf, LAST_DAY, type PolicyItem } from './policy-item.ts';
import { augmented, unfulfilled, type Requirements } from './requirements.ts';

let ids = 0;
const item = (
  frequencyType: PolicyItem['frequencyType'],
  frequencyInterval: number,
  value: number,
  unit: Retention['unit'] = 'DAYS',
): PolicyItem => ({ id: `item ${++ids}`, frequencyType, frequencyInterval, retention: { unit, value } });
const requirements = (...scheduledPolicyItems: readonly PolicyItem[]): Requirements => ({
  scheduledPolicyItems,
  pitEnabled: false,
  restoreWindowDays: 0,
});
const missing = (required: Requirements, ...items: readonly PolicyItem[]) =>
  unfulfilled(required, { items, restoreWindowDays: 7 });

test('an item is fulfilled by one that is as frequent and kept as long, in whatever unit', () => {
  const weekly = requirements(item('weekly', 6, 4, 'WEEKS'));
  assert.deepEqual(missing(weekly, item('weekly', 6, 28)), []);
  assert.deepEqual(missing(weekly, item('weekly', 6, 27)), ['weekly with the interval 6 and a retention of 4 weeks']);
  assert.equal(missing(weekly, item('weekly', 5, 99)).length, 1);
  assert.equal(missing(weekly, item('daily', 1, 99)).length, 1);
  const hourly = requirements(item('hourly', 6, 2));
  assert.deepEqual(missing(hourly, item('hourly', 4, 2)), []);
  assert.equal(missing(hourly, item('hourly', 8, 2)).length, 1);
  assert.deepEqual(missing({ ...requirements(), pitEnabled: true, restoreWindowDays: 8 }), [
    'a restore window of 8 days',
  ]);
});

test('an item without a day is fulfilled by one of any day, and added on the day of the default schedule', () => {
  const open = requirements(item('weekly', ANY_INTERVAL, 4, 'WEEKS'), item('monthly', ANY_INTERVAL, 2, 'MONTHS'));
  assert.deepEqual(missing(open, item('weekly', 2, 28), item('monthly', 1, 60)), []);
  const raised = augmented(open, [item('weekly', 2, 7)], () => 'new');
  assert.deepEqual(
    raised.map(({ frequencyType, frequencyInterval, retention }) => [
      frequencyType,
      frequencyInterval,
      retention.value,
    ]),
    [
      ['weekly', 2, 4],
      ['monthly', LAST_DAY, 2],
    ],
  );
  assert.match(faultOf([item('weekly', ANY_INTERVAL, 7)], 'schedule') ?? '', /frequencyInterval 0/);
  assert.match(faultOf([item('hourly', ANY_INTERVAL, 7)], 'compliance') ?? '', /frequencyInterval 0/);
  assert.equal(faultOf([item('weekly', ANY_INTERVAL, 7)], 'compliance'), undefined);
});

test('a schedule is raised: what is there keeps its id, and less frequent items are kept as long as more frequent ones', () => {
  const daily = item('daily', 1, 7);
  const month = item('monthly', LAST_DAY, 1, 'MONTHS');
  const onDemand = item('ondemand', 0, 3);
  const raised = augmented(
    requirements(item('hourly', 6, 60), item('daily', 1, 5)),
    [onDemand, month, daily],
    () => 'new',
  );
  assert.deepEqual(
    raised.map(({ id, frequencyType, retention }) => [id, frequencyType, retention.value]),
    [
      ['new', 'hourly', 60],
      [daily.id, 'daily', 60],
      [month.id, 'monthly', 60],
      [onDemand.id, 'ondemand', 3],
    ],
  );
});

const anyItem = fc
  .oneof(
    fc.tuple(fc.constant('hourly' as const), fc.constantFrom(1, 2, 4, 6, 8, 12)),
    fc.tuple(fc.constant('daily' as const), fc.constant(1)),
    fc.tuple(fc.constant('weekly' as const), fc.integer({ min: 1, max: 7 })),
    fc.tuple(fc.constant('monthly' as const), fc.constantFrom(1, 28, LAST_DAY)),
    fc.tuple(fc.constant('yearly' as const), fc.integer({ min: 1, max: 12 })),
  )
  .chain(([type, interval]) => fc.integer({ min: 1, max: 1000 }).map((days) => item(type, interval, days)));
const anyPolicy = fc.array(anyItem, { maxLength: 6 }).filter((items) => faultOf(items, 'schedule') === undefined);
/** A compliance policy may leave the day or the month open. */
const anyRequirements = fc
  .array(fc.tuple(anyItem, fc.boolean()), { maxLength: 6 })
  .map((pairs) =>
    pairs.map(([each, isOpen]) =>
      isOpen && each.frequencyType !== 'hourly' ? { ...each, frequencyInterval: ANY_INTERVAL } : each,
    ),
  )
  .filter((items) => faultOf(items, 'compliance') === undefined);

test('a raised schedule is valid, fulfils what it was raised to, and has lost nothing', () => {
  fc.assert(
    fc.property(anyRequirements, anyPolicy, (required, items) => {
      const raised = augmented(requirements(...required), items, () => `new ${++ids}`);
      assert.equal(faultOf(raised, 'schedule'), undefined);
      assert.deepEqual(missing(requirements(...required), ...raised), []);
      assert.deepEqual(missing(requirements(...items), ...raised), []);
      assert.deepEqual(
        augmented(requirements(...required), raised, () => 'none'),
        raised,
      );
    }),
  );
});
