import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { jsonReader } from '../kernel/json-reader.ts';
import { storedValue } from './index.ts';

test('a column gives its known words and refuses other words by the name of the column', () => {
  const readState = jsonReader(Type.Enum(['on', 'off']));
  assert.equal(storedValue('lamps.state', readState, 'on'), 'on');
  assert.throws(() => storedValue('lamps.state', readState, 'broken'), {
    message: /^the column lamps\.state holds .*: it must be equal to one of the allowed values: on, off$/,
  });
});
