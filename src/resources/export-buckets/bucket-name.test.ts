import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { CLOUD_PROVIDERS } from '../../object-store/addressing.ts';
import { isBucketName } from './bucket-name.ts';

test('accepts the names that S3 allows', () => {
  for (const name of ['example-bucket', 'abc', 'a.b.c', '123', 'my.bucket-1', 'a'.repeat(63)]) {
    assert.ok(isBucketName('AWS', name), name);
  }
});

test('accepts the names that Azure and Google Cloud allow', () => {
  for (const name of ['exports', 'a-b-c', '123', 'a'.repeat(63)]) assert.ok(isBucketName('AZURE', name), name);
  for (const name of ['exports', 'a_b', 'a.b-c_d', '123', 'a'.repeat(63)]) assert.ok(isBucketName('GCP', name), name);
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
  test(`refuses ${JSON.stringify(name)}`, () => assert.ok(!isBucketName('AWS', name)));
}

const REFUSED_ELSEWHERE = {
  AZURE: [
    '',
    'ab',
    'a'.repeat(64),
    'a--b',
    '-ab',
    'ab-',
    'a.b',
    'a_b',
    'Abc',
    '$web',
    '$root',
    '../etc',
    'a/b',
    'abc\n',
  ],
  GCP: [
    '',
    'ab',
    'a'.repeat(64),
    '-ab',
    'ab_',
    'a..b',
    '1.2.3.4',
    'googles',
    'my-google',
    'Abc',
    '../etc',
    'a/b',
    'abc\n',
  ],
} as const;

for (const provider of ['AZURE', 'GCP'] as const) {
  for (const name of REFUSED_ELSEWHERE[provider]) {
    test(`${provider} refuses ${JSON.stringify(name)}`, () => assert.ok(!isBucketName(provider, name)));
  }
}

test('an accepted name is always one plain part of a path', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 70 }),
    fc.stringMatching(/^[a-z0-9._-]{1,65}$/),
    fc.stringMatching(/^[a-z./\\%~-]{1,65}$/),
  );
  fc.assert(
    fc.property(fc.constantFrom(...CLOUD_PROVIDERS), anything, (provider, text) => {
      if (isBucketName(provider, text)) assert.equal(posix.join('/buckets', text), `/buckets/${text}`);
    }),
  );
});
