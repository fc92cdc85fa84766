import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type, type TSchema } from 'typebox';
import { createBodyDecoder, type RawBody } from './body.ts';
import { version } from './operation.ts';
import { NOTHING } from './schemas.ts';

const decoderOf = (body: TSchema) =>
  createBodyDecoder(
    version({ version: 'v1.0', body, answers: NOTHING, handle: () => Promise.resolve({ status: 200 }) }),
  );

const decode = decoderOf(
  Type.Object({
    name: Type.String({ minLength: 2, maxLength: 5 }),
    roleId: Type.String({ pattern: '^[0-9a-f]{24}$' }),
    provider: Type.Enum(['AWS', 'GCP']),
    unit: Type.Optional(Type.Union([Type.Literal('DAYS'), Type.Literal('WEEKS')])),
    value: Type.Optional(Type.Integer({ minimum: 1 })),
    interval: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(40)])),
    nullable: Type.Optional(Type.Union([Type.Null(), Type.String({ pattern: '^x$' })])),
    labels: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), note: Type.Optional(Type.String()) }), { maxItems: 2 }),
    ),
    export: Type.Optional(Type.Object({ bucketId: Type.String() })),
    free: Type.Optional(Type.Object({}, { additionalProperties: true })),
  }),
);
const good = { name: 'abc', roleId: 'a'.repeat(24), provider: 'AWS' };
const raw = (body: unknown, headers: Partial<RawBody> = {}): RawBody => ({
  bytes: typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
  contentType: 'application/json',
  contentEncoding: undefined,
  ...headers,
});

test('a body that matches the schema is returned', () => {
  const body = { ...good, unit: 'WEEKS', interval: 40, nullable: null, labels: [{ key: 'k' }], free: { any: [1] } };
  assert.deepEqual(decode(raw(body)), body);
});

test('an attribute that is null is absent, also within', () => {
  const inner = { key: 'k', note: null };
  const body = { ...good, unit: null, interval: null, labels: null, export: null, free: null };
  assert.deepEqual(decode(raw({ ...body, nullable: null })), { ...good, nullable: null });
  assert.deepEqual(decode(raw({ ...good, labels: [inner], free: { any: null } })), {
    ...good,
    labels: [{ key: 'k' }],
    free: { any: null },
  });
});

