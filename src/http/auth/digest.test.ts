import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, PRIVATE_KEY, sign } from '../../../test/support/api-server.ts';
import type { ApiKeyCaller } from '../operation.ts';
import { authenticate, type Verdict } from './authenticator.ts';
import { createDigestAuthenticator, ha1, type DigestOptions } from './digest.ts';

const caller: ApiKeyCaller = {
  kind: 'apiKey',
  id: '5f0000000000000000000031',
  publicKey: 'abcdefgh',
  orgId: '5f0000000000000000000001',
  roles: [],
  accessList: [],
  accessListRequired: false,
};
const TARGET = '/api/atlas/v2/groups?pretty=true';

function setUp(options: Partial<DigestOptions> = {}) {
  const clock = new ManualClock();
  const lookedUp: string[] = [];
  const authenticator = createDigestAuthenticator({
    clock,
    lookupKey: (publicKey) => {
      lookedUp.push(publicKey);
      return Promise.resolve(publicKey === 'abcdefgh' ? { caller, ha1: ha1('abcdefgh', PRIVATE_KEY) } : undefined);
    },
    ...options,
  });
  const right = { key: 'abcdefgh', privateKey: PRIVATE_KEY, method: 'GET', uri: TARGET };
  const verify = (authorization: string | undefined, target = TARGET, method = 'GET', pathPrefix = '') =>
    authenticate([authenticator], { method, target, pathPrefix, authorization });
  const challenge = () => authenticator.challenges().join();
  const authorize = (facts: Partial<Parameters<typeof sign>[1]> = {}, challenged = challenge()) =>
    sign(challenged, { ...right, ...facts });
  return { clock, lookedUp, challenge, verify, authorize };
}

const isIn = (verdict: Verdict): boolean => 'caller' in verdict;
const stale = (verdict: Verdict): string | undefined =>
  'challenges' in verdict ? /stale=(\w+)$/.exec(verdict.challenges.join())?.[1] : 'let in';

test('HA1 is that of RFC 7616 for the realm', () => {
  // printf 'abcdefgh:MMS Public API:secret' | md5sum
  assert.equal(ha1('abcdefgh', 'secret'), 'aeb7d4450bc463b4ae235889101c1fed');
});

test('right credentials let the caller in', async () => {
  const { verify, authorize } = setUp();
  assert.deepEqual(await verify(authorize()), { caller });
});

test('missing or malformed credentials get a fresh challenge', async () => {
  const { verify } = setUp();
  for (const header of [undefined, '', 'Digest', 'Basic YTpi', 'Bearer x', 'Digest username="abcdefgh"']) {
    assert.equal(stale(await verify(header)), 'false');
  }
});

