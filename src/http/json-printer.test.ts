import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isJsonObject, type Json } from '../kernel/json.ts';
import { printJson } from './json-printer.ts';

test('compact output keeps the order of keys', () => {
  assert.equal(printJson({ b: 1, a: [true, null, 'ü"'] }, false), '{"b":1,"a":[true,null,"ü\\""]}');
});

test('pretty output is formatted as in Atlas', () => {
  const list = {
    links: [{ href: 'http://localhost/x', rel: 'self' }],
    results: [],
    empty: {},
    codes: [1, 2],
    deep: { items: [{ a: 1 }, { b: [] }] },
    totalCount: 0,
  };
  assert.equal(
    printJson(list, true),
    [
      '{',
      '  "links" : [ {',
      '    "href" : "http://localhost/x",',
      '    "rel" : "self"',
      '  } ],',
      '  "results" : [ ],',
      '  "empty" : { },',
      '  "codes" : [ 1, 2 ],',
      '  "deep" : {',
      '    "items" : [ {',
      '      "a" : 1',
      '    }, {',
      '      "b" : [ ]',
      '    } ]',
      '  },',
      '  "totalCount" : 0',
      '}',
    ].join('\n'),
  );
});

test('both forms have the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json;
      assert.deepEqual(JSON.parse(printJson(json, true)), JSON.parse(printJson(json, false)));
      if (isJsonObject(json)) assert.ok(!printJson(json, true).endsWith('\n'));
    }),
  );
});
