import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownersOf } from './owners.ts';

const PROJECTS = [
  { id: '1'.repeat(24), orgId: 'a'.repeat(24), name: 'Shop & Co' },
  { id: '2'.repeat(24), orgId: 'a'.repeat(24), name: 'Shop Co' },
  { id: '3'.repeat(24), orgId: 'b'.repeat(24), name: 'Shop & Co' },
];

test('an export belongs to the projects whose ids or names its path has', async () => {
  const find = async (prefix: string) => {
    const owners = await ownersOf(prefix, {
      projects: { listNames: () => Promise.resolve(PROJECTS) },
      organizations: {
        requireOrganization: (id) =>
          Promise.resolve({
            ...{ id, name: id.startsWith('a') ? 'Acme' : 'Beta', createdAt: 0 },
            skipDefaultAlertsSettings: false,
          }),
      },
    });
    return owners.map((id) => id.slice(0, 1)).join('');
  };
  for (const [prefix, expected] of [
    [`exported_snapshots/${'a'.repeat(24)}/${'1'.repeat(24)}/c/d/1`, '1'],
    ['exported_snapshots/Acme/Shop__Co/c/d/1', '1'],
    ['exported_snapshots/Acme/Shop_Co/c/d/1', '2'],
    ['exported_snapshots/Beta/Shop__Co/c/d/1', '3'],
    [`exported_snapshots/Acme/${'1'.repeat(24)}`, '1'],
    [`exported_snapshots/${'b'.repeat(24)}/${'1'.repeat(24)}/c/d/1`, ''],
    [`exported_snapshots/${'f'.repeat(24)}/${'e'.repeat(24)}/c/d/1`, ''],
    [`copies/${'a'.repeat(24)}/${'1'.repeat(24)}`, ''],
    ['exported_snapshots', ''],
    ['', ''],
  ] as const) {
    assert.equal(await find(prefix), expected, prefix);
  }
});
