import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DigestClient } from '../support/digest-client.ts';
import type { Exchange, Reply } from '../support/digest-client.ts';
import { dated } from '../support/project.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await service[Symbol.asyncDispose]();
});

const CHALLENGE =
  /^Digest realm="MMS Public API", domain="", nonce="[A-Za-z0-9+/]{32}", algorithm=MD5, qop="auth", stale=(true|false)$/;
const BODY = `{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource.",
  "errorCode" : "UNEXPECTED_ERROR"
}`;

function expectChallenge(reply: Reply, stale: boolean): void {
  assert.deepEqual([reply.status, reply.text], [401, BODY]);
  assert.equal(reply.headers['content-length'], '142');
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(CHALLENGE.exec(reply.headers['www-authenticate'] ?? '')?.[1], String(stale));
  for (const name of ['ratelimit-limit', 'x-error-code', 'strict-transport-security', 'deprecation'])
    assert.equal(reply.headers[name], undefined, name);
}

const list = (): Exchange => ({
  target: `/api/atlas/v2/groups/${service.groupId}/backup/exportBuckets`,
  headers: dated('2024-05-30'),
});
const send = (exchange: Exchange) => service.stranger.send(exchange);
const withAuthorization = (exchange: Exchange, authorization: string): Exchange => ({
  ...exchange,
  headers: { ...exchange.headers, authorization },
});

for (const [api, base] of [
  ['v1.0', '/api/atlas/v1.0'],
  ['v2', '/api/atlas/v2'],
] as const) {
  for (const path of ['', '/groups', '/nothing/of/that/kind', '/groups/not-an-id/backup/exportBuckets?envelope=true']) {
    test(`${api}${path}: nobody learns anything`, async () => {
      expectChallenge(await send({ target: base + path }), false);
    });
  }
}

test('every challenge has a nonce of its own', async () => {
  const nonces = await Promise.all(
    Array.from(
      { length: 5 },
      async () => /nonce="([^"]+)"/.exec((await send(list())).headers['www-authenticate'] ?? '')?.[1],
    ),
  );
  assert.equal(new Set(nonces).size, 5);
});

test('an unknown key and a wrong key get the same answer', async () => {
  const { publicKey } = service.credentials;
  for (const credentials of [
    { publicKey, privateKey: randomUUID() },
    { publicKey: 'nobodysk', privateKey: randomUUID() },
    { publicKey: '', privateKey: '' },
  ]) {
    using client = new DigestClient(service.url, credentials);
    expectChallenge(await client.send(list()), false);
  }
});

test('the right credentials are let in, and once only', async () => {
  const authorization = await service.client.authorizationFor(list());
  const first = await send(withAuthorization(list(), authorization));
  assert.equal(first.status, 200, first.text);
  expectChallenge(await send(withAuthorization(list(), authorization)), true);
});

test('a signature does not serve for another path, query or method', async () => {
  const other: readonly ((exchange: Exchange) => Exchange)[] = [
    (exchange) => ({ ...exchange, target: `${exchange.target}?pretty=true` }),
    (exchange) => ({ ...exchange, target: exchange.target.replace('exportBuckets', 'exportBuckets/') }),
    (exchange) => ({ ...exchange, target: '/api/atlas/v2/groups' }),
    (exchange) => ({ ...exchange, method: 'POST', body: {} }),
  ];
  for (const change of other) {
    const authorization = await service.client.authorizationFor(list());
    expectChallenge(await send(withAuthorization(change(list()), authorization)), false);
  }
});

const spoiled: readonly (readonly [string, (authorization: string) => string])[] = [
  ['another scheme', (text) => text.replace('Digest', 'Basic')],
  ['nothing but the scheme', () => 'Digest'],
  ['no response', (text) => text.replace(/, response="[^"]*"/, '')],
  ['another response', (text) => text.replace(/response="[^"]*"/, `response="${randomBytes(16).toString('hex')}"`)],
  ['another realm', (text) => text.replace('MMS Public API', 'Another')],
  [
    'a nonce that is none of ours',
    (text) => text.replace(/nonce="[^"]*"/, `nonce="${randomBytes(24).toString('base64')}"`),
  ],
  ['an nc that was not signed', (text) => text.replace('nc=00000001', 'nc=00000002')],
  ['an nc of another length', (text) => text.replace('nc=00000001', 'nc=1')],
  ['a username twice', (text) => `${text}, username="another"`],
  ['qop=auth-int', (text) => text.replace('qop=auth', 'qop=auth-int')],
  ['an unterminated text', (text) => text.replace(/"$/, '')],
  ['thousands of commas', (text) => text + ','.repeat(10_000)],
];
for (const [name, spoil] of spoiled) {
  // What does not change the meaning may be let in; all else is answered with a challenge.
  test(`an Authorization header with ${name}`, async () => {
    const authorization = await service.client.authorizationFor(list());
    const reply = await send(withAuthorization(list(), spoil(authorization)));
    if (name === 'thousands of commas') assert.ok([200, 401, 431].includes(reply.status), reply.text);
    else expectChallenge(reply, false);
  });
}

test('many requests with one nonce, in any order of arrival', async () => {
  const replies = await Promise.all(Array.from({ length: 40 }, () => service.client.send(list())));
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
});
