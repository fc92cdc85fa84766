import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerChallenge, parseChallenge } from './digest-challenge.ts';

test('the example of RFC 7616, section 3.9.1, is answered with the response that stands there', () => {
  const header = (algorithm: string): string =>
    'Digest realm="http-auth@example.org", qop="auth, auth-int", ' +
    `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ` +
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const request = {
    method: 'GET',
    target: '/dir/index.html',
    username: 'Mufasa',
    password: 'Circle of Life',
    nonceCount: 1,
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };
  for (const [algorithm, response] of [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const) {
    const challenge = parseChallenge(header(algorithm));
    assert.ok(challenge);
    const answer = answerChallenge(challenge, request);
    assert.match(answer, new RegExp(`response="${response}"`));
    assert.match(answer, /qop=auth, nc=00000001, /);
    assert.match(answer, /opaque="FQhe\/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"$/);
  }
});

test('the nonce count has eight hex digits, and each request a client nonce of its own', () => {
  const challenge = parseChallenge('Digest realm="r", nonce="n", qop="auth"');
  assert.ok(challenge);
  const answers = [1, 2].map(() =>
    answerChallenge(challenge, { method: 'GET', target: '/', username: 'u', password: 'p', nonceCount: 0x1f }),
  );
  const cnonces = answers.map((answer) => /cnonce="([^"]+)"/.exec(answer)?.[1]);
  assert.match(answers[0] ?? '', /nc=0000001f,/);
  assert.notEqual(cnonces[0], cnonces[1]);
});

test("Atlas's challenge is read, and staleness with it", () => {
  const header = (stale: boolean): string =>
    `Digest realm="MMS Public API", domain="", nonce="abc", algorithm=MD5, qop="auth", stale=${stale}`;
  assert.deepEqual(parseChallenge(header(false)), {
    realm: 'MMS Public API',
    nonce: 'abc',
    opaque: undefined,
    algorithm: 'MD5',
    stale: false,
  });
  assert.equal(parseChallenge(header(true))?.stale, true);
});

test('a header without a supported digest is not a challenge', () => {
  for (const header of [
    '',
    'Basic realm="r"',
    'Digest realm="r", nonce="n"',
    'Digest realm="r", nonce="n", qop="auth-int"',
    'Digest realm="r", qop="auth"',
    'Digest nonce="n", qop="auth"',
    'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-512-256',
  ]) {
    assert.equal(parseChallenge(header), undefined, header);
  }
  assert.equal(parseChallenge('Basic realm="b", Digest realm="a \\"q\\"", nonce="n", qop=auth')?.realm, 'a "q"');
});

test('a public key that would break the header is refused', () => {
  const challenge = parseChallenge('Digest realm="r", nonce="n", qop="auth"');
  assert.ok(challenge);
  assert.throws(
    () => answerChallenge(challenge, { method: 'GET', target: '/', username: 'a\r\nb', password: 'p', nonceCount: 1 }),
    { code: 'INVALID_PUBLIC_KEY' },
  );
});
