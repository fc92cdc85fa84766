import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from './json-text.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

test('valid JSON gives what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8, noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(parse(text), JSON.parse(text));
    }),
  );
});

test('brackets, colons and commas within strings do not count', () => {
  const text = '{"a":"{\\"b\\":[1,","b":"]}","c":["a","a"],"d":{"a":":"}}';
  assert.deepEqual(parse(text), JSON.parse(text));
});

test('different objects may have equal keys', () => {
  assert.deepEqual(parse('[{"a":1},{"a":{"a":2}}]'), [{ a: 1 }, { a: { a: 2 } }]);
});

test('NUL and lone surrogates are valid when they are escaped', () => {
  const text = '{"a":"x\\u0000","\\udc00":"\\ud800"}';
  assert.deepEqual(parse(text), JSON.parse(text));
});

test('a byte order mark is removed', () => {
  assert.deepEqual(parse('\uFEFF{"a":1}'), { a: 1 });
});

const refused: Readonly<Record<string, string | Buffer>> = {
  nothing: '',
  'cut short': '{"a":1',
  'text after the end': '{} {}',
  'a trailing comma': '{"a":1,}',
  'a comment': '{/* */}',
  'single quotes': "{'a':1}",
  NaN: '{"a":NaN}',
  'a key twice': '{"a":1,"b":2,"a":3}',
  'a key twice, once escaped': '{"a":1,"\\u0061":2}',
  'a key twice, deep down': '[[{"x":{"a":1,"a":1}}]]',
  '__proto__ twice': '{"__proto__":1,"__proto__":2}',
  'invalid UTF-8': Buffer.from([0x22, 0xc3, 0x28, 0x22]),
  'UTF-16': Buffer.from('{"a":1}', 'utf16le'),
  'an overlong NUL': Buffer.from([0x22, 0xc0, 0x80, 0x22]),
  'a raw control character': '"\u0001"',
  'too deep': `${'['.repeat(33)}${']'.repeat(33)}`,
  'far too deep': '['.repeat(500_000),
  'far too deep and closed': '['.repeat(500_000) + ']'.repeat(500_000),
};
for (const [name, text] of Object.entries(refused)) {
  test(`refused: ${name}`, () => {
    assert.throws(() => parseJson(Buffer.from(text)), { code: 'MALFORMED_JSON', status: 400 });
  });
}

test('32 levels are allowed', () => {
  assert.ok(Array.isArray(parse(`${'['.repeat(32)}${']'.repeat(32)}`)));
});

test('any bytes are parsed or refused', () => {
  const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', '"a"', '"a":', ',', ':', '1', '\\', '"', ' '), {
    maxLength: 30,
  });
  const bytes = fc.oneof(
    fc.uint8Array(),
    pieces.map((parts) => Buffer.from(parts.join(''))),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      try {
        assert.deepEqual(
          parseJson(input),
          JSON.parse(
            Buffer.from(input)
              .toString('utf8')
              .replace(/^\uFEFF/, ''),
          ),
        );
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'MALFORMED_JSON', String(error));
      }
    }),
    { numRuns: 500 },
  );
});
