import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { S3ObjectSettings } from './contract.ts';
import { parseStoreAddress, storeConfigOf, type BucketAddress, type ProviderStores } from './addressing.ts';

const providers: ProviderStores = {
  AWS: { store: { kind: 'local', directory: '/data/aws' } },
  AZURE: { store: { kind: 'local', directory: '/data/azure' }, hosts: ['*.blob.core.windows.net'] },
  GCP: { store: { kind: 'local', directory: '/data/gcp' } },
};
const S3 = {
  kind: 's3',
  region: 'us-east-1',
  addressing: 'path',
  checksum: 'sha256',
  endpoint: undefined,
  assumesRoles: false,
  buckets: new Map<string, S3ObjectSettings>(),
} as const;
const NO_CLOUDS = { s3: S3, azureAccount: undefined, gcsEndpoint: undefined };
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

test('a bucket of a compatible store is reached as the operator says, with settings of its own or those of all others', () => {
  const connection = { kind: 's3', region: 'eu-west-1', addressing: 'path', checksum: 'md5' } as const;
  const buckets = new Map([
    ['locked', { retention: { mode: 'COMPLIANCE', days: 1 } } as const],
    ['*', { storageClass: 'STANDARD_IA' } as const],
  ]);
  const store = { ...connection, endpoint: 'http://127.0.0.1:7070', assumesRoles: false, buckets };
  const configOf = (bucketName: string) =>
    storeConfigOf({ provider: 'AWS', bucketName }, { ...providers, AWS: { store } });
  const common = { ...connection, endpoint: 'http://127.0.0.1:7070', asksRegion: false };
  assert.deepEqual(configOf('locked'), { ...common, bucket: 'locked', objects: buckets.get('locked') });
  assert.deepEqual(configOf('constructor'), { ...common, bucket: 'constructor', objects: buckets.get('*') });
});

test('a bucket of Amazon S3 is written through the IAM role of its owner, and never with rights of the server', () => {
  const AWS = { store: { ...S3, assumesRoles: true } };
  const configOf = (iamAssumedRoleArn: string | undefined) =>
    storeConfigOf(
      { provider: 'AWS', bucketName: 'exports', role: { externalId: 'id', iamAssumedRoleArn } },
      { ...providers, AWS },
    );
  const arn = 'arn:aws:iam::123456789012:role/exporter';
  const { kind, region, addressing, checksum } = S3;
  const role = { arn, externalId: 'id' };
  const expected = { kind, region, addressing, checksum, bucket: 'exports', asksRegion: true, role, objects: {} };
  assert.deepEqual(configOf(arn), expected);
  assert.throws(() => configOf(undefined), { code: 'IAM_ROLE_MISSING' });
  assert.throws(() => storeConfigOf({ provider: 'AWS', bucketName: 'exports' }, { ...providers, AWS }), {
    code: 'IAM_ROLE_MISSING',
  });
});

for (const url of [
  '',
  'http://account.blob.core.windows.net',
  'https://../x',
  'https://acc/../../x.blob.core.windows.net',
  'https://account.blob.core.windows.net/path',
  'https://user@account.blob.core.windows.net',
  'https://account.blob.core.windows.net\n',
]) {
  test(`the service URL ${JSON.stringify(url)} leads to no directory`, () => {
    assert.throws(() => storeConfigOf(azure(url), providers), { code: 'INVALID_SERVICE_URL' });
  });
}

for (const host of [
  'account.blob.core.windows.net.example.org',
  'blob.core.windows.net',
  'localhost.example',
  '127.0.0.1',
  '169.254.169.254',
]) {
  test(`a bucket of Azure at the host ${host} is refused, because the operator's list does not have it`, () => {
    assert.throws(() => storeConfigOf(azure(`https://${host}`), providers), { code: 'AZURE_HOST_NOT_PERMITTED' });
  });
}

test('buckets of Azure and Google Cloud are in the cloud where the operator says so', () => {
  const hosts = ['*.blob.core.windows.net', 'inner.example:8443'];
  const clouds: ProviderStores = {
    ...providers,
    AZURE: { store: { kind: 'azure', account: undefined }, hosts },
    GCP: { store: { kind: 'gcs', endpoint: undefined } },
  };
  const role = { servicePrincipalId: 'principal', tenantId: 'tenant' };
  const inAzure = (serviceUrl: string) =>
    storeConfigOf({ provider: 'AZURE', serviceUrl, bucketName: 'exports', role }, clouds);
  const common = { kind: 'azure', container: 'exports', tenantId: 'tenant' };
  assert.deepEqual(inAzure('https://account.blob.core.windows.net/'), {
    ...common,
    serviceUrl: 'https://account.blob.core.windows.net',
    privateAddresses: false,
  });
  assert.deepEqual(
    inAzure('https://inner.example:8443'),
    { ...common, serviceUrl: 'https://inner.example:8443', privateAddresses: true },
    'only a host that is named in full may have a private address',
  );
  const gcs = storeConfigOf({ provider: 'GCP', bucketName: 'exports' }, clouds);
  assert.deepEqual(gcs, { kind: 'gcs', bucket: 'exports' });
});

