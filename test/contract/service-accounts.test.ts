import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Reply } from '../support/digest-client.ts';
import { at, textAt } from '../support/json.ts';
import { NEWEST } from '../support/project.ts';
import { basic, getToken, sendToOAuth, withToken } from '../support/service-account.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

// Service accounts, their secrets and tokens, and the requests that are sent with tokens.

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

interface Account {
  readonly clientId: string;
  readonly secretId: string;
  readonly secret: string;
}

const inOrganization = (): string => `/api/atlas/v2/orgs/${service.orgId}/serviceAccounts`;
const inProject = (): string => service.project.path('/serviceAccounts');

async function asOwner(method: string, target: string, body?: unknown): Promise<Reply> {
  return await service.client.send({ method, target, headers: NEWEST, body });
}

async function newAccount(list: string, role: string, more: object = {}): Promise<Account> {
  const body = { name: 'ci', description: 'runs the tests', roles: [role], secretExpiresAfterHours: 8, ...more };
  const made = await asOwner('POST', list, body);
  assert.equal(made.status, 201, made.text);
  return {
    clientId: made.string('/clientId'),
    secretId: made.string('/secrets/0/id'),
    secret: made.string('/secrets/0/secret'),
  };
}

const tokenOf = async ({ clientId, secret }: Account): Promise<string> => await getToken(service, clientId, secret);

function expectCode(reply: Reply, status: number, code: string): void {
  assert.deepEqual([reply.status, reply.headers['x-error-code']], [status, code], reply.text);
}

const GROUPS = '/api/atlas/v2/groups';

