import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { requestSchema } from './request-schema.ts';

test('an optional attribute may be null, a required one may not, and no other attribute is known', () => {
  const schema = Type.Object({
    name: Type.String(),
    tags: Type.Optional(Type.Array(Type.Object({ key: Type.Optional(Type.String()) }))),
    contact: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    links: Type.Optional(Type.Unknown()),
  });
  assert.deepEqual(JSON.parse(JSON.stringify(requestSchema(schema))), {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string' },
      tags: {
        anyOf: [
          {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              properties: { key: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
            },
          },
          { type: 'null' },
        ],
      },
      contact: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      links: {},
    },
  });
});
