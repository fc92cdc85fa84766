import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isJsonObject, type JsonObject } from '../../src/kernel/json.ts';
import { startService, type Service } from '../support/service.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { AtlasOperation, differences } from './drift.ts';
import { ABSENT, PERMITTED } from './permitted-drift.ts';

// Compares the OpenAPI documents with what is known of Atlas's operations. The facts are not ours to ship: ATLAS_OPERATIONS is a file with them.

const file = process.env['ATLAS_OPERATIONS'] ?? join(import.meta.dirname, '../../../shared/atlas/operations.json');
const facts = skipUnless('atlas-operations', existsSync(file));
const operations = existsSync(file)
  ? Value.Parse(Type.Array(AtlasOperation), JSON.parse(readFileSync(file, 'utf8')))
  : [];

let service: Service;
const documents: JsonObject[] = [];
before(async () => {
  service = await startService();
  for (const version of ['v1.0', 'v2']) {
    documents.push((await service.http.inject(`/openapi/${version}.json`)).json<JsonObject>());
  }
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

/** Finds an operation in a document. */
function find(document: JsonObject | undefined, path: string | null, method: string): JsonObject | undefined {
  const paths = document?.['paths'];
  const item = isJsonObject(paths) && path !== null ? paths[path] : undefined;
  const operation = isJsonObject(item) ? item[method.toLowerCase()] : undefined;
  return isJsonObject(operation) ? operation : undefined;
}

test('every difference from Atlas is deliberate, and every deliberate one is there', facts, () => {
  const [, document = {}] = documents;
  const found = operations.flatMap((atlas) => {
    const operation = find(document, atlas.v2Path, atlas.method);
    if (operation === undefined) return [`${atlas.operationId}: is not here`];
    return differences(atlas, { document, operation });
  });
  const rules = [
    ...PERMITTED,
    ...ABSENT.map(([id, because]) => ({ difference: new RegExp(`^${id}: is not here$`), because })),
  ];
  const unexpected = found.filter((line) => !rules.some(({ difference }) => difference.test(line)));
  assert.deepEqual(unexpected, [], 'differences without a reason in permitted-drift.ts');
  const obsolete = rules.filter(({ difference }) => !found.some((line) => difference.test(line)));
  assert.deepEqual(obsolete, [], 'reasons for differences that do not occur');
});

test('an operation that v1.0 has is in the document of v1.0', facts, () => {
  const [document] = documents;
  const absent = new Set(ABSENT.map(([id]) => id));
  const missing = operations.filter(
    ({ operationId, v1Path, method }) =>
      !absent.has(operationId) &&
      v1Path?.startsWith('/api/atlas/v1.0') === true &&
      find(document, v1Path, method) === undefined,
  );
  assert.deepEqual(
    missing.map(({ operationId }) => operationId),
    [],
  );
});
