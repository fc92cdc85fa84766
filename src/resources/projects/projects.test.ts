import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { wire } from '../../../test/support/api-request.ts';
import { callerWith, ControlPlane } from '../../../test/support/control-plane.ts';
import { textAt } from '../../../test/support/json.ts';
import type { Caller } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';

const NOBODY = '0123456789abcdef01234567';

describe('projects', () => {
  let plane: ControlPlane;
  let orgId: Id;
  let firstGroupId: Id;
  let owner: Caller;

  beforeEach(async () => {
    plane = await ControlPlane.open();
    ({ orgId, groupId: firstGroupId, owner } = await plane.bootstrap());
  });
  afterEach(async () => {
    await plane[Symbol.asyncDispose]();
  });

  async function create(name: string, more: object = {}): Promise<Id> {
    const made = await plane.get('createGroup', { caller: owner, body: { name, orgId, ...more } });
    return textAt(made, '/id');
  }

  async function addCluster(groupId: Id): Promise<void> {
    const values = { group_id: groupId, name: 'cluster', source_kind: 'mongodump', sealed_source: '' };
    await plane.database
      .insertInto('clusters')
      .values({ ...values, id: 'd'.repeat(24), mongodb_version: '8.0', created_at: 1 })
      .execute();
  }

  test('a project is made with 201, its keys in the order of the wire, its seven links, and no tags if none were given', async () => {
    const reply = await plane.call('createGroup', { caller: owner, body: { name: 'e2e-proj', orgId } });
    const id = textAt(await plane.get('getGroupByName', { caller: owner, params: { groupName: 'e2e-proj' } }), '/id');
    const self = `http://localhost:8080/api/atlas/v2/groups/${id}`;
    const linked = ['containers', 'clusters', 'databaseUsers', 'peers', 'processes', 'whitelist'];
    const links = linked.map((name) => ({ href: `${self}/${name}`, rel: `https://cloud.mongodb.com/${name}` }));
    assert.equal(reply.status, 201);
    assert.equal(
      wire(reply),
      JSON.stringify({
        clusterCount: 0,
        created: '2023-11-14T22:13:20Z',
        id,
        links: [{ href: self, rel: 'self' }, ...links],
        name: 'e2e-proj',
        orgId,
        withDefaultAlertsSettings: true,
      }),
    );
  });

  test('settings have defaults, keep what was changed, and belong to one project', async () => {
    const groupId = await create('settings');
    const caller = owner;
    const before = await plane.get('getGroupSettings', { caller, params: { groupId } });
    assert.equal(Object.keys(Object(before) as object).length, 12);
    const body = { isDataExplorerEnabled: false };
    const changed = await plane.get('updateGroupSettings', { caller, params: { groupId }, body });
    assert.deepEqual(changed, { ...(before as object), isDataExplorerEnabled: false });
    assert.deepEqual(await plane.get('getGroupSettings', { caller, params: { groupId } }), changed);
    assert.deepEqual(await plane.get('getGroupSettings', { caller, params: { groupId: firstGroupId } }), before);
    await assert.rejects(plane.call('getGroupSettings', { caller, params: { groupId: NOBODY } }), {
      code: 'GROUP_NOT_FOUND',
    });
  });

  test('the choice of slow operations is kept, and is none of the settings', async () => {
    const groupId = await create('slow');
    const request = { caller: owner, params: { groupId } };
    const settings = await plane.get('getGroupSettings', request);
    const isManaged = async () => (await plane.call('getGroupManagedSlowMs', request)).body;
    assert.equal(await isManaged(), true);
    assert.equal((await plane.call('disableGroupManagedSlowMs', request)).status, 204);
    assert.equal(await isManaged(), false);
    assert.deepEqual(await plane.get('getGroupSettings', request), settings);
    assert.equal((await plane.call('enableGroupManagedSlowMs', request)).status, 204);
    assert.equal(await isManaged(), true);
  });

  test('tags are shown as given, and later as an empty list if there are none', async () => {
    const tags = [{ key: 'env', value: 'e2e' }];
    const made = await plane.get('createGroup', { caller: owner, body: { name: 'tagged', orgId, tags } });
    assert.deepEqual(made['tags'], tags);
    const params = { groupId: textAt(made, '/id') };
    const cleared = await plane.get('updateGroup', { caller: owner, params, body: { tags: [] } });
    assert.deepEqual([cleared['tags'], cleared['name']], [[], 'tagged']);
    assert.deepEqual((await plane.get('getGroup', { caller: owner, params }))['tags'], []);
  });

  test('read-only attributes that an SDK sends are ignored', async () => {
    const id = await create('sdk', { clusterCount: 7, created: '0001-01-01T00:00:00Z', id: NOBODY, links: [] });
    assert.notEqual(id, NOBODY);
    assert.equal((await plane.get('getGroup', { caller: owner, params: { groupId: id } }))['clusterCount'], 0);
  });

  for (const name of ['', ' ', ' leading', 'trailing ', 'a/b', '<script>', 'x'.repeat(65), 'new\nline']) {
    test(`the name ${JSON.stringify(name)} is refused, and nothing is made or changed`, async () => {
      const body = { name, orgId };
      await assert.rejects(plane.call('createGroup', { caller: owner, body }), { code: 'INVALID_JSON_ATTRIBUTE' });
      const params = { groupId: firstGroupId };
      await assert.rejects(plane.call('updateGroup', { caller: owner, params, body: { name } }), {
        code: 'INVALID_JSON_ATTRIBUTE',
      });
      const all = await plane.get('listGroups', { caller: owner });
      assert.equal(all['totalCount'], 1);
      assert.equal((await plane.projects.requireProject(firstGroupId)).name, 'Project 0');
    });
  }

  test("names with letters of any language and Atlas's signs are taken", async () => {
    for (const name of ['Atlas CLI E2E', 'Ünïcode 日本', "a-_.(),:&@+'"]) await create(name);
  });

  test('a name is unique in an organization', async () => {
    await create('once');
    const again = plane.call('createGroup', { caller: owner, body: { name: 'once', orgId } });
    await assert.rejects(again, { code: 'GROUP_ALREADY_EXISTS', status: 409, parameters: ['once'] });
    const renaming = { caller: owner, params: { groupId: firstGroupId }, body: { name: 'once' } };
    await assert.rejects(plane.call('updateGroup', renaming), { code: 'GROUP_ALREADY_EXISTS' });
  });

  test('only a caller who may make projects in the organization of the body makes one', async () => {
    const member = callerWith(orgId, [{ roleName: 'ORG_MEMBER', orgId }]);
    const stranger = callerWith(NOBODY, [{ roleName: 'ORG_OWNER', orgId: NOBODY }]);
    for (const caller of [member, stranger]) {
      const making = plane.call('createGroup', { caller, body: { name: 'mine', orgId } });
      await assert.rejects(making, { code: 'USER_UNAUTHORIZED' });
    }
  });

  test('a key that may make projects, but does not own the organization, owns the one that it makes', async () => {
    const body = { desc: 'maker', roles: ['ORG_GROUP_CREATOR'] };
    const key = await plane.get('createOrgApiKey', { caller: owner, params: { orgId }, body });
    const maker = await plane.caller(textAt(key, '/publicKey'));
    const made = await plane.get('createGroup', { caller: maker, body: { name: 'mine', orgId } });
    const { roles } = await plane.caller(maker.publicKey);
    assert.deepEqual(
      roles.filter(({ groupId }) => groupId !== undefined),
      [{ roleName: 'GROUP_OWNER', groupId: made['id'] }],
    );
  });

  test('lists show a caller the projects that it may see, in pages, with a link to each', async () => {
    const ids = [firstGroupId, await create('one'), await create('two')];
    const seen = async (caller: Caller, query = '') => {
      const { results, totalCount } = await plane.get('listGroups', { caller, query });
      assert.ok(Array.isArray(results));
      return { ids: results.map((result: { id: string }) => result.id), totalCount };
    };
    assert.deepEqual(await seen(owner), { ids, totalCount: 3 });
    assert.deepEqual(await seen(owner, 'itemsPerPage=1&pageNum=2'), { ids: [ids[1]], totalCount: 3 });
    const reader = callerWith(orgId, [
      { roleName: 'ORG_MEMBER', orgId },
      { roleName: 'GROUP_READ_ONLY', groupId: ids[2] ?? '' },
    ]);
    assert.deepEqual(await seen(reader), { ids: [ids[2]], totalCount: 1 });
    assert.deepEqual(await seen(callerWith(orgId, [{ roleName: 'ORG_MEMBER', orgId }])), { ids: [], totalCount: 0 });
    const list = await plane.get('listGroups', { caller: reader });
    assert.match(
      JSON.stringify(list['results']),
      /"links":\[{"href":"[^"]*","rel":"self"}\],"name":"two","orgId":"[0-9a-f]{24}","tags":\[\],"withDefault/,
    );
  });

  test('the projects of an organization can be asked for by the start of their name, in either case', async () => {
    await create('Alpha_1');
    await create('alphabet');
    const found = async (name: string) =>
      (await plane.get('getOrgGroups', { caller: owner, params: { orgId }, query: `name=${name}` }))['totalCount'];
    assert.equal(await found('ALPHA'), 2);
    assert.equal(await found('alpha_'), 1);
    assert.equal(await found('%25'), 0);
    assert.equal(await found(''), 3);
  });

  test('by name, a project that the caller may not see does not exist', async () => {
    const params = { groupName: 'Project 0' };
    assert.equal((await plane.get('getGroupByName', { caller: owner, params }))['id'], firstGroupId);
    const asking = plane.call('getGroupByName', { caller: callerWith(orgId, []), params });
    await assert.rejects(asking, { code: 'GROUP_NAME_NOT_FOUND', status: 404, parameters: ['Project 0'] });
  });

  test('a project without clusters is removed with 202 and {}', async () => {
    const groupId = await create('short-lived');
    await addCluster(groupId);
    const removing = { caller: owner, params: { groupId } };
    assert.equal((await plane.get('getGroup', removing))['clusterCount'], 1);
    await assert.rejects(plane.call('deleteGroup', removing), {
      code: 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS',
      status: 409,
      parameters: [groupId],
    });
    await plane.database.deleteFrom('clusters').execute();
    assert.deepEqual(await plane.call('deleteGroup', removing), { status: 202, body: {} });
    await assert.rejects(plane.call('deleteGroup', removing), { code: 'GROUP_NOT_FOUND', status: 404 });
    await assert.rejects(plane.projects.requireProject(groupId), { code: 'GROUP_NOT_FOUND' });
    assert.equal(await plane.projects.organizationOf(groupId), undefined);
  });

  test('the old API has the same operations with its own links', async () => {
    const reply = await plane.call('getGroup', { api: 'v1.0', caller: owner, params: { groupId: firstGroupId } });
    assert.match(wire(reply), /http:\/\/localhost:8080\/api\/atlas\/v1\.0\/groups\//);
  });
});
