import assert from 'node:assert/strict';
import { test } from 'node:test';
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