describe('service accounts', () => {
  test('a secret is shown in full once, and then by its end', async () => {
    const made = await asOwner('POST', inOrganization(), {
      name: 'ci',
      description: 'runs the tests',
      roles: ['ORG_READ_ONLY'],
      secretExpiresAfterHours: 24,
    });
    assert.equal(made.status, 201);
    assert.deepEqual(Object.keys(made.json as object), [
      'clientId',
      'createdAt',
      'description',
      'name',
      'roles',
      'secrets',
    ]);
    assert.match(made.string('/clientId'), /^mdb_sa_id_[0-9a-f]{24}$/);
    const secret = made.string('/secrets/0/secret');
    assert.match(secret, /^mdb_sa_sk_[A-Za-z0-9_-]{43}$/);
    const life = Date.parse(made.string('/secrets/0/expiresAt')) - Date.parse(made.string('/secrets/0/createdAt'));
    assert.equal(life, 24 * 3600_000);

    const later = await asOwner('GET', `${inOrganization()}/${made.string('/clientId')}`);
    assert.deepEqual(Object.keys(at(later.json, '/secrets/0') as object), [
      'createdAt',
      'expiresAt',
      'id',
      'maskedSecretValue',
    ]);
    assert.equal(later.string('/secrets/0/maskedSecretValue'), `mdb_sa_sk_********${secret.slice(-4)}`);
    const files = readdirSync(service.dataDirectory).filter((name) => name.includes('sqlite'));
    assert.ok(files.length > 0);
    for (const file of files) assert.ok(!readFileSync(join(service.dataDirectory, file)).includes(secret), file);
  });

  test('an account is changed, listed, invited to a project and deleted', async () => {
    const { clientId } = await newAccount(inOrganization(), 'ORG_MEMBER');
    const one = `${inOrganization()}/${clientId}`;
    const changed = await asOwner('PATCH', one, { name: 'renamed', description: null, roles: ['ORG_READ_ONLY'] });
    assert.deepEqual(
      [changed.status, changed.string('/name'), changed.string('/description'), at(changed.json, '/roles')],
      [200, 'renamed', 'runs the tests', ['ORG_READ_ONLY']],
    );
    expectCode(await asOwner('GET', `${inProject()}/${clientId}`), 404, 'SERVICE_ACCOUNT_NOT_FOUND');
    const invited = await asOwner('POST', `${inProject()}/${clientId}:invite`, { roles: ['GROUP_CLUSTER_MANAGER'] });
    assert.deepEqual([invited.status, at(invited.json, '/roles')], [200, ['GROUP_CLUSTER_MANAGER']]);
    const groups = await asOwner('GET', `${one}/groups`);
    assert.deepEqual(groups.list('/results'), [{ groupId: service.groupId, roles: ['GROUP_CLUSTER_MANAGER'] }]);
    const listed = (await asOwner('GET', inProject())).list('/results').map((account) => at(account, '/clientId'));
    assert.ok(listed.includes(clientId));
    assert.equal((await asOwner('DELETE', `${inProject()}/${clientId}`)).status, 204);
    expectCode(await asOwner('GET', `${inProject()}/${clientId}`), 404, 'SERVICE_ACCOUNT_NOT_FOUND');
    assert.equal((await asOwner('DELETE', one)).status, 204);
    expectCode(await asOwner('GET', one), 404, 'SERVICE_ACCOUNT_NOT_FOUND');
  });

  for (const [name, more, code] of [
    ['a lifetime of seven hours', { secretExpiresAfterHours: 7 }, 'INVALID_ATTRIBUTE'],
    ['a lifetime of more than a year', { secretExpiresAfterHours: 8761 }, 'INVALID_ATTRIBUTE'],
    ['no lifetime', { secretExpiresAfterHours: undefined }, 'MISSING_ATTRIBUTE'],
    ['no roles', { roles: [] }, 'INVALID_JSON_ATTRIBUTE'],
    ['a role that does not exist', { roles: ['ORG_BOSS'] }, 'BAD_REQUEST'],
    ['a role of a project', { roles: ['GROUP_OWNER'] }, 'BAD_REQUEST'],
    ['a name with a slash', { name: 'a/b' }, 'INVALID_JSON_ATTRIBUTE'],
    ['no description', { description: undefined }, 'MISSING_ATTRIBUTE'],
  ] as const) {
    test(`${name} is refused`, async () => {
      const body = { name: 'ci', description: 'd', roles: ['ORG_MEMBER'], secretExpiresAfterHours: 8, ...more };
      expectCode(await asOwner('POST', inOrganization(), body), 400, code);
    });
  }

  test('a malformed client id is no path', async () => {
    for (const id of ['mdb_sa_id_1', '1'.repeat(24), 'x']) {
      expectCode(await asOwner('GET', `${inOrganization()}/${id}`), 400, 'PATH_PARAM_PARSE_ERROR');
    }
  });

  test('who owns a project cannot get a secret of an account that may do more', async () => {
    const { clientId, secretId } = await newAccount(inOrganization(), 'ORG_OWNER');
    await asOwner('POST', `${inProject()}/${clientId}:invite`, { roles: ['GROUP_READ_ONLY'] });
    const owner = await service.clientWith(['GROUP_OWNER']);
    const one = `${inProject()}/${clientId}`;
    for (const [method, target, body] of [
      ['POST', `${one}/secrets`, { secretExpiresAfterHours: 8 }],
      ['DELETE', `${one}/secrets/${secretId}`, undefined],
      ['PATCH', one, { name: 'mine' }],
    ] as const) {
      expectCode(await owner.send({ method, target, headers: NEWEST, body }), 401, 'USER_UNAUTHORIZED');
    }
  });

  test('an organization sets the longest lifetime of secrets', async () => {
    const settings = `/api/atlas/v2/orgs/${service.orgId}/settings`;
    await asOwner('PATCH', settings, { maxServiceAccountSecretValidityInHours: 24 });
    const body = { name: 'ci', description: 'd', roles: ['ORG_MEMBER'], secretExpiresAfterHours: 25 };
    expectCode(await asOwner('POST', inOrganization(), body), 400, 'INVALID_ATTRIBUTE');
    await asOwner('PATCH', settings, { maxServiceAccountSecretValidityInHours: 8760 });
    assert.equal((await asOwner('POST', inOrganization(), body)).status, 201);
  });
});

