import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { at, textAt } from '../support/json.ts';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { initialize, serve } from '../support/longshore.ts';
import { SMALL_DEPLOYMENT, writeMongodump } from '../support/mongodump.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const BSON_FILE = 'shop/orders.bson';

/** Faults of a dump, and their repairs. */
const dumpFaults: readonly {
  readonly name: string;
  readonly options?: { skip?: string };
  spoil(dump: string): () => void;
}[] = [
  {
    name: 'a bson file cut short',
    spoil(dump) {
      const file = join(dump, BSON_FILE);
      const whole = readFileSync(file);
      truncateSync(file, whole.length - 7);
      return () => writeFileSync(file, whole);
    },
  },
  {
    name: 'a bson file with a length that cannot be',
    spoil(dump) {
      const file = join(dump, BSON_FILE);
      const whole = readFileSync(file);
      const spoilt = Buffer.from(whole);
      spoilt.writeInt32LE(-5, 0);
      writeFileSync(file, spoilt);
      return () => writeFileSync(file, whole);
    },
  },
  {
    name: 'a directory where a bson file should be',
    spoil(dump) {
      const file = join(dump, BSON_FILE);
      renameSync(file, `${file}.kept`);
      mkdirSync(file);
      return () => {
        rmSync(file, { recursive: true });
        renameSync(`${file}.kept`, file);
      };
    },
  },
  {
    name: 'a bson file that may not be read',
    options: skipUnless('a user other than root', process.getuid?.() !== 0),
    spoil(dump) {
      chmodSync(join(dump, BSON_FILE), 0o000);
      return () => chmodSync(join(dump, BSON_FILE), 0o600);
    },
  },
  {
    name: 'a dump that is gone',
    spoil(dump) {
      renameSync(dump, `${dump}.away`);
      return () => renameSync(`${dump}.away`, dump);
    },
  },
];

for (const fault of dumpFaults) {
  test(`${fault.name}: the snapshot fails and says why, and the next one is well`, fault.options ?? {}, async () => {
    using directory = temporaryDirectory('fault');
    const data = join(directory.path, 'data');
    const dump = join(directory.path, 'dump');
    writeMongodump(dump, SMALL_DEPLOYMENT);
    const initial = await initialize(data, directory.path);
    await using server = await serve(data, directory.path, initial);
    await server.project.cluster('faulty', dump);
    const repair = fault.spoil(dump);
    const id = await server.project.snapshot('faulty');
    const path = `/clusters/faulty/backup/snapshots/${id}`;
    const failed = await server.project.waitFor(path, '/status', ['failed']);
    assert.equal(at(failed, '/storageSizeBytes'), 0);
    const target = `/api/longshore/v1/groups/${initial.groupId}${path}`;
    const details = await server.client.send({ target });
    assert.match(details.string('/failure/errorCode'), /^[A-Z_]+$/);
    assert.match(details.string('/failure/message'), fault.name === 'a dump that is gone' ? /dump/ : /shop[./]orders/);
    await server.process.output(/A job failed/);
    repair();
    await server.project.completedSnapshot('faulty');
  });
}

test('a bucket that cannot be written: the export fails, says why, and a new one succeeds once it can', async () => {
  using directory = temporaryDirectory('fault');
  const data = join(directory.path, 'data');
  const dump = join(directory.path, 'dump');
  writeMongodump(dump, SMALL_DEPLOYMENT);
  const initial = await initialize(data, directory.path);
  await using server = await serve(data, directory.path, initial);
  const { project } = server;
  await project.cluster('source', dump);
  const snapshotId = await project.completedSnapshot('source');
  const exportBucketId = await project.bucket('blocked', initial.roleId);

  // A file in the way of the folder: that stops root, too.
  const folder = join(data, 'buckets/blocked/exported_snapshots', initial.orgId);
  writeFileSync(folder, 'in the way');
  const failedId = await project.export('source', snapshotId, exportBucketId);
  const failed = await project.waitFor(`/clusters/source/backup/exports/${failedId}`, '/state', ['Failed']);
  assert.match(textAt(failed, '/stateReason/errorCode'), /^[A-Z_]+$/);
  assert.notEqual(textAt(failed, '/stateReason/message'), '');
  assert.deepEqual(prefixesOf(join(data, 'buckets/blocked')), []);

  rmSync(folder);
  await project.successfulExport('source', snapshotId, exportBucketId);
  const bucket = join(data, 'buckets/blocked');
  const complete = prefixesOf(bucket).filter((prefix) => isCompleteExport(bucket, prefix));
  assert.equal(complete.length, 1);
  assert.ok(checkCompleteExport(bucket, complete[0] ?? '') > 0);
  assert.ok(existsSync(join(bucket, 'exported_snapshots/.permissioncheck')));
});