test('an unknown key and a wrong key get the same answer after the same work', async () => {
  const { verify, authorize, lookedUp } = setUp();
  const answers = [await verify(authorize({ key: 'nobodysk' })), await verify(authorize({ privateKey: 'wrong' }))].map(
    (verdict) => ('challenges' in verdict ? verdict.challenges.join().replace(/nonce="[^"]*"/, '') : 'let in'),
  );
  assert.equal(answers[0], answers[1]);
  assert.match(answers[0] ?? '', /stale=false$/);
  assert.deepEqual(lookedUp, ['nobodysk', 'abcdefgh']);
});

test('the method, the path and the query are signed', async () => {
  const { verify, authorize } = setUp();
  assert.equal(stale(await verify(authorize(), TARGET, 'DELETE')), 'false');
  assert.equal(stale(await verify(authorize(), '/api/atlas/v2/orgs?pretty=true')), 'false');
  assert.equal(stale(await verify(authorize(), '/api/atlas/v2/groups?pretty=false')), 'false');
  assert.equal(stale(await verify(authorize(), '/api/atlas/v2/groups')), 'false');
});

test('an empty query and the absolute form make no difference', async () => {
  const { verify, authorize } = setUp();
  const [path, empty, absolute] = ['/api/atlas/v2', '/api/atlas/v2?', 'http://localhost:8080/api/atlas/v2'];
  for (const [uri, target] of [
    [path, empty],
    [empty, path],
    [absolute, path],
    [path, absolute],
  ]) {
    assert.ok(isIn(await verify(authorize({ uri: uri ?? '' }), target)), `${uri ?? ''} for ${target ?? ''}`);
  }
});

test('clients may sign the prefix that a proxy removes', async () => {
  const { verify, authorize } = setUp();
  const behindProxy = (authorization: string) => verify(authorization, TARGET, 'GET', '/longshore');
  assert.ok(isIn(await behindProxy(authorize({ uri: `/longshore${TARGET}` }))));
  assert.ok(isIn(await behindProxy(authorize())));
  assert.equal(stale(await behindProxy(authorize({ uri: `/another${TARGET}` }))), 'false');
  assert.equal(stale(await verify(authorize({ uri: `/longshore${TARGET}` }))), 'false');
});

test('a nonce may be reused with a growing count, and no request is taken twice', async () => {
  const { verify, authorize, ...context } = setUp();
  const challenge = context.challenge();
  const first = authorize({}, challenge);
  assert.ok(isIn(await verify(first)));
  assert.equal(stale(await verify(first)), 'true');
  assert.ok(isIn(await verify(authorize({ nc: '00000003' }, challenge))));
  assert.ok(isIn(await verify(authorize({ nc: '00000002' }, challenge))));
  assert.equal(stale(await verify(authorize({ nc: '00000002' }, challenge))), 'true');
});

test('a wrong response does not use a count', async () => {
  const { verify, authorize, ...context } = setUp();
  const challenge = context.challenge();
  assert.equal(stale(await verify(authorize({ privateKey: 'wrong' }, challenge))), 'false');
  assert.ok(isIn(await verify(authorize({}, challenge))));
});

test('an expired nonce is stale only for a client that knows the key', async () => {
  const { verify, authorize, clock, ...context } = setUp();
  const challenge = context.challenge();
  clock.advance(5 * 60_000 - 1);
  assert.ok(isIn(await verify(authorize({}, challenge))));
  clock.advance(1);
  assert.equal(stale(await verify(authorize({ nc: '00000002' }, challenge))), 'true');
  assert.equal(stale(await verify(authorize({ privateKey: 'wrong' }, challenge))), 'false');
});

test('after a restart with the same key an old nonce is stale; with another key it is invalid', async () => {
  const nonceKey = Buffer.alloc(32, 1);
  const before = setUp({ nonceKey });
  const challenge = before.challenge();
  const after = setUp({ nonceKey });
  after.clock.advance(1000);
  const restarted = createDigestAuthenticator({
    clock: after.clock,
    nonceKey,
    lookupKey: () => Promise.resolve({ caller, ha1: ha1('abcdefgh', PRIVATE_KEY) }),
  });
  const request = { method: 'GET', target: TARGET, pathPrefix: '', authorization: before.authorize({}, challenge) };
  assert.equal(stale(await restarted.verify(request)), 'true');
  assert.equal(stale(await setUp().verify(before.authorize({}, challenge))), 'false');
});

test('a clock that is set back behind the start locks nobody out, and nonces still expire', async () => {
  const { verify, authorize, clock, ...context } = setUp();
  const before = context.challenge();
  clock.advance(-3 * 60 * 60_000);
  assert.ok(isIn(await verify(authorize({}, before))));
  const after = context.challenge();
  assert.ok(isIn(await verify(authorize({}, after))));
  clock.advance(5 * 60_000);
  assert.equal(stale(await verify(authorize({ nc: '00000002' }, after))), 'true');
});

test('a nonce from too far in the future is refused', async () => {
  const nonceKey = Buffer.alloc(32, 1);
  const ahead = setUp({ nonceKey });
  ahead.clock.advance(60_000);
  const { verify, authorize } = setUp({ nonceKey });
  assert.equal(stale(await verify(authorize({}, ahead.challenge()))), 'true');
});
