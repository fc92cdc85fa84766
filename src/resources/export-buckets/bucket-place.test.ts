import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { refusal } from '../../../test/support/refusal.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { placeAt } from './bucket-place.ts';
import type { ExportBucket, ProviderBucket } from './model.ts';

const facts = { groupId: 'a'.repeat(24), roleId: 'b'.repeat(24), storeId: undefined, createdAt: 0 };
const aws = (id: string, bucketName: string): ExportBucket => ({
  ...{ ...facts, id, bucketName },
  ...{ provider: 'AWS', region: 'us-east-1', requirePrivateNetworking: false },
});
const AZURE: ExportBucket = {
  ...{ ...facts, id: '3'.repeat(24), bucketName: 'container' },
  ...{ provider: 'AZURE', serviceUrl: 'https://account.blob.core.windows.net', tenantId: undefined },
};
const GCP: ExportBucket = { ...facts, id: '4'.repeat(24), provider: 'GCP', bucketName: 'shared' };
const BUCKETS = [aws('1'.repeat(24), 'exports'), aws('2'.repeat(24), 'exports'), AZURE, GCP];

const find = async (address: string, directoryOf: (bucket: ProviderBucket) => string | undefined = () => undefined) => {
  const found = await placeAt(address, BUCKETS, directoryOf);
  return found && [found.bucket.id.slice(0, 1), found.place];
};

test('each address of a registered bucket leads to its folder, and the newest registration counts', async () => {
  for (const [address, expected] of [
    ['exports/a/b', ['2', 'a/b/']],
    ['exports', ['2', 'exported_snapshots/']],
    [`${'1'.repeat(24)}/a`, ['1', 'a/']],
    ['s3://exports//a//', ['2', 'a/']],
    ['S3://exports', ['2', 'exported_snapshots/']],
    ['az://account/container/a', ['3', 'a/']],
    ['az://ACCOUNT.blob.core.windows.net/container', ['3', 'exported_snapshots/']],
    ['container/a', ['3', 'a/']],
    ['gs://shared/a', ['4', 'a/']],
    ['gs://exports/a', undefined],
    ['s3://shared/a', undefined],
    ['az://other/container', undefined],
    ['az://account.evil.example/container', undefined],
    ['az://account', undefined],
    ['http://exports/a', undefined],
    ['', undefined],
    ['s3://', undefined],
  ] as const) {
    assert.deepEqual(await find(address), expected, address);
  }
});

test('a name that buckets of several providers have is refused', async () => {
  const others = [...BUCKETS, aws('5'.repeat(24), 'shared')];
  const none = () => undefined;
  assert.equal(await refusal(placeAt('shared/a', others, none)), '400 EXPORT_BUCKET_NAME_AMBIGUOUS ["shared/a"]');
  assert.equal((await placeAt('s3://shared/a', others, none))?.bucket.id, '5'.repeat(24));
});

test('a path in the directory of a bucket leads to its folder, also through a link, and one beside it does not', async () => {
  using directory = temporaryDirectory('places');
  const buckets = join(directory.path, 'buckets');
  for (const name of ['exports/a', 'exports-2/a']) mkdirSync(join(buckets, name), { recursive: true });
  symlinkSync(buckets, join(directory.path, 'link'));
  const directoryOf = ({ provider, bucketName }: ProviderBucket) =>
    provider === 'AWS' ? join(buckets, bucketName) : undefined;
  for (const [path, expected] of [
    [join(buckets, 'exports'), ['2', 'exported_snapshots/']],
    [join(buckets, 'exports/a'), ['2', 'a/']],
    [`${buckets}/exports/../exports/a/`, ['2', 'a/']],
    [join(directory.path, 'link/exports/a'), ['2', 'a/']],
    [join(buckets, 'exports/missing/b'), ['2', 'missing/b/']],
    [join(buckets, 'exports/..folder'), ['2', '..folder/']],
    [join(buckets, 'exports-2/a'), undefined],
    [buckets, undefined],
    [`${buckets}/exports/../exports-2`, undefined],
    ['/', undefined],
  ] as const) {
    assert.deepEqual(await find(path, directoryOf), expected, path);
  }
});
