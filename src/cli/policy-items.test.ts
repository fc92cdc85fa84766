import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeInterval, describeRetention, parsePolicyItem } from './policy-items.ts';

for (const [text, interval, retention] of [
  ['hourly:6:7d', 'every 6 hours', '7 days'],
  ['hourly:1:2d', 'every hour', '2 days'],
  ['daily:7d', 'every day', '7 days'],
  ['weekly:saturday:4w', 'every Saturday', '4 weeks'],
  ['Weekly:7:1w', 'every Sunday', '1 week'],
  ['monthly:last:12m', 'the last day of the month', '12 months'],
  ['monthly:15:1m', 'day 15 of the month', '1 month'],
  ['yearly:december:1y', 'the first of December', '1 year'],
  ['ondemand:2w', 'when it is asked for', '2 weeks'],
] as const) {
  test(`${text} is a snapshot ${interval} that is kept for ${retention}`, () => {
    const item = parsePolicyItem(text);
    assert.deepEqual([describeInterval(item), describeRetention(item)], [interval, retention]);
  });
}

test('an item is sent with the names and numbers of the API', () => {
  assert.deepEqual(parsePolicyItem('monthly:last:12m'), {
    frequencyInterval: 40,
    frequencyType: 'monthly',
    retentionUnit: 'months',
    retentionValue: 12,
  });
});

for (const text of [
  '',
  'daily',
  'daily:',
  'daily:7',
  'daily:7h',
  'daily:0d',
  'secondly:1:7d',
  'weekly:someday:4w',
  'a:b:c:d',
]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parsePolicyItem(text), { code: 'commander.invalidArgument' });
  });
}
