import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlPlane } from '../../test/support/control-plane.ts';
import { bootstrap } from './bootstrap.ts';

test('a first start makes an organization, a project, a key that owns both, and the role of the published example', async () => {
  await using plane = await ControlPlane.open();
  const made = await plane.bootstrap();
  assert.match(made.privateKey, /^[0-9a-f-]{36}$/);
  assert.equal(made.roleId, '12345678f901a234dbdb00ca');
  assert.equal(await plane.projects.organizationOf(made.groupId), made.orgId);
  assert.deepEqual(made.owner.roles, [
    { roleName: 'GROUP_OWNER', groupId: made.groupId },
    { roleName: 'ORG_OWNER', orgId: made.orgId },
  ]);
  const role = await plane.cloudProviderAccess.requireAuthorizedRole(made.groupId, made.roleId);
  assert.equal(role.groupId, made.groupId);
});

test('a later start makes nothing', async () => {
  await using plane = await ControlPlane.open();
  await plane.bootstrap();
  assert.equal(await bootstrap(plane), undefined);
  assert.equal((await plane.database.selectFrom('organizations').selectAll().execute()).length, 1);
});

test('an interrupted first start leaves nothing, and the next one makes everything', async () => {
  await using plane = await ControlPlane.open();
  const failing = { addRole: () => Promise.reject(new Error('cut short')) };
  await assert.rejects(
    bootstrap({
      database: plane.database,
      organizations: plane.organizations,
      projects: plane.projects,
      apiKeys: plane.apiKeys,
      cloudProviderAccess: failing,
    }),
    /cut short/,
  );
  for (const table of ['organizations', 'projects', 'api_keys', 'api_key_roles'] as const) {
    assert.deepEqual(await plane.database.selectFrom(table).selectAll().execute(), [], table);
  }
  await plane.bootstrap();
});
