import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { MongoClient } from 'mongodb';
import { AZURITE_ACCOUNT, azuriteFound, startAzurite } from '../support/azurite.ts';
import { ferretdbFound, startFerretdb } from '../support/ferretdb.ts';
import { fakeGcsFound, startFakeGcs } from '../support/fake-gcs.ts';
import { initialize, longshore, serve } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { MOTO_CREDENTIALS, motoFound, startMoto } from '../support/moto.ts';
import { startScriptedMongodb } from '../support/scripted-mongodb/index.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startVersitygw, VERSITYGW_CREDENTIALS, versitygwFound } from '../support/versitygw.ts';

// The restore command reads an export in a bucket with the caller's own credentials, also one without Longshore's dot-files.

const directory = temporaryDirectory('restore-clouds');
const home = directory.path;
const LIMIT = { timeout: 180_000 };
const PLACES = { whole: 'whole-export', atlas: 'atlas-export' } as const;

/** The objects of an export, by their keys. */
let objects: ReadonlyMap<string, Buffer>;
let prefix: string;

before(async () => {
  const [dump, bucket] = [join(home, 'dump'), join(home, 'bucket')];
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const run = await longshore(['run', '--mongodump', dump, '--to', bucket, '--json'], { home });
  assert.equal(run.code, 0, run.stderr);
  prefix = (JSON.parse(run.stdout) as { export: { prefix: string } }).export.prefix;
  const files = readdirSync(bucket, { recursive: true, encoding: 'utf8' });
  objects = new Map(
    files
      .filter((name) => statSync(join(bucket, name)).isFile())
      .map((name) => [name.split(sep).join('/'), readFileSync(join(bucket, name))]),
  );
});
after(() => directory[Symbol.dispose]());

/** The objects that Atlas documents: data, metadata and `.complete`. */
const isOfAtlas = (key: string): boolean => key.endsWith('/.complete') || !/(^|\/)\./.test(key);

/** Uploads the export to two buckets, as it is and as Atlas writes it, and restores both. */
async function requireRestored(
  upload: (bucket: string, objects: ReadonlyMap<string, Buffer>) => Promise<void>,
  addressOf: (bucket: string) => string,
  { env, flags = [] }: { readonly env: NodeJS.ProcessEnv; readonly flags?: readonly string[] },
): Promise<void> {
  await upload(PLACES.whole, objects);
  await upload(PLACES.atlas, new Map([...objects].filter(([key]) => isOfAtlas(key))));
  for (const address of [addressOf(PLACES.whole), `${addressOf(PLACES.atlas)}/${prefix}`]) {
    await using deployment = await startScriptedMongodb({ topology: 'standalone' });
    const options = { home, env: { ...env, MONGODB_URI: deployment.uri } };
    const given = ['--mongodb-uri-env', 'MONGODB_URI', '--json', '--data-dir', join(home, 'data'), ...flags];
    const { code, stdout, stderr } = await longshore(['restore', address, ...given], options);
    assert.equal(code, 0, `${address}: ${stderr}`);
    const report = JSON.parse(stdout) as { collections: { name: string; proof: string }[]; documents: number };
    assert.equal(report.documents, 303, address);
    assert.ok(report.collections.every(({ proof }) => proof === 'equal'));
    const { history } = deployment.deployment;
    const found = history.collection('shop', 'orders');
    assert.ok(Array.isArray(found?.documents) && found.documents.length === 300);
    assert.deepEqual(
      found.indexes?.map(({ name }) => name),
      ['_id_', 'customer_1'],
    );
    assert.ok(history.collection('shop', 'empty') !== undefined);
  }
}

async function uploadToS3(client: S3Client, Bucket: string, wanted: ReadonlyMap<string, Buffer>): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket }));
  for (const [Key, Body] of wanted) await client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