test("the operator's account is reached at its own URL with its key, and other accounts are not", () => {
  const account = { account: 'exports', key: 'a2V5', serviceUrl: 'http://127.0.0.1:10000/exports' };
  const clouds: ProviderStores = {
    ...providers,
    AZURE: { store: { kind: 'azure', account }, hosts: ['*.blob.core.windows.net'] },
  };
  const own = storeConfigOf(azure('https://exports.blob.core.windows.net'), clouds);
  const accountKey = { account: 'exports', key: 'a2V5' };
  const { serviceUrl } = account;
  assert.deepEqual(own, { kind: 'azure', serviceUrl, container: 'exports', accountKey, privateAddresses: true });
  const other = storeConfigOf(azure('https://other.blob.core.windows.net'), clouds);
  assert.ok(other.kind === 'azure' && other.accountKey === undefined);
});

test('a path is a bucket, or a folder in a bucket', () => {
  const inBucket = (text: string) => parseStoreAddress(text, 'top', NO_CLOUDS);
  const local = (directory: string) => ({ kind: 'local', directory: resolve(directory) });
  assert.deepEqual(inBucket('bucket'), { config: local('bucket'), prefix: 'top/' });
  assert.deepEqual(inBucket('./bucket/'), { config: local('bucket'), prefix: 'top/' });
  assert.deepEqual(inBucket('bucket/top'), { config: local('bucket'), prefix: 'top/' });
  assert.deepEqual(inBucket('/bucket/top/a/b'), { config: local('/bucket'), prefix: 'top/a/b/' });
  assert.deepEqual(inBucket('/top/a'), { config: local('/'), prefix: 'top/a/' });
  assert.deepEqual(inBucket('/top/bucket/top/a'), { config: local('/top/bucket'), prefix: 'top/a/' });
  assert.deepEqual(inBucket('a:b'), { config: local('a:b'), prefix: 'top/' });
});

test('an address with a scheme is a bucket of a cloud, or a folder in one', () => {
  const at = (text: string) => parseStoreAddress(text, 'top', NO_CLOUDS);
  const bucket = { kind: 'gcs', bucket: 'exports' };
  assert.deepEqual(at('gs://exports'), { config: bucket, prefix: 'top/' });
  assert.deepEqual(at('GS://exports/'), { config: bucket, prefix: 'top/' });
  assert.deepEqual(at('gs://exports/top/a/b/'), { config: bucket, prefix: 'top/a/b/' });
  assert.deepEqual(at('gs://exports/copy'), { config: bucket, prefix: 'copy/' });
  const container = (serviceUrl: string) => ({
    kind: 'azure',
    serviceUrl,
    container: 'exports',
    privateAddresses: true,
  });
  const account = container('https://account.blob.core.windows.net');
  assert.deepEqual(at('az://account/exports/top/a'), { config: account, prefix: 'top/a/' });
  const china = container('https://account.blob.core.chinacloudapi.cn');
  assert.deepEqual(at('az://account.blob.core.chinacloudapi.cn/exports'), { config: china, prefix: 'top/' });
});

test('an address leads to an emulator that the settings name', () => {
  const account = { account: 'exports', key: 'a2V5', serviceUrl: 'http://127.0.0.1:10000/exports' };
  const clouds = {
    s3: { ...S3, endpoint: 'http://127.0.0.1:7070' },
    azureAccount: account,
    gcsEndpoint: 'http://127.0.0.1:4443',
  };
  const { config } = parseStoreAddress('az://exports/container', 'top', clouds);
  assert.ok(config.kind === 'azure' && config.serviceUrl === account.serviceUrl);
  const gcs = parseStoreAddress('gs://bucket', 'top', clouds).config;
  assert.deepEqual(gcs, { kind: 'gcs', bucket: 'bucket', endpoint: 'http://127.0.0.1:4443' });
  const { config: s3, prefix } = parseStoreAddress('s3://bucket/top/a', 'top', clouds);
  assert.ok(s3.kind === 's3' && s3.endpoint === 'http://127.0.0.1:7070' && s3.bucket === 'bucket');
  assert.equal(prefix, 'top/a/');
});

for (const text of ['ftp://bucket/top', 'HTTPS://example.org', 's3://', 'gs://', 'az://account', 'az:///']) {
  test(`${text} is refused as an address`, () => {
    assert.throws(() => parseStoreAddress(text, 'top', NO_CLOUDS), {
      code: 'INVALID_STORE_ADDRESS',
      message: `${JSON.stringify(text)} is not the address of a bucket`,
    });
  });
}
