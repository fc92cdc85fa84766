import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remember } from './remember.ts';

test('a value is computed once, until there are more texts than the limit', () => {
  const computed: string[] = [];
  const upper = remember(2, (text) => {
    computed.push(text);
    return text.toUpperCase();
  });
  assert.deepEqual(['a', 'b', 'a', 'b'].map(upper), ['A', 'B', 'A', 'B']);
  assert.deepEqual(computed, ['a', 'b']);
  assert.deepEqual(['c', 'a', 'c', 'a'].map(upper), ['C', 'A', 'C', 'A']);
  assert.deepEqual(computed, ['a', 'b', 'c', 'a']);
});

test('a text without a value is not kept, and takes no place', () => {
  const computed: string[] = [];
  const known = remember(1, (text) => {
    computed.push(text);
    return text === 'known' ? 1 : undefined;
  });
  assert.deepEqual(['known', 'other', 'other', 'known'].map(known), [1, undefined, undefined, 1]);
  assert.deepEqual(computed, ['known', 'other', 'other']);
});
