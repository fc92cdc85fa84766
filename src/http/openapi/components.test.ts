import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { createComponents } from './components.ts';

const Link = Type.Object({ href: Type.String() }, { $id: 'Link' });

test('a named schema becomes a component, also inside of another one', () => {
  const components = createComponents();
  const thing = Type.Object({ links: Type.Array(Link) }, { $id: 'Thing' });
  assert.deepEqual(components.refer(thing), { $ref: '#/components/schemas/Thing' });
  const { schemas } = components.kept();
  assert.deepEqual(Object.keys(schemas), ['Link', 'Thing']);
  assert.deepEqual(schemas['Thing'], {
    type: 'object',
    required: ['links'],
    properties: { links: { type: 'array', items: { $ref: '#/components/schemas/Link' } } },
  });
});

test('two different schemas with one name are a defect', () => {
  const components = createComponents();
  components.refer(Link);
  components.refer(Type.Object({ href: Type.String() }, { $id: 'Link' }));
  assert.throws(() => components.refer(Type.Object({}, { $id: 'Link' })), /two different schemas have the name Link/);
});
