import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elementTexts, memberTexts } from './json-text.ts';

test('members keep the order and the spelling of what is inside them', () => {
  const text = '{ "key" : {"b": 1.0, "2":-1 , "b":2}, "name":"a,\\"}b" ,"\\u0061": [ 1,2 ] }';
  assert.deepEqual(
    [...memberTexts(text)],
    [
      ['key', '{"b": 1.0, "2":-1 , "b":2}'],
      ['name', '"a,\\"}b"'],
      ['a', '[ 1,2 ]'],
    ],
  );
});

test('nothing is in an empty object or array', () => {
  assert.equal(memberTexts(' { } ').size, 0);
  assert.deepEqual(elementTexts('[ ]'), []);
});

test('any JSON object is the sum of its members, and any array of its elements', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 0, max: 3 }), (value, indent) => {
      const members = [...memberTexts(JSON.stringify(value, null, indent))];
      assert.deepEqual(
        members.map(([key, text]): unknown => [key, JSON.parse(text)]),
        Object.entries(JSON.parse(JSON.stringify(value)) as object),
      );
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (value) => {
      const elements = elementTexts(JSON.stringify(value)).map((text): unknown => JSON.parse(text));
      assert.deepEqual(elements, JSON.parse(JSON.stringify(value)));
    }),
  );
});
