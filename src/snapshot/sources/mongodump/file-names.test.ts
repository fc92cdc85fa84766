import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { dumpFileBase, escapeName, isShortened, parseDumpFileName, unescapeName } from './file-names.ts';

const NAME = fc.string({ unit: 'binary', maxLength: 300 });

test('names are escaped as in the query of a URL', () => {
  const escaped = {
    orders: 'orders',
    'big coll': 'big+coll',
    'a+b': 'a%2Bb',
    'a/b\\c': 'a%2Fb%5Cc',
    '100%': '100%25',
    "-_.~!'()*": '-_.~%21%27%28%29%2A',
    'ü\n': '%C3%BC%0A',
    'system.buckets.weather': 'system.buckets.weather',
  };
  for (const [name, base] of Object.entries(escaped)) {
    assert.equal(escapeName(name), base);
    assert.equal(unescapeName(base), name);
  }
});

test('what is escaped comes back, and holds nothing that a file name must not hold', () => {
  fc.assert(
    fc.property(NAME, (name) => {
      const escaped = escapeName(name);
      assert.match(escaped, /^[A-Za-z0-9_.~+%-]*$/);
      assert.equal(unescapeName(escaped), name);
    }),
  );
});

test('no name is unescaped into an error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (base) => typeof unescapeName(base) === 'string'));
});

test('a name is shortened from 239 escaped bytes on, to 208 of them and the hash of the name', () => {
  assert.equal(dumpFileBase('x'.repeat(238)), 'x'.repeat(238));
  const name = 'ü'.repeat(50);
  const hash = createHash('sha1').update(name).digest('base64url');
  assert.equal(dumpFileBase(name), `${'%C3%BC'.repeat(50).slice(0, 208)}%24${hash}`);
  assert.ok(isShortened(dumpFileBase(name)));
});

test('with the longest ending a file has a name that file systems take, and names do not meet', () => {
  fc.assert(
    fc.property(fc.uniqueArray(NAME, { minLength: 2, maxLength: 2 }), (names) => {
      const bases = names.map(dumpFileBase);
      for (const [index, base] of bases.entries()) {
        assert.ok(base.length <= 238);
        assert.equal(isShortened(base), escapeName(names[index] ?? '').length > 238);
      }
      assert.notEqual(bases[0], bases[1]);
    }),
  );
});

test('files of a dump are recognized by their endings, in small letters', () => {
  assert.deepEqual(parseDumpFileName('a.b.bson.gz'), { base: 'a.b', kind: 'documents' });
  assert.deepEqual(parseDumpFileName('a.metadata.json'), { base: 'a', kind: 'metadata' });
  for (const name of ['.bson', 'a.BSON', 'a.bson.zst', 'a.json', 'bson', '']) {
    assert.equal(parseDumpFileName(name), undefined, name);
  }
});
