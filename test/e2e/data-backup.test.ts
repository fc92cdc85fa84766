import assert from 'node:assert/strict';
import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { initialize, longshore, serve, startLongshore } from '../support/longshore.ts';
import { writeMongodump } from '../support/mongodump.ts';
import { Random } from '../support/random.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LIMIT = { timeout: 240_000 };
const DOCUMENTS = 300;
const DOCUMENT_CHARACTERS = 100_000;

/** A data directory with a dump of 30 MB that does not compress well, so that captures and backups take a while. */
async function scope() {
  const home = temporaryDirectory('data-backup');
  const data = join(home.path, 'data');
  const dump = join(home.path, 'dump');
  const random = new Random(10);
  const text = (): string =>
    Array.from({ length: DOCUMENT_CHARACTERS / 8 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
  const write = (): void => {
    const documents = Array.from({ length: DOCUMENTS }, (_, _id) => ({ _id, text: text() }));
    writeMongodump(dump, { shop: { orders: { documents } } });
  };
  write();
  const initial = await initialize(data, home.path);
  const type = (...argv: string[]) => longshore(argv, { home: home.path });
  const path = (name: string): string => join(home.path, name);
  return { home, data, dump, initial, type, path, write, [Symbol.dispose]: () => home[Symbol.dispose]() };
}

test(
  'a backup that is made while a capture runs is served: complete snapshots are exported, and the capture goes on',
  LIMIT,
  async () => {
    using place = await scope();
    const { home, data, dump, initial, type, path, write } = place;
    const running: string[] = [];
    let complete = '';
    {
      await using server = await serve(data, home.path, initial);
      await server.project.cluster('Cluster0', dump);
      complete = await server.project.completedSnapshot('Cluster0');
      for (const round of [0, 1, 2]) {
        write();
        running.push(await server.project.snapshot('Cluster0'));
        await sleep(round * 150);
        const { code, stderr, stdout } = await type('data', 'backup', path(`copy${round}`), '--data-dir', data);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /The encryption key is in the copy/);
        await server.project.waitFor(`/clusters/Cluster0/backup/snapshots/${running[round]}`, '/status', ['completed']);
      }
    }
    for (const [round, snapshotId] of running.entries()) {
      const copy = path(`copy${round}`);
      const { code, stderr } = await type('data', 'check', copy, '--read-data');
      assert.equal(code, 0, stderr);
      await using server = await serve(copy, home.path, initial);
      const bucket = await server.project.bucket('restored', initial.roleId);
      await server.project.successfulExport('Cluster0', complete, bucket);
      await server.project.waitFor(`/clusters/Cluster0/backup/snapshots/${snapshotId}`, '/status', ['completed']);
    }
  },
);

test('a backup that is killed is no backup, and the next one to the same place is good', LIMIT, async () => {
  using place = await scope();
  const { home, data, dump, initial, type, path } = place;
  await using server = await serve(data, home.path, initial);
  await server.project.cluster('Cluster0', dump);
  await server.project.completedSnapshot('Cluster0');
  const copy = path('copy');
  let kills = 0;
  for (let afterMs = 0; afterMs <= 200; afterMs += 40) {
    const backup = startLongshore(['data', 'backup', copy, '--data-dir', data], { home: home.path });
    await backup.output(/copying metadata/);
    await sleep(afterMs);
    if (existsSync(copy)) break;
    await backup.end('SIGKILL');
    kills++;
  }
  assert.ok(kills > 0, 'no backup was killed');
  rmSync(copy, { recursive: true, force: true });
  assert.equal((await type('data', 'backup', copy, '--data-dir', data)).code, 0);
  assert.equal((await type('data', 'check', copy, '--read-data')).code, 0);
  assert.equal(existsSync(`${copy}.partial`), false);
  // A killed backup holds nothing: the server still collects its garbage.
  const again = await type('data', 'backup', path('again'), '--data-dir', data);
  assert.doesNotMatch(again.stderr, /waiting/);

  for (const manifest of globSync(join(copy, 'repository', 'snapshots', '*'))) rmSync(manifest);
  const damaged = await type('data', 'check', copy);
  assert.equal(damaged.code, 1);
  assert.match(damaged.stdout, /snapshot [0-9a-f]{24} is not in the repository/);
  const refused = await type('data', 'backup', copy, '--data-dir', data);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /which exists/);
});

test('an older program refuses newer data by its exit code, and changes nothing', LIMIT, async () => {
  using home = temporaryDirectory('upgrade');
  const data = join(home.path, 'data');
  await initialize(data, home.path);
  const file = join(data, 'metadata.sqlite');
  const database = new SqliteDatabase(file);
  database.exec(`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2999')`);
  database.close();
  const before = tablesOf(file);
  for (const command of [
    ['serve', '--port', '0', '--data-dir', data],
    ['data', 'check', data],
  ]) {
    const { code, stderr } = await longshore(command, { home: home.path });
    assert.equal(code, 2, stderr);
    assert.match(stderr, /a newer version of Longshore has used the database .*9999-from-the-future/);
    assert.match(stderr, /restore the backup that was made before the upgrade/);
  }
  assert.deepEqual(tablesOf(file), before);
});

function tablesOf(file: string): unknown {
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    return ['sqlite_schema', 'kysely_migration'].map((table) => database.prepare(`select * from ${table}`).all());
  } finally {
    database.close();
  }
}
