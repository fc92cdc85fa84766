import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { initialize, longshore, serve, startLongshore } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { fill, mayMount, mountSmallDisk } from '../support/small-disk.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const MEGABYTE = 1_000_000;
/** The time within which the reason of waiting must be shown. */
const SOON_MS = 5000;

/**
 * The commands show a job that waits for space. At any one look an attempt may be running, so the first look that sees
 * the wait counts.
 */
async function assertShown(commands: readonly (readonly string[])[], data: string, home: string): Promise<void> {
  for (const command of commands) {
    let shown = '';
    for (let looks = 0; looks < 20 && !shown.includes('waits: '); looks++) {
      shown = (await longshore([...command, '--data-dir', data], { home })).stdout;
    }
    assert.match(shown, /waits: .*full.* Next try at /, command.join(' '));
  }
}

const needsMount = skipUnless('mount', mayMount());

test(
  'a full disk under the data directory is named while it lasts, and all goes on once there is space',
  needsMount,
  async () => {
    using directory = temporaryDirectory('full-disk');
    const home = directory.path;
    using disk = mountSmallDisk(join(home, 'disk'));
    const data = join(disk.path, 'data');
    const dump = join(home, 'dump');
    const documents = Array.from({ length: 4 }, (_, number) => ({ _id: number, noise: randomBytes(MEGABYTE) }));
    writeMongodump(dump, { noise: { noise: { documents } } });
    const initial = await initialize(data, home);
    await using server = await serve(data, home, initial);
    const { project, client } = server;
    await project.cluster('noisy', dump);

    // Requests that write are refused, and requests that read are answered.
    const filler = join(disk.path, 'filler');
    const post = async () =>
      await client.send({
        method: 'POST',
        target: project.path('/clusters/noisy/backup/snapshots'),
        headers: NEWEST,
        body: {},
      });
    const create = async (number: number) =>
      await client.send({
        method: 'POST',
        target: '/api/atlas/v2/groups',
        headers: NEWEST,
        body: { name: `project ${number} ${'x'.repeat(40)}`, orgId: initial.orgId },
      });
    const size = fill(filler);
    let refused = await create(0);
    for (let number = 1; number < 2000 && refused.status < 300; number++) refused = await create(number);
    assert.equal(refused.status, 507, refused.text);
    assert.equal(refused.string('/errorCode'), 'INSUFFICIENT_STORAGE');
    assert.equal(refused.string('/reason'), 'Insufficient Storage');
    await project.send('GET', '/clusters/noisy/backup/snapshots');
    await server.process.output(/DATABASE_FULL/);

    // A snapshot that does not fit says so in all answers.
    truncateSync(filler, size - MEGABYTE);
    const watching = startLongshore(['snapshot', 'create', 'noisy', '--watch', '--data-dir', data], { home });
    const since = performance.now();
    await watching.output(/snapshot waits: .*disk.* full.* Next try at \d\d:\d\d:\d\d \(/, SOON_MS + 10_000);
    const target = `/api/longshore/v1/groups/${initial.groupId}/clusters/noisy/backup/snapshots`;
    let list = await client.send({ target });
    while (!list.text.includes('"waiting"')) {
      assert.ok(performance.now() - since < 2 * SOON_MS + 10_000, list.text);
      await sleep(50);
      list = await client.send({ target });
    }
    assert.match(list.string('/results/0/waiting/errorCode'), /^(OBJECT_STORE_FULL|DATABASE_FULL)$/);
    await assertShown([['status'], ['snapshot', 'list', 'noisy'], ['snapshot', 'show', 'noisy']], data, home);

    rmSync(filler);
    const watched = await watching.finished(120_000);
    assert.equal(watched.code, 0, watched.stderr);
    assert.match(watched.stdout, /completed/);
    assert.ok((await create(3000)).status < 300);
    assert.equal((await post()).status, 200);
  },
);

test(
  'a full disk under a bucket in mid-export is named while it lasts, and the export goes on once there is space',
  needsMount,
  async () => {
    using directory = temporaryDirectory('full-bucket');
    const home = directory.path;
    const data = join(home, 'data');
    const dump = join(home, 'dump');
    const collections = Object.fromEntries(
      Array.from({ length: 16 }, (_, number) => [
        `noise${number}`,
        { documents: [{ _id: number, noise: randomBytes(MEGABYTE / 2) }] },
      ]),
    );
    writeMongodump(dump, { noise: collections });
    const initial = await initialize(data, home);
    await using server = await serve(data, home, initial);
    const { project, client } = server;
    await project.cluster('noisy', dump);
    const snapshotId = await project.completedSnapshot('noisy');

    // Part of the export fits.
    const bucket = join(data, 'buckets', 'small');
    using disk = mountSmallDisk(bucket);
    const exportBucketId = await project.bucket('small', initial.roleId);
    const filler = join(disk.path, 'filler');
    truncateSync(filler, fill(filler) - 4 * MEGABYTE);
    const create = ['export', 'create', 'noisy', '--snapshot', snapshotId, '--bucket', exportBucketId, '--watch'];
    const watching = startLongshore([...create, '--data-dir', data], { home });
    await watching.output(/export waits: .*the disk is full.* Next try at \d\d:\d\d:\d\d \(/, SOON_MS + 10_000);
    const target = `/api/longshore/v1/groups/${initial.groupId}/clusters/noisy/backup/exports`;
    const [list, since] = [async () => await client.send({ target }), performance.now()];
    let listed = await list();
    while (!listed.text.includes('"waiting"') && performance.now() - since < SOON_MS) listed = await list();
    assert.equal(listed.string('/results/0/waiting/errorCode'), 'OBJECT_STORE_FULL');
    await assertShown([['status'], ['export', 'list', 'noisy'], ['export', 'show', 'noisy']], data, home);
    const prefix = prefixesOf(bucket)[0] ?? assert.fail('nothing was exported before the disk was full');
    assert.ok(!isCompleteExport(bucket, prefix));

    rmSync(filler);
    const watched = await watching.finished(120_000);
    assert.equal(watched.code, 0, watched.stderr);
    assert.match(watched.stdout, /Successful/);
    assert.equal(checkCompleteExport(bucket, prefix), 16);
    assert.equal((await longshore(['export', 'verify', bucket], { home })).code, 0);
  },
);

test(
  'a bucket that is registered on a full disk is refused, and the answer says that the disk is full',
  needsMount,
  async () => {
    using directory = temporaryDirectory('full-registration');
    const home = directory.path;
    const data = join(home, 'data');
    const initial = await initialize(data, home);
    await using server = await serve(data, home, initial);
    const create = ['bucket', 'create', 'small', '--data-dir', data];
    {
      // Its directory itself is the only file that it takes.
      using disk = mountSmallDisk(join(data, 'buckets', 'small'), 'nr_inodes=1');
      const refused = await longshore(create, { home });
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, /The disk of the server is full/);
      assert.deepEqual(readdirSync(disk.path), []);
      assert.deepEqual((await server.project.send('GET', '/backup/exportBuckets')).list('/results'), []);
    }
    assert.equal((await longshore(create, { home })).code, 0);
  },
);
