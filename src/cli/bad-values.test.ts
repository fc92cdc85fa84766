import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeBadValues } from './bad-values.ts';

const value = (_id: number) => ({ collection: 'shop.orders', _id: String(_id), field: 'a.0.b', reason: 'invalidUtf8' });

test('names each value and counts the documents, and says nothing where there are none', () => {
  assert.deepEqual(describeBadValues({ badDocuments: 1, badValues: [value(7), value(7)] }), [
    'Values that an export cannot show as they are stored, in 1 document:',
    '  shop.orders 7 a.0.b: invalidUtf8',
    '  shop.orders 7 a.0.b: invalidUtf8',
  ]);
  for (const none of [{}, { badDocuments: 0, badValues: [] }]) assert.deepEqual(describeBadValues(none), []);
});

test('names twenty and counts the rest', () => {
  const badValues = Array.from({ length: 23 }, (_, index) => value(index));
  const lines = describeBadValues({ badDocuments: 5000, badValues });
  assert.match(lines[0] ?? '', /in 5,000 documents:$/);
  assert.deepEqual(lines.slice(-2), ['  shop.orders 19 a.0.b: invalidUtf8', '  and 3 more, which --json names']);
});

test('holds no character that a terminal obeys, and shortens an _id', () => {
  const [, line, other] = describeBadValues({
    badDocuments: 2,
    badValues: [
      { collection: 'a\u001b[2J', _id: 'x'.repeat(1000), field: 'b\u202e', reason: 'oldBinaryLength' },
      { collection: 'c', field: 'd', reason: 'invalidUtf8' },
    ],
  });
  assert.equal(line, `  a\\u{1b}[2J ${'x'.repeat(57)}... b\\u{202e}: oldBinaryLength`);
  assert.equal(other, '  c without _id d: invalidUtf8');
});
