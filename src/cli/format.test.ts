import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatCount, formatDuration, formatFacts, formatTable, shorten } from './format.ts';

test('bytes', () => {
  const cases = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [3_159_000, '3.2 MB'],
    [5e18, '5000.0 PB'],
  ] as const;
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('durations', () => {
  const cases = [
    [0, '0.0 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [59_400, '59 s'],
    [60_000, '1 min 0 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
  ] as const;
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

test('counts', () => {
  assert.deepEqual(
    [0, 1, 6102].map((count) => formatCount(count, 'object')),
    ['0 objects', '1 object', '6,102 objects'],
  );
});

test('a table is as wide as its cells, without blanks at the ends of lines', () => {
  assert.equal(
    formatTable(
      ['NAME', 'ID'],
      [
        ['a longer name', '1'],
        ['b', ''],
      ],
    ),
    'NAME           ID\na longer name  1\nb\n',
  );
});

test('a table that is wider than the terminal has shorter texts, then fewer columns, then a shorter widest column', () => {
  const header = ['NAME', 'TEXT', 'ID'];
  const rows = [['a-cluster', 'a text of thirty characters ...', '123456']];
  const at = (columns: number | undefined, isAscii = false): string =>
    formatTable(header, rows, { columns, leaveOut: ['TEXT', 'ID'], shorten: 'TEXT', isAscii });
  const whole = 'NAME       TEXT                             ID\na-cluster  a text of thirty characters ...  123456\n';
  for (const columns of [undefined, 0, 80]) assert.equal(at(columns), whole);
  assert.equal(at(40), 'NAME       TEXT                   ID\na-cluster  a text of thirty cha…  123456\n');
  assert.equal(at(40, true), 'NAME       TEXT                   ID\na-cluster  a text of thirty c...  123456\n');
  assert.equal(at(30), 'NAME       ID\na-cluster  123456\n');
  assert.equal(at(12), 'NAME\na-cluster\n');
  assert.equal(at(5), 'NAME\na-cl…\n');
});

test('facts are aligned, folded beside their names, and below them if a word does not fit', () => {
  const facts = [
    ['state', 'waits: it is down, and tried again later'],
    ['prefix', 'exported_snapshots/a/b/c/d/e/f'],
    ['absent', undefined],
  ] as const;
  for (const columns of [undefined, 0, 80]) {
    assert.equal(
      formatFacts(facts, columns),
      '  state   waits: it is down, and tried again later\n  prefix  exported_snapshots/a/b/c/d/e/f\n',
    );
  }
  assert.equal(
    formatFacts(facts, 32),
    '  state   waits: it is down, and\n          tried again later\n  prefix\n    exported_snapshots/a/b/c/d/e/f\n',
  );
});

test('a shortened text is cut between characters, not inside them', () => {
  assert.equal(shorten('abc', 3), 'abc');
  assert.equal(shorten('abcd', 3, '…'), 'ab…');
  assert.equal(shorten('🚢🚢🚢', 4, '…'), '🚢…');
});

test('a table with wide characters is aligned and shortened by columns', () => {
  assert.equal(
    formatTable(
      ['NAME', 'B'],
      [
        ['日本', 'x'],
        ['abcd', 'y'],
      ],
    ),
    'NAME  B\n日本  x\nabcd  y\n',
  );
  assert.equal(shorten('日本語', 5, '…'), '日本…');
  assert.equal(shorten('日本語', 6), '日本語');
  assert.equal(shorten('日本語', 4, '…'), '日…');
});
