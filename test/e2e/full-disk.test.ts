import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../src/kernel/errors.ts';
import { initialize, longshore, serve, startLongshore } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { NEWEST } from '../support/project.ts';
import { skipUnless } from '../support/skip-unless.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';

const MEGABYTE = 1_000_000;
/** How soon the cause of waiting is to be seen. */
const SOON_MS = 5000;

/** A file system of its own, which another user than root cannot make. */
function mountSmallDisk(path: string): TemporaryDirectory {
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', path]);
  return { path, [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', path]) };
}

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  using directory = temporaryDirectory('mount');
  try {
    mountSmallDisk(join(directory.path, 'disk'))[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/** Writes until nothing more fits. @returns the size of the file in bytes. */
function fill(file: string): number {
  const descriptor = openSync(file, 'a');
  let size = 0;
  try {
    for (let piece = MEGABYTE; piece >= 1;) {
      try {
        size += writeSync(descriptor, Buffer.alloc(piece));
      } catch (thrown) {
        assert.equal(codeOf(thrown), 'ENOSPC');
        piece = Math.floor(piece / 10);
      }
    }
    return size;
  } finally {
    closeSync(descriptor);
  }
}

test(
  'a full disk under the data directory is named while it lasts, and all goes on once there is space',
  skipUnless('mount', mayMount()),
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

    // Every request that would write is refused, and those that read are answered.
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

    // A snapshot that does not fit says so wherever it is looked for.
    truncateSync(filler, size - MEGABYTE);
    const watching = startLongshore(['snapshot', 'create', 'noisy', '--watch', '--data-dir', data], { home });
    const since = performance.now();
    await watching.output(/snapshot: waits\. .*disk.* full.* Next try at \d\d:\d\d:\d\d \(/, SOON_MS + 10_000);
    const target = `/api/longshore/v1/groups/${initial.groupId}/clusters/noisy/backup/snapshots`;
    let list = await client.send({ target });
    while (!list.text.includes('"waiting"')) {
      assert.ok(performance.now() - since < 2 * SOON_MS + 10_000, list.text);
      await sleep(50);
      list = await client.send({ target });
    }
    assert.match(list.string('/results/0/waiting/errorCode'), /^(OBJECT_STORE_FULL|DATABASE_FULL)$/);
    // An attempt may be under way at any one look, so the first look that meets the wait counts.
    for (const command of [['status'], ['snapshot', 'list', 'noisy']]) {
      let shown = '';
      for (let looks = 0; looks < 20 && !shown.includes('Waiting:'); looks++) {
        shown = (await longshore([...command, '--data-dir', data], { home })).stdout;
      }
      assert.match(shown, /Waiting:\n {2}.*[0-9a-f]{24}.*: .*full.* Next try at /, command.join(' '));
    }

    rmSync(filler);
    const watched = await watching.finished(120_000);
    assert.equal(watched.code, 0, watched.stderr);
    assert.match(watched.stdout, /completed/);
    assert.ok((await create(3000)).status < 300);
    assert.equal((await post()).status, 200);
  },
);
