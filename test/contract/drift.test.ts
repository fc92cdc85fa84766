import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isJsonObject, type JsonObject } from '../../src/kernel/json.ts';
import { startService, type Service } from '../support/service.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { AtlasOperation, differences, inV1, refusedOfClients } from './drift.ts';
import { ABSENT, PERMITTED, PERMITTED_V1, type PermittedDrift } from './permitted-drift.ts';

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

/** Requires that every difference has a reason, and every reason a difference. */
function assertDeliberate(found: readonly string[], rules: readonly Pick<PermittedDrift, 'difference'>[]): void {
  const unexpected = found.filter((line) => !rules.some(({ difference }) => difference.test(line)));
  assert.deepEqual(unexpected, [], 'differences without a reason in permitted-drift.ts');
  const obsolete = rules.filter(({ difference }) => !found.some((line) => difference.test(line)));
  assert.deepEqual(obsolete, [], 'reasons for differences that do not occur');
}

test('every difference of v2 from Atlas is deliberate, and every deliberate one is there', facts, () => {
  const [, document = {}] = documents;
  const found = operations.flatMap((atlas) => {
    const operation = find(document, atlas.v2Path, atlas.method);
    if (operation === undefined) return [`${atlas.operationId}: is not here`];
    return differences(atlas, { document, operation });
  });
  const absent = ABSENT.map(([id]) => ({ difference: new RegExp(`^${id}: is not here$`) }));
  assertDeliberate(found, [...PERMITTED, ...absent]);
});

test('every difference of v1.0 from Atlas is deliberate, and every deliberate one is there', facts, () => {
  const [document = {}] = documents;
  const found = operations.flatMap((atlas) => {
    const old = inV1(atlas);
    if (old === undefined) return [];
    const operation = find(document, old.v1Path, old.method);
    if (operation === undefined) return [`${old.operationId}: is not here`];
    const documented = { document, operation };
    return [...differences(old, documented), ...refusedOfClients(old, documented)];
  });
  const shared = PERMITTED.filter(({ difference }) => found.some((line) => difference.test(line)));
  assertDeliberate(found, [...shared, ...PERMITTED_V1]);
});
