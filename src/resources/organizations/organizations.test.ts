import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { callerWith, ControlPlane } from '../../../test/support/control-plane.ts';
import { at, textAt } from '../../../test/support/json.ts';
import type { ApiKeyCaller } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import { isJsonObject } from '../../kernel/json.ts';

describe('organizations', () => {
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

  const apiKey = { desc: 'first', roles: ['ORG_OWNER'] };

  test('one organization has its four links, keys in the order of the wire', async () => {
    const reply = await plane.call('getOrg', { caller: owner, params: { orgId } });
    const self = `http://localhost:8080/api/atlas/v2/orgs/${orgId}`;
    const related = ['groups', 'teams', 'users'];
    const links = related.map((name) => ({ href: `${self}/${name}`, rel: `https://cloud.mongodb.com/${name}` }));
    assert.equal(
      wire(reply),
      JSON.stringify({
        id: orgId,
        isDeleted: false,
        links: [{ href: self, rel: 'self' }, ...links],
        name: 'Longshore',
        skipDefaultAlertsSettings: false,
      }),
    );
  });

  test('the list shows the organizations that the caller belongs to, by the start of their name', async () => {
    await plane.call('createOrg', { caller: owner, body: { name: 'Other', apiKey } });
    const list = async (query: string) => await plane.get('listOrgs', { caller: owner, query });
    const self = `http://localhost:8080/api/atlas/v2/orgs/${orgId}`;
    const document = {
      id: orgId,
      isDeleted: false,
      links: [{ href: self, rel: 'self' }],
      name: 'Longshore',
      skipDefaultAlertsSettings: false,
    };
    assert.equal(JSON.stringify((await list('name='))['results']), JSON.stringify([document]));
    assert.equal((await list('name=LONG'))['totalCount'], 1);
    assert.equal((await list('name=horse'))['totalCount'], 0);
    assert.deepEqual((await list('pageNum=2'))['results'], []);
  });

  test('the list comes in pages, oldest first', async () => {
    await plane.call('createOrg', { caller: owner, body: { name: 'Other', apiKey } });
    const rows = await plane.database.selectFrom('organizations').select('id').orderBy('id').execute();
    const ids = rows.map(({ id }) => id);
    const member = callerWith(
      orgId,
      ids.map((id) => ({ roleName: 'ORG_MEMBER', orgId: id })),
    );
    const page = async (pageNum: number) => {
      const query = `itemsPerPage=1&pageNum=${pageNum}`;
      const list = await plane.get('listOrgs', { caller: member, query });
      return [list['totalCount'], at(list, '/results/0/id'), at(list, '/results/1')];
    };
    assert.deepEqual(await page(1), [2, ids[0], undefined]);
    assert.deepEqual(await page(2), [2, ids[1], undefined]);
    assert.deepEqual(await page(3), [2, undefined, undefined]);
  });

  test('a new organization comes with the key that may enter it', async () => {
    const reply = await plane.call('createOrg', { caller: owner, body: { name: 'Other', apiKey } });
    assert.equal(reply.status, 201);
    assert.ok(
      isJsonObject(reply.body) && isJsonObject(reply.body['apiKey']) && isJsonObject(reply.body['organization']),
    );
    assert.deepEqual(Object.keys(reply.body), ['apiKey', 'organization', 'skipDefaultAlertsSettings']);
    const { id } = reply.body['organization'];
    const caller = await plane.caller(textAt(reply.body['apiKey'], '/publicKey'));
    assert.deepEqual([caller.orgId, caller.roles], [id, [{ roleName: 'ORG_OWNER', orgId: id }]]);
  });

  test('a new organization comes with a service account if one is asked for', async () => {
    const serviceAccount = { name: 'ci', description: 'tests', roles: ['ORG_OWNER'], secretExpiresAfterHours: 12 };
    const { body } = await plane.call('createOrg', { caller: owner, body: { name: 'Other', serviceAccount } });
    assert.ok(isJsonObject(body) && isJsonObject(body['organization']) && isJsonObject(body['serviceAccount']));
    assert.deepEqual(Object.keys(body), ['organization', 'serviceAccount', 'skipDefaultAlertsSettings']);
    const { clientId, roles } = body['serviceAccount'];
    assert.deepEqual(roles, ['ORG_OWNER']);
    assert.match(textAt(body['serviceAccount'], '/secrets/0/secret'), /^mdb_sa_sk_/);
    const rows = await plane.database.selectFrom('service_accounts').selectAll().execute();
    assert.deepEqual(
      rows.map(({ id, org_id: org }) => [`mdb_sa_id_${id}`, org]),
      [[clientId, body['organization']['id']]],
    );
    const lesser = { name: 'Third', serviceAccount: { ...serviceAccount, roles: ['ORG_MEMBER'] } };
    await assert.rejects(plane.call('createOrg', { caller: owner, body: lesser }), { code: 'BAD_REQUEST' });
  });

  test('an organization whose key is refused is not made', async () => {
    for (const role of ['GROUP_OWNER', 'ORG_MEMBER']) {
      const body = { name: 'Other', apiKey: { desc: 'first', roles: [role] } };
      await assert.rejects(plane.call('createOrg', { caller: owner, body }), { code: 'BAD_REQUEST' }, role);
    }
    await assert.rejects(plane.call('createOrg', { caller: owner, body: { name: 'Other' } }), {
      code: 'MISSING_ATTRIBUTE',
      parameters: ['apiKey'],
    });
    const rows = await plane.database.selectFrom('organizations').select('id').execute();
    assert.deepEqual(rows, [{ id: orgId }]);
  });

  test('name and settings can be changed, each by itself', async () => {
    const change = async (body: { name?: string; skipDefaultAlertsSettings?: boolean }) => {
      const document = await plane.get('updateOrg', { caller: owner, params: { orgId }, body });
      return [document['name'], document['skipDefaultAlertsSettings']];
    };
    assert.deepEqual(await change({ name: 'New name' }), ['New name', false]);
    assert.deepEqual(await change({ skipDefaultAlertsSettings: true }), ['New name', true]);
    assert.deepEqual(await change({}), ['New name', true]);
  });

  test('an organization with projects cannot be removed; without projects it is removed with its keys', async () => {
    const removing = { caller: owner, params: { orgId } };
    await assert.rejects(plane.call('deleteOrg', removing), { code: 'ORG_NOT_EMPTY', status: 409 });
    await plane.call('deleteGroup', { caller: owner, params: { groupId } });
    assert.deepEqual(await plane.call('deleteOrg', removing), { status: 204 });
    assert.equal(await plane.apiKeys.lookupKey(owner.publicKey), undefined);
    await assert.rejects(plane.call('getOrg', removing), { code: 'ORG_NOT_FOUND', status: 404 });
    assert.deepEqual(
      await plane.get('listOrgs', { caller: callerWith(orgId, []) }).then((list) => list['results']),
      [],
    );
  });
});
