import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAtlasDate } from './atlas-date.ts';

const AT = Date.UTC(2026, 7, 10, 3, 8, 14);

for (const text of [
  '2026-08-10T03:08:14Z',
  '2026-08-10T03:08:14',
  '2026-08-10T03:08:14.000Z',
  '2026-08-10T05:08:14+02:00',
  '2026-08-10T05:08:14.000000000+02:00',
]) {
  test(`${text} is read`, () => {
    assert.equal(parseAtlasDate(text), AT);
  });
}

test('a day begins at midnight in UTC', () => {
  assert.equal(parseAtlasDate('2026-08-10'), Date.UTC(2026, 7, 10));
});

for (const text of ['', 'tomorrow', '1', '2026-13-01', '2026-08-10T25:00:00Z', '10/08/2026', '2026-08-10 03:08:14']) {
  test(`${JSON.stringify(text)} is no time`, () => {
    assert.equal(parseAtlasDate(text), undefined);
  });
}
