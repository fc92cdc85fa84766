import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseStoreAddress, storeConfigOf, type BucketAddress, type ProviderStores } from './addressing.ts';

const providers: ProviderStores = {
  AWS: { store: { kind: 'local', directory: '/data/aws' } },
  AZURE: { store: { kind: 'local', directory: '/data/azure' } },
  GCP: { store: { kind: 'local', directory: '/data/gcp' } },
};
const azure = (serviceUrl: string): BucketAddress => ({ provider: 'AZURE', serviceUrl, bucketName: 'exports' });

test('each provider, account and bucket has a directory of its own', () => {
  const addresses: BucketAddress[] = [
    { provider: 'AWS', bucketName: 'exports', role: { externalId: 'id', iamAssumedRoleArn: undefined } },
    azure('https://account.blob.core.windows.net'),
    azure('https://other.blob.core.windows.net/'),
    { provider: 'GCP', bucketName: 'exports' },
  ];
  assert.deepEqual(
    addresses.map((address) => storeConfigOf(address, providers)),
    [
      join('/data/aws', 'exports'),
      join('/data/azure', 'account', 'exports'),
      join('/data/azure', 'other', 'exports'),
      join('/data/gcp', 'exports'),
    ].map((directory) => ({ kind: 'local', directory })),
  );
});

for (const url of [
  '',
  'http://account.blob.core.windows.net',
  'https://../x',
  'https://acc/../../x.blob.core.windows.net',
  'https://account.blob.core.windows.net/path',
  'https://account.blob.core.windows.net.example.org',
  'https://user@account.blob.core.windows.net',
  'https://account.blob.core.windows.net\n',
]) {
  test(`the service URL ${JSON.stringify(url)} leads to no directory`, () => {
    assert.throws(() => storeConfigOf(azure(url), providers), { code: 'INVALID_SERVICE_URL' });
  });
}

test('a path is a bucket, or a folder in a bucket', () => {
  const inBucket = (text: string) => parseStoreAddress(text, 'top');
  const local = (directory: string) => ({ kind: 'local', directory: resolve(directory) });
  assert.deepEqual(inBucket('bucket'), { config: local('bucket'), prefix: 'top/' });
  assert.deepEqual(inBucket('./bucket/'), { config: local('bucket'), prefix: 'top/' });
  assert.deepEqual(inBucket('bucket/top'), { config: local('bucket'), prefix: 'top/' });
  assert.deepEqual(inBucket('/bucket/top/a/b'), { config: local('/bucket'), prefix: 'top/a/b/' });
  assert.deepEqual(inBucket('/top/a'), { config: local('/'), prefix: 'top/a/' });
  assert.deepEqual(inBucket('/top/bucket/top/a'), { config: local('/top/bucket'), prefix: 'top/a/' });
  assert.deepEqual(inBucket('a:b'), { config: local('a:b'), prefix: 'top/' });
});

test('a scheme without a kind of store is refused by its name', () => {
  assert.throws(() => parseStoreAddress('s3://bucket/top', 'top'), {
    code: 'INVALID_STORE_ADDRESS',
    message: '"s3://bucket/top" cannot be opened: there is no kind of store for the scheme s3',
  });
  assert.throws(() => parseStoreAddress('HTTPS://example.org', 'top'), { code: 'INVALID_STORE_ADDRESS' });
});
