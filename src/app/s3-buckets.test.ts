import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { readS3Buckets } from './s3-buckets.ts';

function read(text: string) {
  using directory = temporaryDirectory('s3-buckets');
  const file = join(directory.path, 'buckets.json');
  writeFileSync(file, text);
  return readS3Buckets(file);
}

test('a bucket has settings by its name', () => {
  const locked = { retention: { mode: 'COMPLIANCE', days: 30 }, tags: { team: 'data' } };
  const others = { serverSideEncryption: 'aws:kms', kmsKeyId: 'alias/exports', storageClass: 'STANDARD_IA' };
  const buckets = read(JSON.stringify({ locked, '*': others }));
  assert.deepEqual(
    [...buckets],
    [
      ['locked', locked],
      ['*', others],
    ],
  );
});

test('a byte-order mark, as editors on Windows write it, is left out', () => {
  assert.equal(read('\uFEFF{"a":{}}').size, 1);
});

for (const [what, text, reason] of [
  ['no JSON', '{', /not valid JSON/],
  ['another form', '[]', /object/],
  ['a misspelt setting', '{"*":{"storageclass":"X"}}', /\*\.storageclass is unknown/],
  ['a retention without an end', '{"b":{"retention":{"mode":"COMPLIANCE"}}}', /b\.retention lacks days/],
  ['an unknown mode', '{"b":{"retention":{"mode":"compliance","days":1}}}', /GOVERNANCE, COMPLIANCE/],
  [
    'more tags than an object can have',
    JSON.stringify({ b: { tags: Object.fromEntries('abcdefghijk'.split('').map((tag) => [tag, ''])) } }),
    /b\.tags/,
  ],
  ['a tag that S3 refuses', '{"b":{"tags":{"team":"data & more"}}}', /b\.tags/],
  ['the name of a tag that S3 refuses', '{"b":{"tags":{"a&b":""}}}', /b\.tags/],
] as const) {
  test(`the file is refused with ${what}`, () => {
    assert.throws(() => read(text), { code: 'INVALID_S3_BUCKETS', message: reason });
  });
}

test('a file that is missing is refused', () => {
  assert.throws(() => readS3Buckets('/nowhere/buckets.json'), { code: 'INVALID_S3_BUCKETS', message: /ENOENT/ });
});
