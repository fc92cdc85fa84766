import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { writeMongodump } from '../support/mongodump.ts';
import { startService } from '../support/service.ts';

const SERVICE_URL = 'https://exports.blob.core.windows.net';
const TENANT = {
  atlasAzureAppId: 'app',
  servicePrincipalId: 'principal',
  tenantId: '4297fc77-1592-4de8-a6d5-a8c32401df87',
};

test('roles, buckets and exports of all three providers work without a cloud, and their objects are equal', async () => {
  await using service = await startService();
  const { project, dataDirectory } = service;
  const dump = service.scratch('dump');
  writeMongodump(dump, { shop: { orders: { documents: Array.from({ length: 100 }, (_, _id) => ({ _id })) } } });
  await project.cluster('source', dump);
  const snapshotId = await project.completedSnapshot('source');

  const newRole = async (body: Record<string, string>, pointer: string): Promise<string> =>
    (await project.send('POST', '/cloudProviderAccess', body)).string(pointer);
  const newBucket = async (body: Record<string, string>): Promise<string> =>
    (await project.send('POST', '/backup/exportBuckets', body)).string('/_id');
  const azureRole = await newRole({ providerName: 'AZURE', ...TENANT }, '/_id');
  const gcpRole = await newRole({ providerName: 'GCP' }, '/roleId');
  const buckets = [
    [await project.bucket('nightly'), 'buckets/nightly'],
    [
      await newBucket({ cloudProvider: 'AZURE', roleId: azureRole, serviceUrl: SERVICE_URL, bucketName: 'nightly' }),
      'azure-containers/exports/nightly',
    ],
    [await newBucket({ cloudProvider: 'GCP', roleId: gcpRole, bucketName: 'nightly' }), 'gcp-buckets/nightly'],
  ] as const;

  const written: string[][] = [];
  for (const [bucketId, directory] of buckets) {
    await project.successfulExport('source', snapshotId, bucketId);
    written.push(dataObjects(join(dataDirectory, directory)));
  }
  const [aws, azure, gcp] = written;
  assert.equal(aws?.length, 2, 'the collection and its metadata');
  assert.deepEqual(azure, aws);
  assert.deepEqual(gcp, aws);
});

/** Path below the export's folder and SHA-256 of every object, but for the dot-files, which name the export. */
function dataObjects(bucket: string): string[] {
  return readdirSync(bucket, { recursive: true, encoding: 'utf8' })
    .map((name) => join(bucket, name))
    .filter((file) => statSync(file).isFile() && !/[\\/]\./.test(relative(bucket, file)))
    .map((file) => {
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      return `${relative(bucket, file).split(/[\\/]/).slice(-3).join('/')} ${sha256}`;
    })
    .toSorted();
}
