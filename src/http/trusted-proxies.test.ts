import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApi, GROUP, ORG, PRIVATE_KEY, sign } from '../../test/support/api-server.ts';
import { NO_ACCESS_LIST } from '../../test/support/control-plane.ts';
import { parseAddressBlock } from '../kernel/ip-address.ts';
import { ha1, type KnownKey } from './auth/digest.ts';

// The address of a client behind reverse proxies, as the access list of its key sees it.

const URL_OF_LIST = `/api/atlas/v1.0/groups/${GROUP}/things`;

/** Asks with a key whose list has 203.0.113.9 only. Returns the status, and the address that was refused. */
async function ask(
  trustedProxies: readonly string[],
  remoteAddress: string,
  forwardedFor?: string,
): Promise<readonly [number, unknown]> {
  const listed = parseAddressBlock('203.0.113.9');
  assert.ok(listed);
  const known: KnownKey = {
    caller: {
      ...{ kind: 'apiKey', id: '5f0000000000000000000031', publicKey: 'orgowner', orgId: ORG, ...NO_ACCESS_LIST },
      roles: [{ roleName: 'ORG_OWNER', orgId: ORG }],
      accessList: [listed],
    },
    ha1: ha1('orgowner', PRIVATE_KEY),
  };
  const app = buildApi({ trustedProxies, lookupKey: () => Promise.resolve(known) });
  const challenge = String((await app.inject({ url: URL_OF_LIST })).headers['www-authenticate']);
  const authorization = sign(challenge, {
    key: 'orgowner',
    privateKey: PRIVATE_KEY,
    method: 'GET',
    uri: URL_OF_LIST,
  });
  const headers = { authorization, ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }) };
  const reply = await app.inject({ url: URL_OF_LIST, remoteAddress, headers });
  await app.close();
  const { parameters } = reply.json<{ parameters?: unknown[] }>();
  return [reply.statusCode, parameters?.[0]];
}

const PROXIES = ['10.0.0.0/8', '2001:db8::1'];

test('the header of a client that is no trusted proxy is not believed', async () => {
  assert.deepEqual(await ask([], '198.51.100.1', '203.0.113.9'), [403, '198.51.100.1']);
  assert.deepEqual(await ask(PROXIES, '198.51.100.1', '203.0.113.9'), [403, '198.51.100.1']);
});

test('the header of a trusted proxy names the client', async () => {
  assert.deepEqual(await ask(PROXIES, '10.1.2.3', '203.0.113.9'), [200, undefined]);
  assert.deepEqual(await ask(PROXIES, '2001:db8::1', '203.0.113.9'), [200, undefined]);
  assert.deepEqual(await ask(PROXIES, '::ffff:10.1.2.3', '203.0.113.9'), [200, undefined]);
  assert.deepEqual(await ask(PROXIES, '10.1.2.3', '203.0.113.9, 10.9.9.9'), [200, undefined]);
});

test('an address that the client itself put into the header is not believed', async () => {
  assert.deepEqual(await ask(PROXIES, '10.1.2.3', '203.0.113.9, 198.51.100.1'), [403, '198.51.100.1']);
});

test('without the header the proxy is the client, and an unreadable address is on no list', async () => {
  assert.deepEqual(await ask(PROXIES, '10.1.2.3'), [403, '10.1.2.3']);
  for (const garbage of ['unknown', '203.0.113.9:80', '203.0.113.9, _hidden', '<script>']) {
    assert.deepEqual(await ask(PROXIES, '10.1.2.3', garbage), [403, 'unknown']);
  }
});
