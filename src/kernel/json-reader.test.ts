import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Count, jsonReader, jsonTextReader, Sha256 } from './json-reader.ts';

const read = jsonReader(
  Type.Object({
    bytes: Count,
    sha256: Sha256,
    kind: Type.Enum(['a', 'b']),
    parts: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
  }),
);
const RIGHT = { bytes: 1, sha256: '0'.repeat(64), kind: 'a' };

for (const [value, told] of [
  [null, /^it must be object$/],
  [[], /^it must be object$/],
  [{ bytes: 1 }, /^it lacks sha256, kind$/],
  [{ ...RIGHT, bytes: -1 }, /^bytes must be >= 0$/],
  [{ ...RIGHT, bytes: 0.5 }, /^bytes must be integer$/],
  [{ ...RIGHT, bytes: 2 ** 53 }, /^bytes must be <= 9007199254740991$/],
  [{ ...RIGHT, bytes: '1' }, /^bytes must be integer$/],
  [{ ...RIGHT, sha256: '0'.repeat(63) }, /^sha256 must match pattern/],
  [{ ...RIGHT, sha256: `${'0'.repeat(64)}\n` }, /^sha256 must match pattern/],
  [{ ...RIGHT, kind: 'c' }, /^kind must be equal to one of the allowed values: a, b$/],
  [{ ...RIGHT, parts: {} }, /^parts must be array$/],
  [{ ...RIGHT, parts: [{ name: '' }, {}] }, /^parts\[1\] lacks name$/],
  [{ ...RIGHT, parts: [{ name: 1 }] }, /^parts\[0\]\.name must be string$/],
] as const) {
  test(`${JSON.stringify(value)} is refused by the field`, () => {
    assert.throws(() => read(value), { message: told });
  });
}

test('text is parsed and read, and an error does not repeat it', () => {
  const readPairs = jsonTextReader(Type.Array(Type.Object({ key: Type.String() })));
  assert.deepEqual(readPairs('[{"key":"a"}]'), [{ key: 'a' }]);
  for (const [text, message] of [
    ['[{"secret":1}]', '[0] lacks key'],
    ['{"secret":1}', 'it must be array'],
    ['[{"key":secret}]', 'it is not valid JSON'],
    ['', 'it is not valid JSON'],
    ['{"a":1,}', 'it is not valid JSON (line 1 column 8)'],
  ] as const) {
    assert.throws(() => readPairs(text), { message });
  }
});

test('a valid value is returned with the fields of newer versions', () => {
  for (const value of [RIGHT, { ...RIGHT, parts: [{ name: 'x' }], newer: 1 }]) assert.equal(read(value), value);
});

test('any JSON value is passed on or refused with a text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(RIGHT), 'parts'), (part, key) => {
      const value: unknown = { ...RIGHT, [key]: part };
      try {
        assert.equal(read(value), value);
      } catch (thrown) {
        assert.ok(
          thrown instanceof Error && /^(?:it|[a-z]\w*(?:\[\d+\])?(?:\.\w+)?) (?:must|lacks) /.test(thrown.message),
          String(thrown),
        );
      }
    }),
  );
});
