import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { versions, type ApiReply } from './operation.ts';
import { NOTHING } from './schemas.ts';

test('versions of one handler differ in their name alone', () => {
  const definition = {
    superseded: { deprecation: 'Wed, 1 Feb 2023 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' },
    body: Type.Object({ name: Type.String() }),
    answers: NOTHING,
    handle: (): Promise<ApiReply> => Promise.resolve({ status: 204 }),
  };
  assert.deepEqual(versions(['v1.0', '2023-01-01'], definition), [
    { ...definition, version: 'v1.0' },
    { ...definition, version: '2023-01-01' },
  ]);
});
