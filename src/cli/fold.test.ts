import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleText } from 'node:util';
import { fold } from './fold.ts';

test('lines are folded at blanks, deeper than they begin, and no word is broken', () => {
  assert.equal(fold('one two three\n  four five six\n', 9), 'one two\n  three\n  four\n    five\n    six\n');
  assert.equal(fold('a /very/long/path it', 8), 'a\n  /very/long/path\n  it');
  assert.equal(fold('fits here', 9), 'fits here');
});

test('nothing is folded where the width is unknown', () => {
  const text = 'a line of some words';
  assert.equal(fold(text, undefined), text);
  assert.equal(fold(text, 0), text);
});

test('colors have no width', () => {
  const red = styleText('red', 'red', { validateStream: false });
  assert.equal(fold(`${red} is a color`, 14), `${red} is a color`);
});

test('wide characters take two columns, and those that are drawn over others none', () => {
  assert.equal(fold('日本語 wide words', 11), '日本語 wide\n  words');
  assert.equal(fold('日本語 wide words', 10), '日本語\n  wide\n  words');
  assert.equal(fold('🚢 ships', 7), '🚢\n  ships');
  assert.equal(fold('🚢 ships', 8), '🚢 ships');
  assert.equal(fold('cafe\u0301 au lait', 12), 'cafe\u0301 au lait');
});
