import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isBucketName } from './bucket-name.ts';

test('takes what S3 takes', () => {
  for (const name of ['example-bucket', 'abc', 'a.b.c', '123', 'my.bucket-1', 'a'.repeat(63)]) {
    assert.ok(isBucketName(name), name);
  }
});

const REFUSED = [
  ['', 'ab', 'a'.repeat(64)],
  ['Example', 'under_score', 'spa ce', 'ünï', 'tab\t', 'line\n', 'line\nbucket', 'nul\u0000x'],
  ['-abc', 'abc-', '.abc', 'abc.', 'a..b'],
  ['192.168.5.4', '1.2.3.4'],
  ['xn--abc', 'sthree-abc', 'sthree-configurator', 'amzn-s3-demo-x'],
  ['abc-s3alias', 'abc--ol-s3', 'abc.mrap', 'abc--x-s3', 'abc--table-s3'],
  ['../etc', '..', '...', 'a/b', 'a\\b', '/etc/passwd', '%2e%2e%2f', 'c:\\x', '~root', '.hidden', 'a/../b'],
].flat();

for (const name of REFUSED) {
  test(`refuses ${JSON.stringify(name)}`, () => assert.ok(!isBucketName(name)));
}

test('a name that is taken is always one plain part of a path', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 70 }),
    fc.stringMatching(/^[a-z0-9.-]{1,65}$/),
    fc.stringMatching(/^[a-z./\\%~-]{1,65}$/),
  );
  fc.assert(
    fc.property(anything, (text) => {
      if (isBucketName(text)) assert.equal(posix.join('/buckets', text), `/buckets/${text}`);
    }),
  );
});
