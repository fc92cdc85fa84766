import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTarget } from './target.ts';

test('path and query, in origin and absolute form', () => {
  for (const target of ['/a/b?c=d', 'http://host:8080/a/b?c=d', 'HTTPS://host/a/b?c=d']) {
    assert.equal(parseTarget(target).path, '/a/b');
    assert.equal(parseTarget(target).query.first('c'), 'd');
  }
  assert.equal(parseTarget('http://host').path, '/');
  assert.equal(parseTarget('/a?').path, '/a');
  assert.deepEqual(parseTarget('/a?').query.rawWithout([]), []);
});

test('the first value that is not empty counts, decoded', () => {
  const { query } = parseTarget('/?a=&a=1&a=2&b=x%20y+z&c&d=&e=f=g&%66=h&i=%zz');
  const values = ['a', 'b', 'c', 'd', 'e', 'f', 'i', 'none'].map((name) => query.first(name));
  assert.deepEqual(query.all('a'), ['1', '2']);
  assert.deepEqual(query.all('none'), []);
  assert.deepEqual(values, ['1', 'x y z', undefined, undefined, 'f=g', 'h', '%zz', undefined]);
});

test('parameters stay as the client wrote them, and in order', () => {
  const { query } = parseTarget('/?name=&pageNum=2&b=%41&&includeCount=true&page%4Eum=3');
  assert.deepEqual(query.rawWithout(['pageNum']), ['name=', 'b=%41', 'includeCount=true']);
});

test('any target can be parsed', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { path, query } = parseTarget(`/${text}`);
      assert.ok(path.startsWith('/') && !path.includes('?'));
      assert.equal(typeof (query.first('a') ?? ''), 'string');
    }),
  );
});
