import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challenge, CHALLENGE_BODY } from './challenge.ts';

test('the challenge has the directives of Atlas, in their order and quoting', () => {
  assert.equal(
    challenge('AbCd', false),
    'Digest realm="MMS Public API", domain="", nonce="AbCd", algorithm=MD5, qop="auth", stale=false',
  );
  assert.match(challenge('AbCd', true), /, stale=true$/);
});

test('the body has the 142 bytes of Atlas', () => {
  assert.equal(CHALLENGE_BODY.length, 142);
  assert.equal(
    CHALLENGE_BODY,
    '{\n  "error" : 401,\n  "reason" : "Unauthorized",\n  "detail" : "You are not authorized for this resource.",\n  "errorCode" : "UNEXPECTED_ERROR"\n}',
  );
});