for (const [name, found, start] of [
  ['versitygw', versitygwFound, async () => ({ ...(await startVersitygw()), credentials: VERSITYGW_CREDENTIALS })],
  [
    'moto',
    motoFound,
    async () => ({
      ...(await startMoto()),
      credentials: MOTO_CREDENTIALS,
    }),
  ],
] as const) {
  test(
    `an export in S3 (${name}) is restored, with and without dot-files`,
    { ...LIMIT, ...skipUnless(name, found()) },
    async () => {
      const service = await start();
      const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = service.credentials;
      const credentials = { accessKeyId, secretAccessKey };
      const client = new S3Client({ endpoint: service.url, region: 'us-east-1', forcePathStyle: true, credentials });
      try {
        await requireRestored(
          (bucket, wanted) => uploadToS3(client, bucket, wanted),
          (bucket) => `s3://${bucket}`,
          { env: service.credentials, flags: ['--s3-endpoint', service.url] },
        );
      } finally {
        client.destroy();
        await service.stop();
      }
    },
  );
}

test(
  'an export in Azure Blob Storage is restored, with and without dot-files',
  { ...LIMIT, ...skipUnless('azurite', azuriteFound()) },
  async () => {
    const azurite = await startAzurite();
    const { account, key } = AZURITE_ACCOUNT;
    const service = `${azurite.url}/${account}`;
    try {
      await requireRestored(
        async (bucket, wanted) => {
          const container = new ContainerClient(`${service}/${bucket}`, new StorageSharedKeyCredential(account, key));
          await container.create();
          for (const [name, body] of wanted) await container.getBlockBlobClient(name).upload(body, body.byteLength);
        },
        (bucket) => `az://${account}/${bucket}`,
        {
          env: {
            LONGSHORE_AZURE_CONNECTION_STRING: `AccountName=${account};AccountKey=${key};BlobEndpoint=${service}`,
          },
        },
      );
    } finally {
      await azurite.stop();
    }
  },
);

test(
  'an export in Google Cloud Storage is restored, with and without dot-files',
  { ...LIMIT, ...skipUnless('fake-gcs-server', fakeGcsFound()) },
  async () => {
    const gcs = await startFakeGcs();
    try {
      await requireRestored(
        async (bucket, wanted) => {
          await gcs.createBucket(bucket);
          for (const [name, body] of wanted) {
            const url = `${gcs.url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
            const answer = await fetch(url, { method: 'POST', body: new Uint8Array(body) });
            assert.ok(answer.ok, `${name}: ${answer.status}`);
          }
        },
        (bucket) => `gs://${bucket}`,
        { env: { STORAGE_EMULATOR_HOST: gcs.url } },
      );
    } finally {
      await gcs.stop();
    }
  },
);

test(
  'a server restores chosen collections of an export in S3 under other names to FerretDB, a registered cluster',
  { ...LIMIT, ...skipUnless('versitygw', versitygwFound()), ...skipUnless('ferretdb', ferretdbFound()) },
  async () => {
    const [gateway, ferretdb] = [await startVersitygw(), await startFerretdb()];
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = VERSITYGW_CREDENTIALS;
    const credentials = { accessKeyId, secretAccessKey };
    const client = new S3Client({ endpoint: gateway.url, region: 'us-east-1', forcePathStyle: true, credentials });
    const target = new MongoClient(ferretdb.uri);
    const data = join(home, 'server');
    const initial = await initialize(data, home);
    try {
      await client.send(new CreateBucketCommand({ Bucket: 'exports' }));
      const options = ['--aws', 's3', '--s3-endpoint', gateway.url];
      await using server = await serve(data, home, initial, options, VERSITYGW_CREDENTIALS);
      const { project } = server;
      await project.cluster('small', join(home, 'dump'));
      const snapshot = await project.completedSnapshot('small');
      await project.successfulExport('small', snapshot, await project.bucket('exports'));
      await project.liveCluster('ferret', ferretdb.uri);
      const chosen = ['--include', 'shop.orders', '--rename', 'shop.orders=copies.bought'];
      const place = ['--data-dir', data, '--url', server.url];
      const { code, stdout, stderr } = await longshore(['restore', 's3://exports', 'ferret', ...chosen, ...place], {
        home,
      });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /every document was read back and compared[\s\S]*1 collection, 300 documents/);
      assert.equal(await target.db('copies').collection('bought').countDocuments(), 300);
      assert.deepEqual(await target.db('shop').listCollections().toArray(), []);
    } finally {
      await target.close();
      client.destroy();
      await ferretdb.stop();
      await gateway.stop();
    }
  },
);
