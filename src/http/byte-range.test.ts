import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRange } from './byte-range.ts';

const FILE = { bytes: 100, entityTag: '"v1"' };
const WHOLE = { status: 200, start: 0, end: 100 };

for (const [range, expected] of [
  [undefined, WHOLE],
  ['bytes=0-', { status: 206, start: 0, end: 100 }],
  ['bytes=40-', { status: 206, start: 40, end: 100 }],
  ['bytes=40-49', { status: 206, start: 40, end: 50 }],
  ['bytes=40-1000', { status: 206, start: 40, end: 100 }],
  ['bytes=-10', { status: 206, start: 90, end: 100 }],
  ['bytes=-1000', { status: 206, start: 0, end: 100 }],
  ['bytes=99-', { status: 206, start: 99, end: 100 }],
  ['bytes=100-', { status: 416 }],
  ['bytes=-0', { status: 416 }],
  ['bytes=50-40', WHOLE],
  ['bytes=-', WHOLE],
  ['bytes=0-1,3-4', WHOLE],
  ['lines=0-1', WHOLE],
  ['bytes=0-99999999999999999999', WHOLE],
] as const) {
  test(`the range ${range ?? 'of no header'} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(byteRange({ range }, FILE), expected);
  });
}

test('a range for another version gets the whole', () => {
  assert.deepEqual(byteRange({ range: 'bytes=40-', 'if-range': '"v0"' }, FILE), WHOLE);
  assert.equal(byteRange({ range: 'bytes=40-', 'if-range': '"v1"' }, FILE).status, 206);
});