const incomplete = { name: good.name, provider: good.provider };
const faults: readonly (readonly [string, unknown, string, readonly string[]])[] = [
  ['a missing attribute', incomplete, 'MISSING_ATTRIBUTE', ['roleId']],
  ['nothing at all', {}, 'MISSING_ATTRIBUTE', ['name']],
  ['a missing attribute within', { ...good, export: {} }, 'MISSING_ATTRIBUTE', ['export.bucketId']],
  ['a missing attribute in a list', { ...good, labels: [{ key: 'a' }, {}] }, 'MISSING_ATTRIBUTE', ['labels[1].key']],
  ['an unknown attribute', { ...good, color: 'red' }, 'INVALID_ATTRIBUTE', ['color']],
  ['an unknown attribute within', { ...good, labels: [{ key: 'a', x: 1 }] }, 'INVALID_ATTRIBUTE', ['labels[0].x']],
  ['an attribute in other case', { ...good, Name: 'abc' }, 'INVALID_ATTRIBUTE', ['Name']],
  ['__proto__', '{"__proto__":{},"name":"abc"}', 'INVALID_ATTRIBUTE', ['__proto__']],
  ['a number for a text', { ...good, name: 5 }, 'INVALID_JSON_ATTRIBUTE', ['name']],
  ['an object for a text', { ...good, name: {} }, 'INVALID_JSON_ATTRIBUTE', ['name']],
  ['null for a required attribute', { ...good, name: null }, 'MISSING_ATTRIBUTE', ['name']],
  ['null in a list', { ...good, labels: [null] }, 'INVALID_JSON_ATTRIBUTE', ['labels[0]']],
  ['null for an unknown attribute', { ...good, color: null }, 'INVALID_ATTRIBUTE', ['color']],
  ['a text for a number', { ...good, value: '7' }, 'INVALID_JSON_ATTRIBUTE', ['value']],
  ['an object for a list', { ...good, labels: {} }, 'INVALID_JSON_ATTRIBUTE', ['labels']],
  ['a fraction', { ...good, value: 1.5 }, 'INVALID_JSON_ATTRIBUTE', ['value']],
  ['an id of another form', { ...good, roleId: 'xyz' }, 'INVALID_JSON_ATTRIBUTE', ['roleId']],
  ['a text where null or a pattern may stand', { ...good, nullable: 'y' }, 'INVALID_JSON_ATTRIBUTE', ['nullable']],
  ['a value that is not of the enumeration', { ...good, provider: 'IBM' }, 'INVALID_ENUM_VALUE', ['IBM']],
  ['the same of a union of literals', { ...good, unit: 'DAY' }, 'INVALID_ENUM_VALUE', ['DAY']],
  ['a number for an enumeration', { ...good, unit: 5 }, 'INVALID_JSON_ATTRIBUTE', ['unit']],
  ['a number that is not of the enumeration', { ...good, interval: 2 }, 'INVALID_ATTRIBUTE', ['interval']],
  ['NUL in a text', { ...good, name: 'ab\0' }, 'INVALID_JSON_ATTRIBUTE', ['name']],
  [
    'a lone surrogate in a list',
    '{"name":"abc","roleId":"aaaaaaaaaaaaaaaaaaaaaaaa","provider":"AWS","labels":[{"key":"\\ud800"}]}',
    'INVALID_JSON_ATTRIBUTE',
    ['labels[0].key'],
  ],
  ['a text too short', { ...good, name: 'a' }, 'INVALID_ATTRIBUTE', ['name']],
  ['a number too small', { ...good, value: 0 }, 'INVALID_ATTRIBUTE', ['value']],
  ['a list', [good], 'INVALID_JSON', []],
  ['a text', '"abc"', 'INVALID_JSON', []],
  ['null itself', 'null', 'INVALID_JSON', []],
  ['an empty body', '', 'MALFORMED_JSON', []],
  ['half a body', '{"name":"abc"', 'MALFORMED_JSON', []],
];
describe('faults', () => {
  for (const [name, body, code, parameters] of faults) {
    test(name, () => assert.throws(() => decode(raw(body)), { code, status: 400, parameters }));
  }
});

test('an empty body means no attributes if none is required', () => {
  assert.deepEqual(
    decoderOf(Type.Object({ a: Type.Optional(Type.String()) }))(raw('', { contentType: undefined })),
    {},
  );
});

test('a schema may ask for a list', () => {
  const decodeList = decoderOf(Type.Array(Type.Object({ roles: Type.Array(Type.String()) })));
  assert.deepEqual(decodeList(raw([{ roles: ['A'] }])), [{ roles: ['A'] }]);
  assert.throws(() => decodeList(raw([{ roles: ['A'], x: 1 }])), { parameters: ['[0].x'] });
  assert.throws(() => decodeList(raw({})), { code: 'INVALID_JSON' });
});

test('an operation without a body schema reads no body', () => {
  const decodeNothing = createBodyDecoder(
    version({ version: 'v1.0', answers: NOTHING, handle: () => Promise.resolve({ status: 204 }) }),
  );
  assert.equal(decodeNothing(raw('{{', { contentType: 'text/plain' })), undefined);
});

describe('Content-Type', () => {
  const accepted = [
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/json;',
    'application/vnd.atlas.2024-05-30+json',
    'application/vnd.atlas.preview+json; charset=utf-8',
  ];
  for (const contentType of accepted) {
    test(contentType, () => assert.deepEqual(decode(raw(good, { contentType })), good));
  }
  const refused = [
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/jsonp',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=application/json',
  ];
  for (const contentType of refused) {
    test(`not ${contentType ?? '(none)'}`, () =>
      assert.throws(() => decode(raw(good, { contentType })), { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 }));
  }
  test('not compressed', () =>
    assert.throws(() => decode(raw(good, { contentEncoding: 'gzip' })), {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The request body has the Content-Encoding gzip. Send it without a Content-Encoding.',
    }));
  test('a Content-Encoding that is no token is not repeated', () =>
    assert.throws(() => decode(raw(good, { contentEncoding: 'a "b"' })), {
      message: 'The request body has the Content-Encoding named in its header. Send it without a Content-Encoding.',
    }));
});
