import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matcherOf, parseRenamings, renamingOf } from './names.ts';

const nameOf = (text: string) => {
  const dot = text.indexOf('.');
  return { database: text.slice(0, dot), name: text.slice(dot + 1) };
};

test('a pattern is a database or a collection, and * stands for any characters', () => {
  for (const [pattern, name, expected] of [
    ['shop', 'shop.orders', true],
    ['shop', 'shop2.orders', false],
    ['sh*', 'shop.orders', true],
    ['*', 'shop.orders', true],
    ['shop.orders', 'shop.orders', true],
    ['shop.orders', 'shop.orders.old', false],
    ['shop.*', 'shop.orders.old', true],
    ['*.orders', 'shop.orders', true],
    ['*.o*s', 'shop.os', true],
    ['*.o*o', 'shop.o', false],
    ['a.*b*b', 'a.b', false],
    ['a.*b*b', 'a.xbxb', true],
    ['a.[a-z]+', 'a.b', false],
    ['a.b\nc', 'a.b\nc', true],
  ] as const) {
    assert.equal(matcherOf([pattern])(nameOf(name)), expected, `${pattern} and ${name}`);
  }
});

test('a pattern matches as the regular expression does that it stands for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (pattern, name) => {
      const expected = new RegExp(`^x\\.${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(`x.${name}`);
      assert.equal(matcherOf([`x.${pattern}`])({ database: 'x', name }), expected);
    }),
  );
});

test('a hostile pattern takes no longer than another one', { timeout: 5000 }, () => {
  const matches = matcherOf([`a.${'*a'.repeat(10_000)}b`]);
  assert.equal(matches({ database: 'a', name: 'a'.repeat(255) }), false);
});

test('a renaming is of two collections or of two databases', () => {
  assert.deepEqual(renamingOf('a.b.c', 'd.e'), {
    from: { database: 'a', name: 'b.c' },
    to: { database: 'd', name: 'e' },
  });
  assert.deepEqual(renamingOf('a', 'b'), { from: { database: 'a' }, to: { database: 'b' } });
  for (const [from, to] of [
    ['a', 'b.c'],
    ['a.b', 'c'],
    ['', 'b'],
    ['a.', 'b.c'],
    ['.a', 'b.c'],
  ] as const) {
    assert.equal(renamingOf(from, to), undefined, `${from}=${to}`);
  }
});

test('a name is not renamed twice, because only one of the new names could be there', () => {
  assert.equal(parseRenamings(['a.b=c.d', 'a=c', 'a.c=c.b']).length, 3);
  for (const twice of [
    ['a.b=c.d', 'a.b=e.f'],
    ['a=b', 'c=d', 'a=b'],
  ]) {
    assert.throws(() => parseRenamings(twice), { code: 'INVALID_OPTION', message: /--rename gives a(\.b)? two names/ });
  }
});
