import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiPath, parameterNames } from './path.ts';

test('paths of the router become paths of OpenAPI', () => {
  assert.equal(openApiPath(''), '');
  assert.equal(openApiPath('/groups/:groupId/things/:name'), '/groups/{groupId}/things/{name}');
  assert.equal(openApiPath('/accounts/:clientId(^[^:]+)::invite'), '/accounts/{clientId}:invite');
});

test('the parameters of a path are named in order', () => {
  assert.deepEqual(parameterNames('/groups/:groupId/accounts/:clientId(^[^:]+)::invite'), ['groupId', 'clientId']);
});
