import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DigestClient, type Exchange, type Reply } from '../support/digest-client.ts';
import { at, texts } from '../support/json.ts';
import { NEWEST } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

// The access lists of API keys, and the settings of an organization that asks for them. The tests reach the server from 127.0.0.1.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

interface Key {
  readonly id: string;
  readonly client: DigestClient;
  /** Sends as the key itself. */
  own(method: string, rest: string, body?: unknown): Promise<Reply>;
}

async function newKey(owner: DigestClient, orgId: string, role = 'ORG_READ_ONLY'): Promise<Key> {
  const keys = `/api/atlas/v2/orgs/${orgId}/apiKeys`;
  const body = { desc: 'a key', roles: [role] };
  const made = await owner.send({ method: 'POST', target: keys, headers: NEWEST, body });
  const id = made.string('/id');
  const credentials = { publicKey: made.string('/publicKey'), privateKey: made.string('/privateKey') };
  const client = new DigestClient(service.url, credentials);
  return {
    id,
    client,
    own: async (method, rest, sent) =>
      await client.send({ method, target: `${keys}/${id}/accessList${rest}`, headers: NEWEST, body: sent }),
  };
}

const listOf = (orgId: string, { id }: Key): string => `/api/atlas/v2/orgs/${orgId}/apiKeys/${id}/accessList`;
const groups = { target: '/api/atlas/v2/groups', headers: NEWEST };

function expectCode(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.status, reply.headers['x-error-code']], [status, code], reply.text);
}

async function asOwner(method: string, target: string, body?: unknown): Promise<Reply> {
  return await service.client.send({ method, target, headers: NEWEST, body });
}

