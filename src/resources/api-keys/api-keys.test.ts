import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { callerWith, ControlPlane, NO_ACCESS_LIST } from '../../../test/support/control-plane.ts';
import { textAt } from '../../../test/support/json.ts';
import type { ApiKeyCaller } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';

const UNKNOWN = '111111111111111111111111';
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('API keys', () => {
  let plane: ControlPlane;
  let orgId: Id;
  let groupId: Id;
  let owner: ApiKeyCaller;

  beforeEach(async () => {
    plane = await ControlPlane.open();
    ({ orgId, groupId, owner } = await plane.bootstrap());
  });
  afterEach(async () => {
    await plane[Symbol.asyncDispose]();
  });

  async function newOrganizationKey(...roles: string[]): Promise<JsonObject> {
    return await plane.get('createOrgApiKey', { caller: owner, params: { orgId }, body: { desc: 'key', roles } });
  }
  async function newGroupKey(...roles: string[]): Promise<JsonObject> {
    return await plane.get('createGroupApiKey', { caller: owner, params: { groupId }, body: { desc: 'key', roles } });
  }
  const inOrganization = (key: JsonObject) => ({ caller: owner, params: { orgId, apiUserId: textAt(key, '/id') } });
  const inGroup = (key: JsonObject) => ({ caller: owner, params: { groupId, apiUserId: textAt(key, '/id') } });

  test('the private key is shown in full once, and then by its end', async () => {
    const made = await newOrganizationKey('ORG_READ_ONLY');
    assert.deepEqual(Object.keys(made), ['desc', 'id', 'links', 'privateKey', 'publicKey', 'roles']);
    const privateKey = textAt(made, '/privateKey');
    assert.match(textAt(made, '/publicKey'), /^[a-z]{8}$/);
    assert.match(privateKey, UUID_V4);
    const later = await plane.call('getOrgApiKey', inOrganization(made));
    const masked = { ...made, privateKey: `********-****-****-${privateKey.slice(-12)}` };
    assert.equal(wire(later), JSON.stringify(masked));
    assert.deepEqual(made['links'], [
      { href: `http://localhost:8080/api/atlas/v2/orgs/${orgId}/apiKeys/${textAt(made, '/id')}`, rel: 'self' },
    ]);
  });

  test('what is stored of a private key does not give it away, and checks it', async () => {
    const made = await newOrganizationKey('ORG_MEMBER');
    const [publicKey, privateKey] = [textAt(made, '/publicKey'), textAt(made, '/privateKey')];
    const expected = createHash('md5').update(`${publicKey}:MMS Public API:${privateKey}`).digest('hex');
    const stored = JSON.stringify(await plane.database.selectFrom('api_keys').selectAll().execute());
    assert.ok(!stored.includes(privateKey) && !stored.includes(expected));
    const known = await plane.apiKeys.lookupKey(publicKey);
    assert.equal(known?.ha1, expected);
    assert.deepEqual(known.caller, {
      kind: 'apiKey',
      id: made['id'],
      publicKey,
      orgId,
      roles: [{ roleName: 'ORG_MEMBER', orgId }],
      ...NO_ACCESS_LIST,
    });
    assert.equal(await plane.apiKeys.lookupKey('unknown!'), undefined);
  });

  test('a sealed HA1 that was moved to another key does not open', async () => {
    const [victim, attacker] = [await newOrganizationKey('ORG_OWNER'), await newOrganizationKey('ORG_MEMBER')];
    const { sealed_ha1 } = await plane.database
      .selectFrom('api_keys')
      .select('sealed_ha1')
      .where('id', '=', textAt(attacker, '/id'))
      .executeTakeFirstOrThrow();
    await plane.database.updateTable('api_keys').set({ sealed_ha1 }).where('id', '=', textAt(victim, '/id')).execute();
    await assert.rejects(plane.apiKeys.lookupKey(textAt(victim, '/publicKey')), { code: 'SEALED_SECRET_UNREADABLE' });
  });

  test('a key that is made in a project is a member of the organization, with its role in the project', async () => {
    const made = await newGroupKey('GROUP_READ_ONLY');
    const member = { orgId, roleName: 'ORG_MEMBER' };
    assert.equal(JSON.stringify(made['roles']), JSON.stringify([member, { groupId, roleName: 'GROUP_READ_ONLY' }]));
    const body = { roles: ['GROUP_DATA_ACCESS_READ_ONLY'] };
    const changed = await plane.get('updateGroupApiKeyRoles', { ...inGroup(made), body });
    const changedRole = { groupId, roleName: 'GROUP_DATA_ACCESS_READ_ONLY' };
    assert.equal(JSON.stringify(changed['roles']), JSON.stringify([member, changedRole]));
    const list = await plane.get('listGroupApiKeys', { caller: owner, params: { groupId } });
    assert.equal(list['totalCount'], 2);
    assert.ok(Array.isArray(list['results']));
    assert.equal(
      JSON.stringify((list['results'] as JsonObject[]).find(({ id }) => id === made['id'])?.['roles']),
      JSON.stringify([changedRole, member]),
    );
  });

  test("a project does not see a key's roles in another project", async () => {
    const other = await plane.get('createGroup', { caller: owner, body: { name: 'other', orgId } });
    const key = await newGroupKey('GROUP_READ_ONLY');
    const assigned = await plane.call('addGroupApiKey', {
      caller: owner,
      params: { groupId: textAt(other, '/id'), apiUserId: textAt(key, '/id') },
      body: [{ roles: ['GROUP_OWNER'], userId: '5'.repeat(24) }],
    });
    assert.deepEqual(assigned, { status: 204 });
    const changed = await plane.call('updateGroupApiKeyRoles', { ...inGroup(key), body: { desc: 'renamed' } });
    assert.doesNotMatch(wire(changed), new RegExp(textAt(other, '/id')));
    assert.match(wire(await plane.call('getOrgApiKey', inOrganization(key))), /GROUP_OWNER.*GROUP_READ_ONLY/);
  });

  test('removed from the project, a key stays in the organization', async () => {
    const key = await newGroupKey('GROUP_READ_ONLY');
    assert.deepEqual(await plane.call('removeGroupApiKey', inGroup(key)), { status: 204 });
    const left = await plane.get('getOrgApiKey', inOrganization(key));
    assert.deepEqual(left['roles'], [{ orgId, roleName: 'ORG_MEMBER' }]);
    await assert.rejects(plane.call('removeGroupApiKey', inGroup(key)), {
      code: 'API_KEY_NOT_FOUND',
      status: 404,
      message: `No API key with ID ${textAt(key, '/id')} exists.`,
    });
  });

  test('roles in the organization are replaced, those in projects stay', async () => {
    const key = await newGroupKey('GROUP_READ_ONLY');
    const body = { desc: 'renamed', roles: ['ORG_READ_ONLY', 'ORG_BILLING_ADMIN', 'ORG_READ_ONLY'] };
    const changed = await plane.get('updateOrgApiKey', { ...inOrganization(key), body });
    assert.equal(changed['desc'], 'renamed');
    assert.deepEqual(changed['roles'], [
      { orgId, roleName: 'ORG_BILLING_ADMIN' },
      { orgId, roleName: 'ORG_READ_ONLY' },
      { groupId, roleName: 'GROUP_READ_ONLY' },
    ]);
  });

  const scopes = [
    ['organization', 'createOrgApiKey', 'ORG_MEMBER', 'GROUP_OWNER'],
    ['project', 'createGroupApiKey', 'GROUP_READ_ONLY', 'ORG_OWNER'],
  ] as const;
  for (const [scope, operation, good, elsewhere] of scopes) {
    test(`a role that the ${scope} does not have is refused by its name, and nothing is made`, async () => {
      const create = (body: JsonObject) => plane.call(operation, { caller: owner, params: { orgId, groupId }, body });
      for (const name of [elsewhere, 'INVALID_ROLE', '', 'toString', '__proto__']) {
        await assert.rejects(create({ desc: 'key', roles: [good, name] }), {
          code: 'BAD_REQUEST',
          status: 400,
          message: 'The request content produced validation errors.',
          fields: [{ field: '_roles', description: `Invalid role name '${name}'. Must be a valid Role name.` }],
        });
      }
      await assert.rejects(create({ desc: 'key', roles: [] }), { code: 'MISSING_API_KEY_ROLES' });
      await assert.rejects(create({ desc: '', roles: [good] }), { code: 'INVALID_ATTRIBUTE' });
      await assert.rejects(create({ roles: [good] }), { code: 'MISSING_ATTRIBUTE' });
      await assert.rejects(create({ desc: 'x'.repeat(251), roles: [good] }), { code: 'INVALID_ATTRIBUTE' });
      await assert.rejects(create({ desc: 'key', roles: [good], privateKey: 'mine' }), { code: 'INVALID_ATTRIBUTE' });
      const keys = await plane.database.selectFrom('api_keys').select('id').execute();
      assert.equal(keys.length, 1);
    });
  }

  test('nobody gives what he does not hold', async () => {
    const manager = callerWith(orgId, [
      { roleName: 'ORG_MEMBER', orgId },
      { roleName: 'GROUP_ACCESS_MANAGER', groupId },
    ]);
    const key = await newGroupKey('GROUP_READ_ONLY');
    const body = { desc: 'key', roles: ['GROUP_OWNER'] };
    const refused = { code: 'USER_UNAUTHORIZED', status: 401 };
    await assert.rejects(plane.call('createGroupApiKey', { caller: manager, params: { groupId }, body }), refused);
    const raising = { ...inGroup(key), caller: manager, body: { roles: ['GROUP_OWNER'] } };
    await assert.rejects(plane.call('updateGroupApiKeyRoles', raising), refused);
    const member = callerWith(orgId, [{ roleName: 'ORG_MEMBER', orgId }]);
    const asOwner = { caller: member, params: { orgId }, body: { desc: 'key', roles: ['ORG_OWNER'] } };
    await assert.rejects(plane.call('createOrgApiKey', asOwner), refused);
    const left = await plane.get('getOrgApiKey', inOrganization(key));
    assert.match(JSON.stringify(left['roles']), /GROUP_READ_ONLY/);
    const allowed = { caller: manager, params: { groupId }, body: { desc: 'key', roles: ['GROUP_READ_ONLY'] } };
    assert.equal((await plane.call('createGroupApiKey', allowed)).status, 200);
  });

  test('nobody takes what he does not hold, nor names what is above him', async () => {
    const caller = callerWith(orgId, [
      { roleName: 'ORG_MEMBER', orgId },
      { roleName: 'GROUP_ACCESS_MANAGER', groupId },
    ]);
    const groupOwner = inGroup(await newGroupKey('GROUP_OWNER'));
    const reader = inGroup(await newGroupKey('GROUP_READ_ONLY'));
    const orgOwner = inGroup(await newOrganizationKey('ORG_OWNER'));
    const refused = { code: 'USER_UNAUTHORIZED', status: 401 };
    const update = 'updateGroupApiKeyRoles';
    await assert.rejects(plane.call('removeGroupApiKey', { ...groupOwner, caller }), refused);
    await assert.rejects(plane.call(update, { ...groupOwner, caller, body: { roles: ['GROUP_READ_ONLY'] } }), refused);
    await assert.rejects(plane.call(update, { ...groupOwner, caller, body: { desc: 'mine' } }), refused);
    await assert.rejects(plane.call(update, { ...orgOwner, caller, body: { desc: 'mine' } }), refused);
    const renamed = await plane.get(update, { ...reader, caller, body: { desc: 'mine' } });
    assert.equal(textAt(renamed, '/desc'), 'mine');
    await plane.call('removeGroupApiKey', { ...reader, caller });
  });

  test('the last key that owns the organization neither goes nor loses its role', async () => {
    const own = { caller: owner, params: { orgId, apiUserId: owner.id } };
    const refused = { code: 'CANNOT_REMOVE_LAST_ORG_OWNER_KEY', status: 409 };
    const lesser = { ...own, body: { desc: 'lesser', roles: ['ORG_READ_ONLY'] } };
    await assert.rejects(plane.call('deleteOrgApiKey', own), refused);
    await assert.rejects(plane.call('updateOrgApiKey', lesser), refused);
    assert.equal((await plane.get('getOrgApiKey', own))['desc'], 'made at the first start');
    await newOrganizationKey('ORG_OWNER');
    assert.equal((await plane.call('updateOrgApiKey', lesser)).status, 200);
    assert.deepEqual(await plane.call('deleteOrgApiKey', own), { status: 204 });
    assert.equal(await plane.apiKeys.lookupKey(owner.publicKey), undefined);
  });

  test('a key of another organization is not found', async () => {
    const made = await plane.get('createOrg', {
      caller: owner,
      body: { name: 'Other', apiKey: { desc: 'theirs', roles: ['ORG_OWNER'] } },
    });
    const theirs = made['apiKey'] as JsonObject;
    const refused = { code: 'API_KEY_NOT_FOUND', status: 404 };
    for (const key of [theirs, { id: UNKNOWN }]) {
      await assert.rejects(plane.call('getOrgApiKey', inOrganization(key)), refused);
      await assert.rejects(plane.call('deleteOrgApiKey', inOrganization(key)), refused);
      await assert.rejects(plane.call('updateOrgApiKey', { ...inOrganization(key), body: { desc: 'x' } }), refused);
      const body = [{ roles: ['GROUP_READ_ONLY'] }];
      await assert.rejects(plane.call('addGroupApiKey', { ...inGroup(key), body }), refused);
    }
    assert.equal((await plane.caller(textAt(theirs, '/publicKey'))).roles.length, 1);
  });

  test('lists come in pages, newest first', async () => {
    const made = [await newOrganizationKey('ORG_MEMBER'), await newOrganizationKey('ORG_MEMBER')];
    const query = 'itemsPerPage=2';
    const list = await plane.get('listOrgApiKeys', { caller: owner, params: { orgId }, query });
    assert.equal(list['totalCount'], 3);
    const ids = (list['results'] as JsonObject[]).map(({ id }) => id);
    assert.deepEqual(ids, made.map(({ id }) => id).reverse());
  });
});