describe('tokens', () => {
  test('a token is for an hour, and its answer is that of OAuth', async () => {
    const { clientId, secret } = await newAccount(inOrganization(), 'ORG_READ_ONLY');
    const reply = await sendToOAuth(service, 'token', 'grant_type=client_credentials', basic(clientId, secret));
    assert.deepEqual(
      [reply.status, reply.headers['content-type'], reply.headers['cache-control']],
      [200, 'application/json', 'no-store'],
    );
    const { access_token: accessToken, ...rest } = reply.json as Record<string, unknown>;
    assert.match(String(accessToken), /^[A-Za-z0-9._~+/-]{40,}$/);
    assert.deepEqual(rest, { expires_in: 3600, token_type: 'Bearer' });
  });

  test('the credentials are read from Basic, also percent-encoded, and from the form', async () => {
    const { clientId, secret } = await newAccount(inOrganization(), 'ORG_READ_ONLY');
    const encoded = (text: string) =>
      text.replaceAll(/./g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
    const grant = 'grant_type=client_credentials';
    const form = `${grant}&client_id=${clientId}&client_secret=${secret}`;
    for (const [body, authorization] of [
      [grant, basic(encoded(clientId), encoded(secret))],
      [grant, basic(clientId, secret).replace('Basic', 'basic')],
      [form, undefined],
    ] as const) {
      assert.equal((await sendToOAuth(service, 'token', body, authorization)).status, 200);
    }
  });

  test('refusals are errors of OAuth', async () => {
    const { clientId, secret } = await newAccount(inOrganization(), 'ORG_READ_ONLY');
    const right = basic(clientId, secret);
    const grant = 'grant_type=client_credentials';
    const cases: readonly (readonly [number, string, string, string | undefined, string?])[] = [
      [401, 'invalid_client', grant, undefined],
      [401, 'invalid_client', grant, basic(clientId, `${secret}x`)],
      [401, 'invalid_client', grant, basic(`mdb_sa_id_${'1'.repeat(24)}`, secret)],
      [401, 'invalid_client', grant, 'Basic %%%'],
      [401, 'invalid_client', grant, 'Bearer something'],
      [401, 'invalid_client', `${grant}&client_id=${clientId}&client_secret=wrong`, undefined],
      [400, 'unsupported_grant_type', 'grant_type=password', right],
      [400, 'invalid_request', '', right],
      [400, 'invalid_request', 'scope=all', right],
      [400, 'invalid_request', `${grant}&${grant}`, right],
      [400, 'invalid_request', `${grant}&client_id=${clientId}&client_secret=${secret}`, right],
      [400, 'invalid_request', '{"grant_type":"client_credentials"}', right, 'application/json'],
      [400, 'invalid_request', `${grant}&a=${'a'.repeat(20_000)}`, right],
    ];
    for (const [status, error, body, authorization, type] of cases) {
      const reply = await sendToOAuth(service, 'token', body, authorization, type);
      assert.deepEqual([reply.status, reply.string('/error')], [status, error], body.slice(0, 80));
      assert.deepEqual(Object.keys(reply.json as object), ['error', 'error_description']);
      assert.equal(reply.headers['content-type'], 'application/json');
    }
  });

  test('a client gets ten tokens in a minute', async () => {
    const { clientId, secret } = await newAccount(inOrganization(), 'ORG_READ_ONLY');
    const ask = async () =>
      await sendToOAuth(service, 'token', 'grant_type=client_credentials', basic(clientId, secret));
    const replies: Reply[] = [];
    // Twice as many, because a minute may end between two of them.
    for (let count = 0; count < 21; count++) replies.push(await ask());
    const refused = replies.find(({ status }) => status !== 200);
    assert.ok(refused);
    assert.ok(replies.filter(({ status }) => status === 200).length >= 10);
    assert.equal(
      refused.text,
      '{"detail":"Resource /api/oauth/token is limited to 10 requests every 1 minutes.","error":429,"errorCode":"RATE_LIMITED",' +
        '"parameters":["/api/oauth/token",10,1],"reason":"Too Many Requests"}',
    );
    assert.equal(refused.headers['retry-after'], '60');
  });

  test('a request with a token has the roles of its account', async () => {
    const token = await tokenOf(await newAccount(inProject(), 'GROUP_READ_ONLY'));
    const groups = await withToken(service, token, { target: GROUPS });
    assert.deepEqual(
      groups.list('/results').map((group) => at(group, '/id')),
      [service.groupId],
    );
    assert.equal(groups.headers['content-type'], 'application/vnd.atlas.2023-01-01+json;charset=utf-8');
    const body = { bucketName: 'not-allowed', cloudProvider: 'AWS', iamRoleId: service.roleId };
    const target = service.project.path('/backup/exportBuckets');
    expectCode(await withToken(service, token, { method: 'POST', target, body }), 401, 'USER_UNAUTHORIZED');
    const root = await withToken(service, token, { target: '/api/atlas/v2' });
    assert.equal(at(root.json, '/apiKey'), null);
    const address = await withToken(service, token, { target: '/api/private/ipinfo' });
    assert.equal(address.text, '{"currentIpv4Address":"127.0.0.1"}');
  });

  test('the old API knows no tokens', async () => {
    const token = await tokenOf(await newAccount(inOrganization(), 'ORG_OWNER'));
    const reply = await withToken(service, token, { target: '/api/atlas/v1.0/groups' });
    assert.equal(reply.status, 401);
    assert.match(reply.headers['www-authenticate'] ?? '', /^Digest /);
  });

  test('what is no token is refused with a challenge', async () => {
    for (const token of ['nothing', 'a b', '', `mdb_sa_at_${'a'.repeat(43)}`, 'ü', 'a'.repeat(5000)]) {
      const reply = await withToken(service, token, { target: GROUPS });
      assert.deepEqual([reply.status, reply.headers['x-error-code']], [401, undefined]);
      assert.match(reply.headers['www-authenticate'] ?? '', /^Bearer .*error="invalid_token"/);
    }
  });

  test('a token ends when it is revoked, and only its own client can revoke it', async () => {
    const account = await newAccount(inOrganization(), 'ORG_READ_ONLY');
    const other = await newAccount(inOrganization(), 'ORG_READ_ONLY');
    const [first, second] = [await tokenOf(account), await tokenOf(account)];
    const revoke = async ({ clientId, secret }: Account, token: string) =>
      await sendToOAuth(service, 'revoke', `token=${token}&token_type_hint=access_token`, basic(clientId, secret));
    const alive = async (token: string) => (await withToken(service, token, { target: GROUPS })).status === 200;
    assert.deepEqual([(await revoke(other, first)).status, await alive(first)], [200, true]);
    const revoked = await revoke(account, first);
    assert.deepEqual([revoked.status, revoked.text], [200, '']);
    assert.deepEqual([await alive(first), await alive(second)], [false, true]);
    assert.equal((await revoke(account, first)).status, 200, 'once more');
    assert.equal((await revoke({ ...account, secret: 'wrong' }, second)).status, 401);
    assert.equal((await sendToOAuth(service, 'revoke', '', basic(account.clientId, account.secret))).status, 400);
  });

  test('a token ends with its secret, with its account, and with the roles', async () => {
    const account = await newAccount(inOrganization(), 'ORG_OWNER');
    const one = `${inOrganization()}/${account.clientId}`;
    const rotated = await asOwner('POST', `${one}/secrets`, { secretExpiresAfterHours: 8760 });
    assert.equal(rotated.status, 201, rotated.text);
    const [old, fresh] = [await tokenOf(account), await getToken(service, account.clientId, rotated.string('/secret'))];
    const status = async (token: string) =>
      (await withToken(service, token, { target: `/api/atlas/v2/orgs/${service.orgId}/apiKeys` })).status;
    assert.deepEqual([await status(old), await status(fresh)], [200, 200]);
    assert.equal((await asOwner('DELETE', `${one}/secrets/${account.secretId}`)).status, 204);
    assert.deepEqual([await status(old), await status(fresh)], [401, 200]);
    const gone = await sendToOAuth(
      service,
      'token',
      'grant_type=client_credentials',
      basic(account.clientId, account.secret),
    );
    assert.equal(gone.status, 401);
    await asOwner('DELETE', one);
    assert.equal(await status(fresh), 401);
  });

  test('a new secret leaves the older ones a week at most', async () => {
    const account = await newAccount(inOrganization(), 'ORG_OWNER', { secretExpiresAfterHours: 8760 });
    const one = `${inOrganization()}/${account.clientId}`;
    await asOwner('POST', `${one}/secrets`, { secretExpiresAfterHours: 8760 });
    const { json } = await asOwner('GET', one);
    const lives = [0, 1].map((index) => Date.parse(textAt(json, `/secrets/${index}/expiresAt`)) - Date.now());
    const week = 7 * 24 * 3600_000;
    assert.ok(lives[1] !== undefined && Math.abs(lives[1] - week) < 60_000, 'the old one');
    assert.ok(lives[0] !== undefined && lives[0] > 8000 * 3600_000, 'the new one');
    await tokenOf(account);
    assert.ok(typeof at((await asOwner('GET', one)).json, '/secrets/1/lastUsedAt') === 'string', 'its use is shown');
  });

  test('the access list of an account is enforced when a token is used', async () => {
    const account = await newAccount(inOrganization(), 'ORG_OWNER');
    const list = `${inOrganization()}/${account.clientId}/accessList`;
    const added = await asOwner('POST', list, [{ ipAddress: '192.0.2.7' }]);
    assert.deepEqual(
      [added.status, Object.keys(at(added.json, '/results/0') as object)],
      [200, ['cidrBlock', 'createdAt', 'ipAddress', 'requestCount']],
    );
    const token = await tokenOf(account);
    expectCode(await withToken(service, token, { target: GROUPS }), 403, 'IP_ADDRESS_NOT_ON_ACCESS_LIST');
    await asOwner('POST', list, [{ cidrBlock: '127.0.0.0/8' }]);
    assert.equal((await withToken(service, token, { target: GROUPS })).status, 200);
    const entry = at((await asOwner('GET', list)).json, '/results/1') ?? null;
    assert.deepEqual([at(entry, '/requestCount'), at(entry, '/lastUsedAddress')], [1, '127.0.0.1']);
    const own = { method: 'DELETE', target: `${list}/127.0.0.0%2F8` };
    expectCode(await withToken(service, token, own), 400, 'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST');
    assert.equal((await asOwner('DELETE', `${list}/192.0.2.7`)).status, 204);
  });

  test('a service account that makes a project owns it, and the event names the account', async () => {
    const account = await newAccount(inOrganization(), 'ORG_GROUP_CREATOR');
    const token = await tokenOf(account);
    const body = { name: 'made with a token', orgId: service.orgId };
    const made = await withToken(service, token, { method: 'POST', target: GROUPS, body });
    assert.equal(made.status, 201, made.text);
    const id = made.string('/id');
    const event = await withToken(service, token, { target: `/api/longshore/v1/groups/${id}/events` });
    assert.equal(at(event.json, '/results/0/serviceAccountClientId'), account.clientId);
    assert.equal((await withToken(service, token, { method: 'DELETE', target: `${GROUPS}/${id}` })).status, 202);
  });
});