describe('the access list of an API key', () => {
  test('a key without a list may call from everywhere, and a key with a list only from its addresses', async () => {
    using client = (await newKey(service.client, service.orgId)).client;
    assert.equal((await client.send(groups)).status, 200);
    const key = await newKey(service.client, service.orgId);
    await asOwner('POST', listOf(service.orgId, key), [{ ipAddress: '192.0.2.7' }]);
    expectCode(await key.client.send(groups), 403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST');
    assert.equal(
      (await key.client.send(groups)).string('/detail'),
      'IP address 127.0.0.1 is not allowed to access this resource.',
    );
    await asOwner('POST', listOf(service.orgId, key), [{ cidrBlock: '127.0.0.0/8' }]);
    assert.equal((await key.client.send(groups)).status, 200);
    key.client[Symbol.dispose]();
  });

  test('each change counts from the next request of a key that has called before', async () => {
    const key = await newKey(service.client, service.orgId, 'ORG_OWNER');
    using client = key.client;
    const target = `/api/atlas/v2/orgs/${service.orgId}/apiKeys`;
    const rename = { method: 'PATCH', target: `${target}/${key.id}`, headers: NEWEST, body: { desc: 'renamed' } };
    assert.equal((await client.send(rename)).status, 200);
    await asOwner('PATCH', `${target}/${key.id}`, { roles: ['ORG_READ_ONLY'] });
    expectCode(await client.send(rename), 401, 'USER_UNAUTHORIZED');
    await asOwner('POST', listOf(service.orgId, key), [{ ipAddress: '192.0.2.7' }]);
    expectCode(await client.send(groups), 403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST');
    await asOwner('DELETE', `${listOf(service.orgId, key)}/192.0.2.7`);
    assert.equal((await client.send(groups)).status, 200);
    await asOwner('DELETE', `${target}/${key.id}`);
    assert.equal((await client.send(groups)).status, 401);
  });

  test('the uses of an entry are counted', async () => {
    const key = await newKey(service.client, service.orgId);
    await asOwner('POST', listOf(service.orgId, key), [{ cidrBlock: '127.0.0.0/8' }, { ipAddress: '192.0.2.7' }]);
    for (let count = 0; count < 3; count++) await key.client.send(groups);
    const [used, unused] = (await asOwner('GET', listOf(service.orgId, key))).list('/results');
    assert.deepEqual([at(used ?? null, '/count'), at(used ?? null, '/lastUsedAddress')], [3, '127.0.0.1']);
    assert.deepEqual([at(unused ?? null, '/count'), at(unused ?? null, '/lastUsed')], [0, undefined]);
    key.client[Symbol.dispose]();
  });

  test('a key manages its own list without a role, and another key needs ORG_OWNER', async () => {
    const key = await newKey(service.client, service.orgId, 'ORG_MEMBER');
    const other = await newKey(service.client, service.orgId, 'ORG_MEMBER');
    const added = await key.own('POST', '', [{ ipAddress: '127.0.0.1' }, { ipAddress: '192.0.2.7' }]);
    assert.deepEqual([added.status, at(added.json, '/totalCount')], [200, 2]);
    assert.equal((await key.own('DELETE', '/192.0.2.7')).status, 204);
    const foreign: Exchange = {
      method: 'POST',
      target: listOf(service.orgId, key),
      headers: NEWEST,
      body: [{ ipAddress: '192.0.2.8' }],
    };
    expectCode(await other.client.send(foreign), 401, 'API_KEY_ACCESS_LIST_ACCESS_DENIED');
    expectCode(await key.own('DELETE', '/127.0.0.1'), 400, 'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST');
    assert.equal((await asOwner('DELETE', `${listOf(service.orgId, key)}/127.0.0.1`)).status, 204);
    key.client[Symbol.dispose]();
    other.client[Symbol.dispose]();
  });

  test('all entries are added or none, and each once', async () => {
    const key = await newKey(service.client, service.orgId);
    const list = listOf(service.orgId, key);
    await asOwner('POST', list, [{ ipAddress: '2001:DB8::1' }]);
    const again = [{ ipAddress: '192.0.2.1' }, { cidrBlock: '2001:db8:0:0:0:0:0:1/128' }];
    expectCode(await asOwner('POST', list, again), 409, 'ADDRESS_ALREADY_IN_ACCESS_LIST');
    const { json } = await asOwner('GET', list);
    assert.equal(at(json, '/totalCount'), 1);
    assert.equal(at(json, '/results/0/ipAddress'), '2001:db8::1');
    assert.equal((await asOwner('GET', `${list}/${encodeURIComponent('2001:db8::1/128')}`)).status, 200);
    expectCode(await asOwner('GET', `${list}/192.0.2.1`), 404, 'ADDRESS_NOT_IN_ACCESS_LIST');
    key.client[Symbol.dispose]();
  });

  for (const [name, body, code] of [
    ['no address', [{}], 'MISSING_ATTRIBUTE'],
    ['an address of three parts', [{ ipAddress: '1.2.3' }], 'INVALID_JSON_ATTRIBUTE'],
    ['a block for an address', [{ ipAddress: '10.0.0.0/8' }], 'INVALID_JSON_ATTRIBUTE'],
    ['an address for a block', [{ cidrBlock: '10.0.0.1' }], 'INVALID_JSON_ATTRIBUTE'],
    ['a prefix too long', [{ cidrBlock: '10.0.0.0/33' }], 'INVALID_JSON_ATTRIBUTE'],
    ['two that differ', [{ ipAddress: '10.0.0.1', cidrBlock: '10.0.0.0/8' }], 'INVALID_ATTRIBUTE'],
    ['an object', { ipAddress: '10.0.0.1' }, 'INVALID_JSON'],
    ['nothing in a list', [], 'INVALID_JSON'],
  ] as const) {
    test(`${name} is refused`, async () => {
      const key = await newKey(service.client, service.orgId);
      key.client[Symbol.dispose]();
      expectCode(await asOwner('POST', listOf(service.orgId, key), body), 400, code);
    });
  }

  test('old clients find the list under its old name, in v1.0 only', async () => {
    const key = await newKey(service.client, service.orgId);
    key.client[Symbol.dispose]();
    const old = `/api/atlas/v1.0/orgs/${service.orgId}/apiKeys/${key.id}/whitelist`;
    const added = await service.client.send({ method: 'POST', target: old, body: [{ ipAddress: '192.0.2.7' }] });
    assert.equal(at(added.json, '/results/0/links/0/href'), `${service.url}${old}/192.0.2.7`);
    assert.equal((await service.client.send({ method: 'DELETE', target: `${old}/192.0.2.7` })).status, 204);
    expectCode(await asOwner('GET', old.replace('v1.0', 'v2')), 404, 'RESOURCE_NOT_FOUND');
  });

  test('the root shows the list to its key', async () => {
    const key = await newKey(service.client, service.orgId);
    await asOwner('POST', listOf(service.orgId, key), [{ ipAddress: '127.0.0.1' }]);
    const root = await key.client.send({ target: '/api/atlas/v2', headers: NEWEST });
    key.client[Symbol.dispose]();
    assert.deepEqual(at(root.json, '/apiKey/accessList'), [{ cidrBlock: '127.0.0.1/32', ipAddress: '127.0.0.1' }]);
    assert.equal(at(root.json, '/appName'), 'MongoDB Atlas');
  });
});

describe('an organization that requires access lists', () => {
  test('a key without a list can only get itself one', async () => {
    const { orgId, client } = await service.newOrganization('Strict');
    const settings = `/api/atlas/v2/orgs/${orgId}/settings`;
    const key = await newKey(client, orgId, 'ORG_OWNER');
    const set = async (by: DigestClient, apiAccessListRequired: boolean): Promise<Reply> =>
      await by.send({ method: 'PATCH', target: settings, headers: NEWEST, body: { apiAccessListRequired } });
    assert.equal(at((await set(client, true)).json, '/apiAccessListRequired'), true);
    for (const exchange of [
      groups,
      { target: settings, headers: NEWEST },
      { target: listOf(orgId, key), headers: NEWEST },
    ]) {
      expectCode(await client.send(exchange), 403, 'RESOURCE_REQUIRES_ACCESS_LIST');
    }
    assert.equal((await key.own('GET', '')).status, 200);
    assert.equal((await key.own('POST', '', [{ ipAddress: '127.0.0.1' }])).status, 200);
    assert.equal((await key.client.send(groups)).status, 200);
    assert.equal(at((await set(key.client, false)).json, '/apiAccessListRequired'), false);
    assert.equal((await client.send(groups)).status, 200);
    key.client[Symbol.dispose]();
  });

  test('settings are kept, and one that is not sent keeps its value', async () => {
    const { orgId, client } = await service.newOrganization('Settings');
    const target = `/api/atlas/v2/orgs/${orgId}/settings`;
    const patch = async (body: unknown) => await client.send({ method: 'PATCH', target, headers: NEWEST, body });
    await patch({ securityContact: 'security@example.org', maxServiceAccountSecretValidityInHours: 24 });
    await patch({ multiFactorAuthRequired: true });
    assert.deepEqual((await client.send({ target, headers: NEWEST })).json, {
      apiAccessListRequired: false,
      genAIFeaturesEnabled: true,
      maxServiceAccountSecretValidityInHours: 24,
      multiFactorAuthRequired: true,
      restrictEmployeeAccess: false,
      securityContact: 'security@example.org',
    });
    expectCode(await patch({ maxServiceAccountSecretValidityInHours: 7 }), 400, 'INVALID_ATTRIBUTE');
  });
});

describe('the IP access list of a project', () => {
  test('a second entry for an address replaces the first, and a temporary entry leaves', async () => {
    const project = await service.newProject('addresses');
    await project.send('POST', '/accessList', [{ ipAddress: '192.0.2.7', comment: 'first' }]);
    const both = [{ cidrBlock: '192.0.2.7/32', comment: 'second' }, { awsSecurityGroup: 'sg-903004f8' }];
    const { json } = await project.send('POST', '/accessList', both);
    assert.equal(at(json, '/totalCount'), 2);
    const rows = (await project.send('GET', '/accessList')).list('/results');
    assert.deepEqual(texts(rows, 'comment'), ['second']);
    assert.deepEqual(texts(rows, 'awsSecurityGroup'), ['sg-903004f8']);
    assert.equal((await project.send('GET', '/accessList/192.0.2.7/status')).string('/STATUS'), 'ACTIVE');
    await project.send('DELETE', '/accessList/192.0.2.7%2F32');
    await project.send('DELETE', '/accessList/sg-903004f8');
    const gone = await service.client.send({ target: project.path('/accessList/192.0.2.7/status'), headers: NEWEST });
    expectCode(gone, 404, 'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND');
  });

  for (const [name, item, code] of [
    ['a time that is over', { ipAddress: '192.0.2.7', deleteAfterDate: '2020-01-01T00:00:00Z' }, 'INVALID_ATTRIBUTE'],
    ['a time that is far', { ipAddress: '192.0.2.7', deleteAfterDate: '2999-01-01T00:00:00Z' }, 'INVALID_ATTRIBUTE'],
    ['a text for a time', { ipAddress: '192.0.2.7', deleteAfterDate: 'soon' }, 'INVALID_JSON_ATTRIBUTE'],
    ['a long comment', { ipAddress: '192.0.2.7', comment: 'a'.repeat(81) }, 'INVALID_ATTRIBUTE'],
    ['a name', { ipAddress: 'localhost' }, 'INVALID_JSON_ATTRIBUTE'],
    ['no address', { comment: 'nothing' }, 'MISSING_ATTRIBUTE'],
  ] as const) {
    test(`${name} is refused`, async () => {
      const target = service.project.path('/accessList');
      expectCode(await asOwner('POST', target, [item]), 400, code);
    });
  }
});
