import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { documentedId } from '../../src/http/openapi/operation-object.ts';
import { openApiPath } from '../../src/http/openapi/path.ts';
import { API_BASE_PATHS, versionsOf } from '../../src/http/versions.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { startService, type Service } from '../support/service.ts';

// The OpenAPI documents describe every operation that is served. `checkAnswers` compares the answers of all contract tests with them.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const DOCUMENTS = { 'v1.0': ['v1.0', 'v1.5'], v2: ['v2', 'longshore', 'private'] } as const;

async function documentOf(version: keyof typeof DOCUMENTS): Promise<JsonObject> {
  const reply = await service.http.inject(`/openapi/${version}.json`);
  assert.equal(reply.statusCode, 200);
  return reply.json<JsonObject>();
}

for (const version of ['v1.0', 'v2'] as const) {
  test(`the document of ${version} has every operation, and no other`, async () => {
    const served = DOCUMENTS[version].flatMap((api) =>
      service.operations
        .filter(({ versions }) => versionsOf(api, versions).length > 0)
        .map((operation) => {
          const { method, path } = operation;
          return `${method} ${API_BASE_PATHS[api]}${openApiPath(path)} ${documentedId(api, operation)}`;
        }),
    );
    const { paths } = await documentOf(version);
    const documented = Object.entries(paths as Record<string, Record<string, { operationId: string }>>).flatMap(
      ([path, item]) =>
        Object.entries(item).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );
    assert.deepEqual(documented.toSorted(), served.toSorted());
  });

  test(`every reference in the document of ${version} leads somewhere, and every component is used`, async () => {
    const document = await documentOf(version);
    const { schemas, responses } = document['components'] as Record<'schemas' | 'responses', JsonObject>;
    const used = new Set(JSON.stringify(document).match(/(?<="\$ref":"#\/components\/)[^"]+/g));
    const components = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ];
    assert.deepEqual([...used].toSorted(), components.toSorted());
  });

  test(`the operation ids in the document of ${version} are different`, async () => {
    const ids = JSON.stringify(await documentOf(version)).match(/(?<="operationId":")[^"]+/g) ?? [];
    assert.deepEqual(ids.toSorted(), [...new Set(ids)].toSorted());
  });
}

test('the documents are served without credentials, and other paths beside them are not', async () => {
  const reply = await service.http.inject('/openapi/v2.json');
  assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal((await service.http.inject('/openapi/v3.json')).statusCode, 404);
});
