import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportPrefix, pathName } from './prefix.ts';

const FACTS = {
  organization: { id: 'a'.repeat(24), name: 'Example Org & Sons' },
  group: { id: 'b'.repeat(24), name: 'Über (test)' },
  clusterName: 'Cluster0',
  snapshotTakenAt: Date.UTC(2026, 7, 10, 3, 28, 59),
  epochSeconds: 1_786_332_505,
};

test('a prefix has the ids of organization and project, or their names', () => {
  const rest = 'Cluster0/2026-08-10T0328/1786332505';
  assert.equal(
    exportPrefix({ ...FACTS, useNames: false }),
    `exported_snapshots/${FACTS.organization.id}/${FACTS.group.id}/${rest}`,
  );
  assert.equal(exportPrefix({ ...FACTS, useNames: true }), `exported_snapshots/Example_Org__Sons/ber_(test)/${rest}`);
});

for (const [name, path] of [
  ['plain-name_1.2', 'plain-name_1.2'],
  ["it's (one)!", "it's_(one)!"],
  ['a/b\\c', 'abc'],
  ['a&b$c@d=e;f:g+h,i?j', 'abcdefghij'],
  ['…', undefined],
  ['..', undefined],
  ['&', undefined],
] as const) {
  test(`the name ${name} is ${path ?? 'replaced by the id'} in a path`, () => {
    assert.equal(pathName(name), path);
  });
}

test('a name without a character for paths is replaced by the id', () => {
  const group = { ...FACTS.group, name: '日本' };
  assert.match(exportPrefix({ ...FACTS, group, useNames: true }), new RegExp(`/Example_Org__Sons/${group.id}/`));
});
