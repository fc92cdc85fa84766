import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedMethods, createPathFinder } from './allowed-methods.ts';
import { NOTHING, version, type Operation } from './index.ts';

const operation = (method: 'GET' | 'DELETE', path: Operation['path']): Operation => ({
  id: path,
  summary: 'For tests',
  method,
  event: undefined,
  path,
  access: { scope: 'authenticated' },
  rateLimit: 'root',
  versions: [version({ version: 'v1.0', answers: NOTHING, handle: () => Promise.resolve({ status: 204 }) })],
});
const find = createPathFinder([
  operation('GET', '/things/:thingId'),
  operation('DELETE', '/things/:thingId'),
  operation('GET', '/things/:thingId(^[^:]+)::act'),
]);

test('a path has the methods of its operations, and HEAD with GET', () => {
  assert.equal(allowedMethods(find('/api/atlas/v1.0/things/a.b')), 'GET, HEAD, DELETE');
});

test('a path without operations is that of none', () => {
  assert.deepEqual(find('/api/atlas/v1.0/things'), []);
  assert.deepEqual(find('/api/atlas/v1.0/things/a/b'), []);
  assert.deepEqual(find('/api/atlas/v2/things/a'), []);
});
