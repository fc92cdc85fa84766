import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { initialize, serve, type Initial, type Server } from '../support/longshore.ts';
import { writeMongodump, type DumpedCollection } from '../support/mongodump.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Enough documents for an export of some duration, in which some objects are finished long before the last ones. */
const COLLECTIONS = 200;
const LIMIT = { timeout: 120_000 };

/** The data files that an export has finished so far, oldest first. */
function dataFiles(bucket: string): string[] {
  if (!existsSync(bucket)) return [];
  return readdirSync(bucket, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json.gz'))
    .map((path) => join(bucket, path))
    .sort();
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`waited for ${what}`);
    await sleep(2);
  }
}

function changeBit(file: string): void {
  const body = readFileSync(file);
  body.writeUInt8(body.readUInt8(30) ^ 1, 30);
  writeFileSync(file, body);
}

suite('what a bucket loses while an export is under way', LIMIT, () => {
  const directory = temporaryDirectory('lost');
  const data = join(directory.path, 'data');
  let initial: Initial;
  let snapshotId: string;
  after(() => directory[Symbol.dispose]());

  before(async () => {
    const dump = join(directory.path, 'dump');
    const collections: Record<string, DumpedCollection> = {};
    for (let n = 0; n < COLLECTIONS; n++) collections[`c${n}`] = { documents: [{ _id: n, text: 'x'.repeat(100) }] };
    writeMongodump(dump, { shop: collections });
    initial = await initialize(data, directory.path);
    await using server = await serve(data, directory.path, initial);
    await server.project.cluster('source', dump);
    snapshotId = await server.project.completedSnapshot('source');
  });

  /** Begins an export to a new bucket, and takes the bucket away when some objects are finished. */
  async function interrupted(server: Server, bucketName: string) {
    const { project } = server;
    const bucket = join(data, 'buckets', bucketName);
    const away = `${bucket}.away`;
    const exportBucketId = await project.bucket(bucketName, initial.roleId);
    const exportId = await project.export('source', snapshotId, exportBucketId);
    await until(() => dataFiles(bucket).length >= 5, 'the first objects');
    renameSync(bucket, away);
    await server.process.output(/is no bucket any more/);
    assert.ok(!existsSync(bucket), 'the directory is not made anew');
    assert.ok(dataFiles(away).length < COLLECTIONS, 'the export was done too early');
    return { bucket, away, path: `/clusters/source/backup/exports/${exportId}` };
  }

  async function assertEndsWell({ project }: Server, bucket: string, path: string): Promise<void> {
    await project.waitFor(path, '/state', ['Successful']);
    const prefixes = prefixesOf(bucket);
    assert.equal(prefixes.length, 1);
    const prefix = prefixes[0] ?? assert.fail();
    assert.ok(isCompleteExport(bucket, prefix));
    assert.equal(checkCompleteExport(bucket, prefix), COLLECTIONS);
  }

  test('its directory is removed: the export waits, and goes on when it is back', async () => {
    await using server = await serve(data, directory.path, initial);
    const { bucket, away, path } = await interrupted(server, 'removed');
    renameSync(away, bucket);
    await assertEndsWell(server, bucket, path);
  });

  test('its file system is unmounted: nothing is written to the directory below', async () => {
    await using server = await serve(data, directory.path, initial);
    const { bucket, away, path } = await interrupted(server, 'unmounted');
    mkdirSync(bucket);
    const attempts = (): number =>
      server.process.stdout.concat(server.process.stderr).split('is no bucket any more').length;
    const before = attempts();
    await until(() => attempts() > before, 'another attempt');
    assert.deepEqual(readdirSync(bucket), []);
    rmdirSync(bucket);
    renameSync(away, bucket);
    await assertEndsWell(server, bucket, path);
  });

  test('another bucket is mounted in its place: nothing is written there, and the export waits for the right one', async () => {
    await using server = await serve(data, directory.path, initial);
    const { bucket, away, path } = await interrupted(server, 'swapped');
    await server.project.bucket('other', initial.roleId);
    const other = join(data, 'buckets', 'other');
    renameSync(other, bucket);
    const before = readdirSync(bucket, { recursive: true });
    await server.process.output(/OBJECT_STORE_FOREIGN/);
    assert.deepEqual(readdirSync(bucket, { recursive: true }), before);
    renameSync(bucket, other);
    renameSync(away, bucket);
    await assertEndsWell(server, bucket, path);
  });

  test('its directory is lost for good: after it was registered again, everything is written again', async () => {
    await using server = await serve(data, directory.path, initial);
    const { bucket, away, path } = await interrupted(server, 'lost');
    rmSync(away, { recursive: true });
    await server.project.bucket('lost', initial.roleId);
    await assertEndsWell(server, bucket, path);
  });

  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['removed', rmSync],
    ['cut', (file) => writeFileSync(file, readFileSync(file).subarray(0, -1))],
    ['changed', changeBit],
  ];
  for (const [what, damage] of damages) {
    test(`a finished object is ${what} between kill -9 and the restart: it is written again`, async () => {
      let interruption: Awaited<ReturnType<typeof interrupted>>;
      {
        await using server = await serve(data, directory.path, initial);
        interruption = await interrupted(server, `killed-${what}`);
        await server.process.end('SIGKILL');
      }
      const { bucket, away, path } = interruption;
      damage(dataFiles(away)[0] ?? assert.fail());
      renameSync(away, bucket);
      await using server = await serve(data, directory.path, initial);
      await assertEndsWell(server, bucket, path);
    });
  }
});
