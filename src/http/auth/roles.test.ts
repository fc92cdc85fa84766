import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller, RoleAssignment } from '../operation.ts';
import { isGroupRole, isOrganizationRole, mayInGroup, mayInOrganization } from './roles.ts';

const ORG = '5f0000000000000000000001';
const OTHER = '5f0000000000000000000002';
const GROUP = { groupId: '5f0000000000000000000011', orgId: ORG };
const SIBLING = { groupId: '5f0000000000000000000012', orgId: ORG };
const FOREIGN = { groupId: '5f0000000000000000000013', orgId: OTHER };

const caller = (...roles: readonly RoleAssignment[]): Caller => ({
  kind: 'apiKey',
  id: '5f0000000000000000000031',
  publicKey: 'abcdefgh',
  orgId: ORG,
  accessList: [],
  accessListRequired: false,
  roles,
});
const inGroup = (roleName: string): Caller => caller({ roleName, groupId: GROUP.groupId });
const inOrg = (roleName: string): Caller => caller({ roleName, orgId: ORG });

test('every project role includes reading, and is not valid in another project', () => {
  for (const role of ['GROUP_OWNER', 'GROUP_BACKUP_CREATOR', 'GROUP_ALERTS_MANAGER', 'GROUP_READ_ONLY']) {
    assert.equal(mayInGroup(inGroup(role), GROUP, ['GROUP_READ_ONLY']), true, role);
    assert.equal(mayInGroup(inGroup(role), SIBLING, ['GROUP_READ_ONLY']), false, role);
    assert.equal(mayInGroup(inGroup(role), FOREIGN, ['GROUP_READ_ONLY']), false, role);
    assert.equal(mayInOrganization(inGroup(role), ORG, ['ORG_MEMBER']), false, role);
  }
});

test('the owner of a project has every project role', () => {
  for (const needed of ['GROUP_BACKUP_MANAGER', 'GROUP_CLUSTER_CREATOR', 'GROUP_ACCESS_MANAGER', 'GROUP_MODEL_OWNER']) {
    assert.equal(mayInGroup(inGroup('GROUP_OWNER'), GROUP, [needed]), true, needed);
  }
});

test('the backup manager creates, restores and exports; none of these manages', () => {
  const parts = ['GROUP_BACKUP_CREATOR', 'GROUP_BACKUP_RECOVERY_OPERATOR', 'GROUP_BACKUP_EXPORT_OPERATOR'];
  for (const part of parts) {
    assert.equal(mayInGroup(inGroup('GROUP_BACKUP_MANAGER'), GROUP, [part]), true, part);
    assert.equal(mayInGroup(inGroup(part), GROUP, ['GROUP_BACKUP_MANAGER']), false, part);
    for (const other of parts.filter((name) => name !== part)) {
      assert.equal(mayInGroup(inGroup(part), GROUP, [other]), false, `${part} ${other}`);
    }
  }
  assert.equal(mayInGroup(inGroup('GROUP_BACKUP_MANAGER'), GROUP, ['GROUP_OWNER']), false);
});

test('the owner of an organization owns its projects, and no others', () => {
  assert.equal(mayInGroup(inOrg('ORG_OWNER'), GROUP, ['GROUP_OWNER']), true);
  assert.equal(mayInGroup(inOrg('ORG_OWNER'), FOREIGN, ['GROUP_READ_ONLY']), false);
  assert.equal(mayInOrganization(inOrg('ORG_OWNER'), ORG, ['ORG_GROUP_CREATOR']), true);
  assert.equal(mayInOrganization(inOrg('ORG_OWNER'), OTHER, ['ORG_MEMBER']), false);
});

test('only some organization roles include reading projects', () => {
  assert.equal(mayInGroup(inOrg('ORG_READ_ONLY'), GROUP, ['GROUP_READ_ONLY']), true);
  assert.equal(mayInGroup(inOrg('ORG_READ_ONLY'), GROUP, ['GROUP_BACKUP_CREATOR']), false);
  for (const role of ['ORG_MEMBER', 'ORG_GROUP_CREATOR', 'ORG_BILLING_ADMIN']) {
    assert.equal(mayInGroup(inOrg(role), GROUP, ['GROUP_READ_ONLY']), false, role);
    assert.equal(mayInOrganization(inOrg(role), ORG, ['ORG_MEMBER']), true, role);
    assert.equal(mayInOrganization(inOrg(role), ORG, ['ORG_OWNER']), false, role);
  }
});

test('one of several roles is enough, and a caller without roles has no access', () => {
  assert.equal(
    mayInGroup(inGroup('GROUP_BACKUP_EXPORT_OPERATOR'), GROUP, ['GROUP_OWNER', 'GROUP_BACKUP_EXPORT_OPERATOR']),
    true,
  );
  assert.equal(mayInGroup(caller(), GROUP, ['GROUP_READ_ONLY']), false);
  assert.equal(mayInGroup(inGroup('GROUP_NO_SUCH_ROLE'), GROUP, ['GROUP_NO_SUCH_ROLE', 'GROUP_READ_ONLY']), false);
});

test('role names are Atlas’s', () => {
  assert.ok(isGroupRole('GROUP_DATA_ACCESS_READ_WRITE') && isOrganizationRole('ORG_BILLING_READ_ONLY'));
  for (const name of ['', 'constructor', 'ORG_OWNER ', 'GROUP_owner']) {
    assert.equal(isGroupRole(name) || isOrganizationRole(name), false, name);
  }
});
