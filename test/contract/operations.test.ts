import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiPath } from '../../src/http/openapi/path.ts';
import { dated } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { EXTENSION_OPERATIONS } from './extension-operations.ts';
import { OPERATIONS } from './operations.ts';

// The served operations are those of the table, in the paths of both APIs.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

test('every operation of the program is in the table, with its versions', () => {
  const served = service.operations
    .filter(({ versions }) => versions.some(({ version }) => version !== 'longshore-v1'))
    .map(({ id, method, path, versions }) => ({
      id,
      method,
      path: openApiPath(path),
      versions: versions
        .map(({ version }) => version)
        .filter((name) => name !== 'longshore-v1')
        .toSorted(),
    }));
  const expected = OPERATIONS.map(({ id, method, path, v1, v1_5, private: isPrivate, dates }) => ({
    id,
    method,
    path,
    versions:
      isPrivate === true
        ? ['private']
        : [...dates, ...(v1 === false ? [] : ['v1.0']), ...(v1_5 === true ? ['v1.5'] : [])].toSorted(),
  }));
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  assert.deepEqual(served.toSorted(byId), expected.toSorted(byId));
});

test("every operation of Longshore's own API is in its table", () => {
  const served = service.operations
    .filter(({ versions }) => versions.some(({ version }) => version === 'longshore-v1'))
    .map(({ id, method, path }) => `${method} ${openApiPath(path)} ${id}`);
  const expected = EXTENSION_OPERATIONS.map(({ id, method, path }) => `${method} ${path} ${id}`);
  assert.deepEqual(served.toSorted(), expected.toSorted());
});

for (const operation of OPERATIONS) {
  const bases =
    operation.private === true
      ? ([['private', '/api/private']] as const)
      : ([
          ['v2', '/api/atlas/v2'],
          ...(operation.v1 === false ? [] : [['v1.0', '/api/atlas/v1.0']]),
          ...(operation.v1_5 === true ? [['v1.5', '/api/atlas/v1.5']] : []),
        ] as const);
  for (const [api, base] of bases) {
    for (const date of api === 'v2' ? operation.dates : ['2023-01-01']) {
      test(`${operation.id} is there in ${api}${api === 'v2' ? ` of ${date}` : ''}`, async () => {
        // No id of anything that exists, but the organization and the project: nothing is changed.
        const path = operation.path
          .replace('{groupId}', operation.method === 'GET' ? service.groupId : '111111111111111111111111')
          .replace('{orgId}', operation.method === 'GET' ? service.orgId : '111111111111111111111111')
          // A limit that does not exist is answered as a path that does not.
          .replaceAll('{limitName}', 'atlas.project.deployment.clusters')
          .replaceAll('{clientId}', `mdb_sa_id_${'1'.repeat(24)}`)
          .replaceAll(/\{\w+Id\}/g, '111111111111111111111111')
          .replaceAll(/\{\w+\}/g, 'AWS');
        const hasBody = ['POST', 'PUT', 'PATCH'].includes(operation.method);
        const reply = await service.client.send({
          method: operation.method,
          target: `${base}${path}`,
          headers: dated(date),
          ...(hasBody ? { body: {} } : {}),
        });
        assert.ok(reply.status < 500, reply.text);
        assert.doesNotMatch(reply.text, /METHOD_NOT_ALLOWED|"RESOURCE_NOT_FOUND"|INVALID_VERSION_DATE/);
        if (reply.status === 200 && api === 'v2')
          assert.equal(reply.headers['content-type'], `application/vnd.atlas.${date}+json;charset=utf-8`);
      });
    }
  }
}
