import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeLeftOut } from './left-out.ts';

const described = (names: readonly string[]): readonly string[] =>
  describeLeftOut(names.map((name) => ({ name, reason: 'no such file' })));

test('lists each omission with its reason, and nothing if nothing was left out', () => {
  assert.deepEqual(described(['a', 'b']), ['Left out:', '  a: no such file', '  b: no such file']);
  assert.deepEqual(described([]), []);
});

test('names twenty and counts the rest', () => {
  const lines = described(Array.from({ length: 23 }, (_, index) => `file${index}`));
  assert.deepEqual(lines.slice(-2), ['  file19: no such file', '  and 3 more, which the API names']);
});

test('holds no character that a terminal obeys', () => {
  const [, line] = described(['a\u001b[2Jb\u009b\u202e\n']);
  assert.equal(line, '  a\\u{1b}[2Jb\\u{9b}\\u{202e}\\u{a}: no such file');
});
