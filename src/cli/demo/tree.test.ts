import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectInfo, ObjectStore } from '../../object-store/contract.ts';
import { bucketTree } from './tree.ts';

function holding(objects: readonly ObjectInfo[]): ObjectStore {
  const none = (): never => {
    throw new Error('not asked for');
  };
  const list = async function* () {
    yield* await Promise.resolve(objects);
  };
  return { list, put: none, get: none, read: none, head: none, compare: none, delete: none };
}

const OBJECTS: readonly ObjectInfo[] = [
  { key: 'exported/.check', bytes: 0 },
  { key: 'exported/org/group/.complete', bytes: 283 },
  { key: 'exported/org/group/shop/orders/metadata.json', bytes: 832 },
  { key: 'exported/org/group/shop/orders/rs.0.json.gz', bytes: 321_000 },
  { key: 'exported/org/group/world/countries/metadata.json', bytes: 17 },
];

test('single folders and the files of a last folder share a line', async () => {
  const tree = await bucketTree(holding(OBJECTS), Infinity);
  assert.deepEqual(tree, [
    'exported/',
    '  .check (0 B)',
    '  org/group/',
    '    .complete (283 B)',
    '    shop/orders/  metadata.json (832 B)  rs.0.json.gz (321.0 kB)',
    '    world/countries/  metadata.json (17 B)',
  ]);
});

test('on a narrow terminal, folders and files that do not fit get lines of their own', async () => {
  assert.deepEqual(await bucketTree(holding(OBJECTS), 30), [
    'exported/',
    '  .check (0 B)',
    '  org/group/',
    '    .complete (283 B)',
    '    shop/orders/',
    '      metadata.json (832 B)',
    '      rs.0.json.gz (321.0 kB)',
    '    world/countries/',
    '      metadata.json (17 B)',
  ]);
  assert.deepEqual((await bucketTree(holding(OBJECTS), 9)).slice(2, 4), ['  org/', '    group/']);
});
