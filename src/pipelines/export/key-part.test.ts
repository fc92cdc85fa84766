import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertObjectKey } from '../../object-store/key.ts';
import { escapeKeyPart } from './key-part.ts';

function unescape(part: string): string {
  return part.replace(/%([0-9A-F]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

test('ordinary names stay as they are', () => {
  for (const name of ['orders', 'my orders', 'ünï', 'a.b', 'x$y', "it's", 'system.js']) {
    assert.equal(escapeKeyPart(name), name);
  }
});

test('characters that a key must not contain are escaped', () => {
  assert.equal(escapeKeyPart('a/b\\c%d'), 'a%2Fb%5Cc%25d');
  assert.equal(escapeKeyPart('..'), '%2E.');
  assert.equal(escapeKeyPart('.complete'), '%2Ecomplete');
  assert.equal(escapeKeyPart('line\n\x7f'), 'line%0A%7F');
});

test('unescaping gives any name back, and a part is a valid key', () => {
  const names = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('.', '/', '%', '2', 'F', 'E', '\\', '\0', 'a'), minLength: 1, maxLength: 12 }),
  );
  fc.assert(
    fc.property(names, names, (name, other) => {
      const part = escapeKeyPart(name);
      assert.equal(unescape(part), name);
      assert.ok(!part.includes('/') && !part.startsWith('.'));
      assertObjectKey(`prefix/${part}/x`);
      if (name !== other) assert.notEqual(part, escapeKeyPart(other));
    }),
  );
});
