import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { storedJson, storedValue } from './index.ts';

test('a word that the column takes is given, and any other is refused by the name of the column', () => {
  const state = Type.Enum(['on', 'off']);
  assert.equal(storedValue('lamps.state', state, 'on'), 'on');
  assert.throws(() => storedValue('lamps.state', state, 'broken'), /the column lamps\.state holds/);
});

test('JSON of another shape is refused, and does not stand in the message', () => {
  const pairs = Type.Array(Type.Object({ key: Type.String() }));
  assert.deepEqual(storedJson('lamps.tags', pairs, '[{"key":"a"}]'), [{ key: 'a' }]);
  assert.throws(
    () => storedJson('lamps.tags', pairs, '[{"secret":1}]'),
    (thrown) => !/secret/.test(String(thrown)),
  );
  assert.throws(() => storedJson('lamps.tags', pairs, '[{'), SyntaxError);
});
