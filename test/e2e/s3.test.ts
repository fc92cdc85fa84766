import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { initialize, longshore, serve, type Initial, type Server } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startVersitygw, VERSITYGW_CREDENTIALS, versitygwFound, type VersityGateway } from '../support/versitygw.ts';

// Exports of the whole program to a store of its own with the API of S3.

const region = 'us-east-1';

suite('exports to a compatible store', skipUnless('versitygw', versitygwFound()), () => {
  let gateway: VersityGateway;
  let client: S3Client;
  let directory: ReturnType<typeof temporaryDirectory>;
  let data: string;
  let initial: Initial;
  let snapshotId: string;

  before(async () => {
    Object.assign(process.env, VERSITYGW_CREDENTIALS);
    gateway = await startVersitygw();
    client = new S3Client({ endpoint: gateway.url, region, forcePathStyle: true });
    directory = temporaryDirectory('s3');
    data = join(directory.path, 'data');
    const dump = join(directory.path, 'dump');
    const documents = Array.from({ length: 2000 }, (_, _id) => ({ _id, text: randomBytes(512).toString('hex') }));
    const collections = Array.from({ length: 8 }, (_, number) => [`orders-${number}`, { documents }] as const);
    writeMongodump(dump, { shop: Object.fromEntries(collections) });
    initial = await initialize(data, directory.path);
    await using server = await serve(data, directory.path, initial);
    await server.project.cluster('source', dump);
    snapshotId = await server.project.completedSnapshot('source');
    const local = await server.project.bucket('nightly', initial.roleId);
    await server.project.successfulExport('source', snapshotId, local);
  });
  after(async () => {
    client.destroy();
    directory[Symbol.dispose]();
    await gateway.stop();
  });

  const serveS3 = (...more: string[]): Promise<Server> =>
    serve(data, directory.path, initial, ['--aws', 's3', '--s3-endpoint', gateway.url, ...more]);

  /** Path below the export's folder and SHA-256 of every object, but for the dot-files, which name the export. */
  function objectsIn(bucket: string, prefix: string): string[] {
    const root = join(bucket, prefix);
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return `${path.slice(root.length)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
      })
      .toSorted();
  }

  const localObjects = (): string[] => {
    const bucket = join(data, 'buckets/nightly');
    const [prefix] = prefixesOf(bucket);
    assert.ok(prefix !== undefined);
    return objectsIn(bucket, prefix);
  };

  test('by the command line, with the bytes that a directory gets', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'command-line' }));
    await using server = await serveS3();
    const run = (...args: string[]) =>
      longshore([...args, '--url', server.url, '--data-dir', data, '--json'], { home: directory.path });
    const created = await run('bucket', 'create', 'command-line', '--role', initial.roleId);
    assert.equal(created.code, 0, created.stderr);
    const { _id: bucketId } = JSON.parse(created.stdout) as { _id: string };
    const exported = await run('export', 'create', 'source', '--snapshot', snapshotId, '--bucket', bucketId, '--watch');
    assert.equal(exported.code, 0, exported.stderr);
    const { prefix } = JSON.parse(exported.stdout) as { prefix: string };
    const bucket = join(gateway.directory, 'command-line');
    assert.equal(checkCompleteExport(bucket, prefix), 16_000);
    assert.deepEqual(objectsIn(bucket, prefix), localObjects());
    assert.ok(existsSync(join(bucket, 'exported_snapshots/.permissioncheck')));
    const address = ['s3://command-line', '--s3-endpoint', gateway.url];
    const verified = await longshore(['export', 'verify', ...address], { home: directory.path });
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /^ok .*16 objects, 16,?000 documents/);
    for (const tried of [[bucketId, '--url', server.url, '--data-dir', data], address]) {
      const validated = await longshore(['bucket', 'validate', ...tried], { home: directory.path });
      assert.equal(validated.code, 0, validated.stderr);
      assert.match(validated.stdout, /^(ok .*\n){8}$/);
    }
  });

  test('a bucket that does not exist is not registered, and the log says why without a secret', async () => {
    await using server = await serveS3('--log-level', 'debug');
    await assert.rejects(server.project.bucket('missing-bucket', initial.roleId), /400 .*CANNOT_ASSUME_ROLE/);
    const { stdout, stderr } = server.process;
    assert.match(stderr, /OBJECT_STORE_NO_BUCKET/);
    assert.ok(!(stdout + stderr).includes(VERSITYGW_CREDENTIALS.AWS_SECRET_ACCESS_KEY), 'no secret is logged');
  });

  test('a store that is killed in the middle of an export and comes back costs nothing', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'killed' }));
    await using server = await serveS3();
    const bucketId = await server.project.bucket('killed', initial.roleId);
    const id = await server.project.export('source', snapshotId, bucketId);
    const bucket = join(gateway.directory, 'killed');
    while (!filesIn(bucket).some((name) => name.endsWith('.json.gz'))) await sleep(5);
    await gateway.kill();
    await sleep(500);
    await gateway.start();
    await server.project.waitFor(`/clusters/source/backup/exports/${id}`, '/state', ['Successful']);
    const [prefix] = prefixesOf(bucket);
    assert.ok(prefix !== undefined && isCompleteExport(bucket, prefix));
    assert.equal(checkCompleteExport(bucket, prefix), 16_000);
    assert.deepEqual(objectsIn(bucket, prefix), localObjects());
  });

  test('a bucket with Object Lock keeps every object, with retention and tags', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: 'locked',
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
      }),
    );
    const settings = join(directory.path, 's3-buckets.json');
    const locked = { retention: { mode: 'GOVERNANCE', days: 30 }, tags: { team: 'data + more' } };
    writeFileSync(settings, JSON.stringify({ locked }));
    await using server = await serveS3('--s3-buckets', settings);
    const bucketId = await server.project.bucket('locked', initial.roleId);
    const validation = ['bucket', 'validate', bucketId, '--url', server.url, '--data-dir', data, '--json'];
    const validated = await longshore(validation, { home: directory.path });
    assert.match(validated.stdout, /"usable":true/);
    await server.project.successfulExport('source', snapshotId, bucketId);
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: 'locked' }),
    );
    const isTrial = ({ Key = '' }) => Key.includes('/.validation-');
    assert.ok(Versions.some(isTrial), 'the versions of the objects of the validation stay');
    assert.deepEqual(
      DeleteMarkers.filter((marker) => !isTrial(marker)),
      [],
      'nothing else is deleted',
    );
    const exported = Versions.filter((version) => !isTrial(version));
    const keys = exported.map(({ Key = '' }) => Key).filter((key) => !key.endsWith('/.permissioncheck'));
    assert.equal(new Set(keys).size, keys.length, 'nothing is overwritten');
    assert.equal(keys.length, 8 * 2 + 3);
    for (const Key of keys) {
      const head = await client.send(new HeadObjectCommand({ Bucket: 'locked', Key }));
      assert.equal(head.ObjectLockMode, 'GOVERNANCE', Key);
      const days = ((head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
      assert.ok(days > 29 && days < 31, `${Key}: ${days} days`);
      assert.equal(head.TagCount, 1, Key);
    }
  });
});

function filesIn(bucket: string): string[] {
  return readdirSync(bucket, { recursive: true, encoding: 'utf8' });
}
