import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { AZURITE_ACCOUNT, azuriteFound, startAzurite } from '../support/azurite.ts';
import { fakeGcsFound, startFakeGcs } from '../support/fake-gcs.ts';
import { initialize, longshore, serve, type Finished, type Server } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Exports by the API and the command line to the clouds' emulators. Clients other than Longshore's own read the
// objects.

const CONTAINER = 'nightly';

/** The output of `bucket validate` for a bucket in which everything is permitted. */
const ALL_PASSED = /^(ok .*\n){8}$/;

/** A server that runs with these flags and variables, and the command line beside it with the same variables. */
async function setUp(flags: readonly string[], env: NodeJS.ProcessEnv) {
  const directory = temporaryDirectory('clouds');
  const data = join(directory.path, 'data');
  const home = directory.path;
  const initial = await initialize(data, home);
  const server = await serve(data, home, initial, flags, env);
  const dump = join(directory.path, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  await server.project.cluster('source', dump);
  const snapshotId = await server.project.completedSnapshot('source');
  return {
    server,
    data,
    snapshotId,
    run: async (...given: string[]): Promise<Finished> => {
      const finished = await longshore([...given, '--data-dir', data], { home, cwd: home, env });
      assert.equal(finished.code, 0, finished.stderr);
      return finished;
    },
    verify: (address: string) => longshore(['export', 'verify', address, '--json'], { home, env }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}

/** The exported files of a local bucket: path below the export's folder, and SHA-256. */
async function localObjects(server: Server, data: string, snapshotId: string): Promise<string[]> {
  const bucketId = await server.project.bucket('local-bucket');
  await server.project.successfulExport('source', snapshotId, bucketId);
  const bucket = join(data, 'buckets', 'local-bucket');
  return readdirSync(bucket, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(bucket, name)).isFile())
    .map((name): readonly [string, Buffer] => [name, readFileSync(join(bucket, name))])
    .flatMap(described)
    .toSorted();
}

/** Path below the export's folder and SHA-256. The dot-files are left out, because they name the export. */
function described([key, body]: readonly [key: string, body: Buffer]): string[] {
  const path = relative('.', key).split(/[\\/]/);
  if (path.some((part) => part.startsWith('.'))) return [];
  return [`${path.slice(-3).join('/')} ${createHash('sha256').update(body).digest('hex')}`];
}

const idOf = (run: Finished): string => (JSON.parse(run.stdout) as { readonly _id: string })._id;

test('exports to Azure Blob Storage', skipUnless('azurite', azuriteFound()), async () => {
  const azurite = await startAzurite();
  const { account, key } = AZURITE_ACCOUNT;
  try {
    const emulated = `${azurite.url}/${account}`;
    const container = new ContainerClient(`${emulated}/${CONTAINER}`, new StorageSharedKeyCredential(account, key));
    await container.create();
    const env = {
      LONGSHORE_AZURE_CONNECTION_STRING: `AccountName=${account};AccountKey=${key};BlobEndpoint=${emulated}`,
    };
    await using set = await setUp(['--azure', 'azure'], env);
    const { server, data, snapshotId, run, verify } = set;
    const tenantId = '4297fc77-1592-4de8-a6d5-a8c32401df87';
    const role = { providerName: 'AZURE', atlasAzureAppId: 'app', servicePrincipalId: 'principal', tenantId };
    const serviceUrl = `https://${account}.blob.core.windows.net`;
    const principal = [
      '--azure-app-id',
      'app',
      '--azure-service-principal-id',
      'principal',
      '--azure-tenant-id',
      tenantId,
    ];
    const create = ['--provider', 'AZURE', '--bucket', CONTAINER, '--service-url', serviceUrl, ...principal, '--json'];
    const created = await run('role', 'create', ...create);
    assert.match(created.stdout, /"commands":\["az role assignment create --role 'Storage Blob Data Contributor'/);
    const roleId = idOf(created);
    const authorized = await server.project.send('PATCH', `/cloudProviderAccess/${roleId}`, role);
    assert.equal(authorized.string('/tenantId'), tenantId);

    const bucketFlags = ['--provider', 'AZURE', '--service-url', serviceUrl, '--role', roleId, '--json'];
    const bucketId = idOf(await run('bucket', 'create', CONTAINER, ...bucketFlags));
    await run('export', 'create', 'source', '--snapshot', snapshotId, '--bucket', bucketId, '--watch');
    const found: string[] = [];
    for await (const { name } of container.listBlobsFlat()) {
      found.push(...described([name, await container.getBlobClient(name).downloadToBuffer()]));
    }
    assert.deepEqual(found.toSorted(), await localObjects(server, data, snapshotId));

    for (const tried of [bucketId, `az://${account}/${CONTAINER}`]) {
      assert.match((await run('bucket', 'validate', tried)).stdout, ALL_PASSED);
    }
    assert.equal((await verify(`az://${account}/${CONTAINER}`)).code, 0);
    const [damaged = ''] = found;
    const blob = await firstBlob(container, damaged.split(' ')[0] ?? '');
    await container.getBlockBlobClient(blob).upload('other', 5);
    assert.match((await verify(`az://${account}/${CONTAINER}`)).stderr, /not as they were written/);

    const missing = { cloudProvider: 'AZURE', roleId, serviceUrl, bucketName: 'missing' };
    await assert.rejects(server.project.send('POST', '/backup/exportBuckets', missing), /CANNOT_ASSUME_ROLE/);
    const elsewhere = { ...missing, serviceUrl: 'https://devstoreaccount1.blob.example.org' };
    await assert.rejects(server.project.send('POST', '/backup/exportBuckets', elsewhere), /CANNOT_ASSUME_ROLE/);
    await server.process.output(/the container does not exist/);
    await server.process.output(/AZURE_HOST_NOT_PERMITTED/);
    const log = server.process.stderr;
    assert.ok(!log.includes(key) && !server.process.stdout.includes(key), 'the key of the account is not logged');

    const used = await server.project.send('GET', `/cloudProviderAccess/${roleId}`);
    assert.equal(used.string('/featureUsages/0/featureId/exportBucketId'), bucketId);
    await server.project.send('DELETE', `/backup/exportBuckets/${bucketId}`);
    await server.project.send('DELETE', `/cloudProviderAccess/AZURE/${roleId}`);
  } finally {
    await azurite.stop();
  }
});

async function firstBlob(container: ContainerClient, end: string): Promise<string> {
  for await (const { name } of container.listBlobsFlat()) if (name.endsWith(end)) return name;
  throw new Error(`no blob ends with ${end}`);
}

test('exports to Google Cloud Storage', skipUnless('fake-gcs-server', fakeGcsFound()), async () => {
  const gcs = await startFakeGcs();
  try {
    await gcs.createBucket(CONTAINER);
    const account = 'longshore@example.iam.gserviceaccount.com';
    const flags = ['--gcp', 'gcs', '--gcp-service-account', account];
    await using set = await setUp(flags, { STORAGE_EMULATOR_HOST: gcs.url });
    const { server, data, snapshotId, run, verify } = set;
    const created = await run('role', 'create', '--provider', 'GCP', '--bucket', CONTAINER);
    assert.ok(created.stdout.includes(`--member 'serviceAccount:${account}' --role roles/storage.objectUser`));
    const roleId = / --role ([0-9a-f]{24})\n$/.exec(created.stdout)?.[1] ?? '';
    assert.match((await run('role', 'authorize', roleId)).stdout, /is authorized/);
    const role = await server.project.send('GET', `/cloudProviderAccess/${roleId}`);
    assert.deepEqual([role.string('/gcpServiceAccountForAtlas'), role.string('/status')], [account, 'COMPLETE']);

    const bucketId = idOf(await run('bucket', 'create', CONTAINER, '--provider', 'GCP', '--role', roleId, '--json'));
    await run('export', 'create', 'source', '--snapshot', snapshotId, '--bucket', bucketId, '--watch');
    const found: string[] = [];
    const objects = `${gcs.url}/storage/v1/b/${CONTAINER}/o`;
    const list = (await (await fetch(objects)).json()) as { readonly items: readonly { readonly name: string }[] };
    for (const { name } of list.items) {
      const answer = await fetch(`${objects}/${encodeURIComponent(name)}?alt=media`);
      found.push(...described([name, Buffer.from(await answer.arrayBuffer())]));
    }
    assert.deepEqual(found.toSorted(), await localObjects(server, data, snapshotId));

    for (const tried of [bucketId, `gs://${CONTAINER}`]) {
      assert.match((await run('bucket', 'validate', tried)).stdout, ALL_PASSED);
    }
    assert.equal((await verify(`gs://${CONTAINER}`)).code, 0);
    const end = found[0]?.split(' ')[0] ?? '';
    const { name: damaged = '' } = list.items.find(({ name }) => name.endsWith(end)) ?? {};
    await fetch(`${objects}/${encodeURIComponent(damaged)}`, { method: 'DELETE' });
    assert.match((await verify(`gs://${CONTAINER}`)).stderr, /not as they were written/);

    const missing = { cloudProvider: 'GCP', roleId, bucketName: 'missing' };
    await assert.rejects(server.project.send('POST', '/backup/exportBuckets', missing), /CANNOT_ASSUME_ROLE/);
    await server.process.output(/the bucket does not exist/);
    await server.project.send('DELETE', `/backup/exportBuckets/${bucketId}`);
    await server.project.send('DELETE', `/cloudProviderAccess/GCP/${roleId}`);
  } finally {
    await gcs.stop();
  }
});

test('a server for Google Cloud Storage has to be told its service account', async () => {
  using directory = temporaryDirectory('clouds');
  const data = join(directory.path, 'data');
  await initialize(data, directory.path);
  const run = await longshore(['serve', '--data-dir', data, '--port', '0', '--gcp', 'gcs'], { home: directory.path });
  assert.notEqual(run.code, 0);
  assert.match(run.stderr, /--gcp-service-account/);
});
