import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, unanswered } from './failures.ts';

const withCode = (code: string): Error => Object.assign(new Error('why'), { code });

const connections: readonly [thrown: Error, code: string, transient: boolean][] = [
  [withCode('ECONNREFUSED'), 'OBJECT_STORE_FAILED', true],
  [withCode('ENOTFOUND'), 'OBJECT_STORE_FAILED', true],
  [withCode('ERR_STREAM_PREMATURE_CLOSE'), 'OBJECT_STORE_FAILED', true],
  [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'OBJECT_STORE_UNTRUSTED', false],
  [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'OBJECT_STORE_UNTRUSTED', false],
  [withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'OBJECT_STORE_UNTRUSTED', false],
  [new Error('request failed', { cause: withCode('ECONNRESET') }), 'OBJECT_STORE_FAILED', true],
  [Object.assign(new Error('aborted'), { name: 'AbortError' }), 'OBJECT_STORE_FAILED', true],
  [new TypeError('a defect'), 'OBJECT_STORE_FAILED', false],
];

for (const [thrown, code, transient] of connections) {
  const name = 'code' in thrown ? String(thrown.code) : thrown.message;
  test(`without an answer, ${name} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, () => {
    const error = unanswered('writing', 'a/b', thrown);
    assert.deepEqual([error.code, error.transient, error.cause], [code, transient, thrown]);
    assert.match(error.message, /^writing of object "a\/b" failed: /);
    // What passes by itself at a server ends a command, so its error says what to look at.
    if (transient) assert.match(error.hint ?? '', /the store runs.*address.*network/);
  });
}

test('a listing that failed names the beginning of the keys, and no object', () => {
  const refused = withCode('ECONNREFUSED');
  assert.equal(unanswered('listing', 'a/', refused).message, 'listing of the objects below "a/" failed: why');
  assert.equal(unanswered('listing', '', refused).message, 'listing of the bucket failed: why');
});

const statuses: readonly [status: number, code: string, transient: boolean][] = [
  [302, 'OBJECT_STORE_REDIRECTED', false],
  [307, 'OBJECT_STORE_REDIRECTED', false],
  [400, 'OBJECT_STORE_FAILED', false],
  [408, 'OBJECT_STORE_FAILED', true],
  [429, 'OBJECT_STORE_FAILED', true],
  [500, 'OBJECT_STORE_FAILED', true],
  [503, 'OBJECT_STORE_FAILED', true],
];

for (const [status, code, transient] of statuses) {
  test(`an answer with status ${status} is ${code}, ${transient ? 'worth' : 'not worth'} trying again`, () => {
    const error = answered('writing', 'a/b', status, new Error('why'));
    assert.deepEqual([error.code, error.transient], [code, transient]);
  });
}
