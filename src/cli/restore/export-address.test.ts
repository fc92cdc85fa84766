import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { addressInBucket } from './export-address.ts';

const BUCKET = { _id: '66b5c0ffee0123456789abcd', bucketName: 'nightly' };

test('a bucket of each provider has its address', () => {
  const at = (bucket: { readonly cloudProvider: string; readonly serviceUrl?: string }) =>
    addressInBucket({ ...BUCKET, ...bucket }, 'exported_snapshots/1', '/nowhere');
  assert.equal(at({ cloudProvider: 'AWS' }), 's3://nightly/exported_snapshots/1');
  assert.equal(at({ cloudProvider: 'GCP' }), 'gs://nightly/exported_snapshots/1');
  const serviceUrl = 'https://account.blob.core.windows.net';
  assert.equal(at({ cloudProvider: 'AZURE', serviceUrl }), 'az://account/nightly/exported_snapshots/1');
});

test('a bucket that is a directory of the data directory has its path, also that of Azure and of Google Cloud', () => {
  using directory = temporaryDirectory('export-address');
  const serviceUrl = 'https://account.blob.core.windows.net';
  for (const [cloudProvider, place] of [
    ['AWS', 'buckets/nightly'],
    ['AZURE', 'azure-containers/account/nightly'],
    ['GCP', 'gcp-buckets/nightly'],
  ] as const) {
    const path = join(directory.path, place, 'exported_snapshots/1');
    mkdirSync(path, { recursive: true });
    const bucket = { ...BUCKET, cloudProvider, serviceUrl };
    assert.equal(addressInBucket(bucket, 'exported_snapshots/1', directory.path), path);
  }
});
