import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAccept } from './accept.ts';

const types = (header: string): readonly string[] => parseAccept(header).map(({ type }) => type);

test('media ranges are sorted by quality, equal ones keep their order', () => {
  assert.deepEqual(types('a/a;q=0.5, b/b, c/c;q=0.9, d/d'), ['b/b', 'd/d', 'c/c', 'a/a']);
  assert.deepEqual(types('*/*, application/*;q=0'), ['*/*', 'application/*']);
});

test('case, blanks and other parameters do not matter', () => {
  assert.deepEqual(parseAccept(' Application/JSON ; charset=utf-8;q=0.25 '), [
    { type: 'application/json', quality: 0.25 },
  ]);
});

test('a comma within quotes does not end an element', () => {
  assert.deepEqual(types('a/a;x="1,2", b/b'), ['a/a', 'b/b']);
});

test('malformed elements are left out', () => {
  for (const header of ['', ',', 'json', '/', 'a/', '/b', 'a/b c', 'a b/c', '"']) assert.deepEqual(types(header), []);
  assert.deepEqual(types('nonsense, a/b'), ['a/b']);
});

test('any text can be parsed', () => {
  const words = fc.array(fc.constantFrom('a/b', ',', ';', 'q=', '0.5', '"', '\\', ' ', '*', '/'), { maxLength: 50 });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        words.map((parts) => parts.join('')),
      ),
      (header) => {
        for (const { type, quality } of parseAccept(header)) {
          assert.match(type, /^[^\s/]+\/[^\s/]+$/);
          assert.ok(quality >= 0 && quality <= 1);
        }
      },
    ),
  );
  // Measures processor time, because other processes do not add to it. A backtracking search would take minutes.
  const started = process.cpuUsage();
  for (const piece of ['a/b;', ',', '"', '"\\', ';q=', ' ']) parseAccept(piece.repeat(8000));
  assert.ok(process.cpuUsage(started).user < 1_000_000);
});
