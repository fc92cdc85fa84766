import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { BSON } from 'bson';
import { sql } from 'kysely';
import { directoryStore, sourceOf } from '../../../test/support/pipelines.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { lockRemovals, openSqlite } from '../../metastore/index.ts';
import { captureSnapshot } from '../../pipelines/capture/index.ts';
import { BlockPool } from '../../pipelines/threads/index.ts';
import { createSnapshotRepository } from '../../snapshot/repository/index.ts';
import { resolveSettings } from '../config.ts';
import { initialize, startServer } from '../server.ts';
import { backUpData, type BackupRequest, type BackupStep } from './backup.ts';
import { checkData } from './check.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());
const { signal } = new AbortController();

/** A data directory whose repository has snapshots that the metadata does not know, which is no damage. */
async function scope() {
  const directory = temporaryDirectory('backup');
  const dataDir = join(directory.path, 'data');
  await initialize(resolveSettings({ dataDir }, {}), { clock: systemClock });
  const repository = createSnapshotRepository(await directoryStore(join(dataDir, 'repository')));
  let captures = 0;
  const capture = async (): Promise<string> => {
    const id = String(++captures).padStart(24, '0');
    const pieces = () => [BSON.serialize({ _id: captures })];
    const source = sourceOf([{ database: 'shop', name: 'orders', pieces }]);
    await captureSnapshot({ source, repository, pool, id, clusterName: 'Cluster0', startedAt: 7, signal });
    return id;
  };
  const path = (name: string): string => join(directory.path, name);
  const backUp = async (name: string, more: Partial<BackupRequest> = {}) =>
    await backUpData({
      ...{ dataDir, destination: path(name), reuse: undefined, withoutKey: false, signal, onProgress: () => undefined },
      ...more,
    });
  const check = async (
    name: string,
    { readData = false, encryptionKey }: { readData?: boolean; encryptionKey?: string } = {},
  ) => await checkData({ dataDir: path(name), clock: systemClock, encryptionKey, readData, signal });
  return { dataDir, repository, capture, path, backUp, check, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

const blocksIn = (directory: string): string[] =>
  globSync(join(directory, 'repository', 'blocks', '*', '*')).toSorted();

test('a copy has everything, is private, is found to be good, and is served', async () => {
  using data = await scope();
  const { dataDir, capture, backUp, check, path } = data;
  await capture();
  const made = await backUp('copy');
  assert.equal(made.hasKey, true);
  assert.equal(existsSync(path('copy.partial')), false);
  for (const name of ['metadata.sqlite', 'encryption.key', 'profile.json']) {
    assert.equal(statSync(join(path('copy'), name)).mode & 0o777, 0o600, name);
    if (name !== 'metadata.sqlite') {
      assert.deepEqual(readFileSync(join(path('copy'), name)), readFileSync(join(dataDir, name)), name);
    }
  }
  assert.equal(statSync(path('copy')).mode & 0o777, 0o700);
  const report = await check('copy', { readData: true });
  assert.deepEqual([report.problems, report.missingSnapshots, report.encryptionKey], [[], [], 'opens']);
  assert.deepEqual([report.repository.snapshots, report.repository.blocks], [1, 1]);
  const settings = resolveSettings({ dataDir: path('copy'), port: '0' }, {});
  const server = await startServer(settings, { clock: systemClock, logger: silentLogger });
  assert.equal(server.firstStart, undefined);
  await server.stop();
});

/** Everything below a directory: mode, size, and when it was changed. SQLite's list of readers is left out. */
const stateOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('-shm'))
    .toSorted()
    .map((name) => {
      const { mode, size, mtimeMs, ino } = lstatSync(join(directory, name));
      return `${name} ${mode} ${size} ${mtimeMs} ${ino}`;
    });

test(
  'a copy that root makes belongs to the user of the server',
  skipUnless('root', process.getuid?.() === 0),
  async () => {
    using here = await scope();
    await here.capture();
    const USER = 61_234;
    const all = (folder: string): string[] => [folder, ...globSync(`${folder}/**/*`)];
    for (const path of all(here.dataDir)) chownSync(path, USER, USER);
    await here.backUp('copy');
    const copied = all(here.path('copy'));
    assert.ok(copied.length > 10);
    assert.deepEqual(
      copied.filter((path) => statSync(path).uid !== USER || statSync(path).gid !== USER),
      [],
    );
  },
);

test('a check changes nothing, and the next start removes what a killed upload has left', async () => {
  using data = await scope();
  const { dataDir, capture, backUp, check, path } = data;
  await capture();
  await backUp('copy');
  const left = join(dataDir, 'repository', '.longshore-uploads', 'left');
  for (const [name, place] of [
    ['data', dataDir],
    ['copy', path('copy')],
  ] as const) {
    const twoHoursAgo = Date.now() / 1000 - 7200;
    const leftover = join(place, 'repository', '.longshore-uploads', 'left');
    mkdirSync(dirname(leftover), { recursive: true });
    writeFileSync(leftover, 'half');
    utimesSync(leftover, twoHoursAgo, twoHoursAgo);
    const before = stateOf(place);
    await check(name, { readData: true });
    assert.deepEqual(stateOf(place), before, name);
  }
  const server = await startServer(resolveSettings({ dataDir, port: '0' }, {}), {
    ...{ clock: systemClock, logger: silentLogger },
  });
  await server.stop();
  assert.equal(existsSync(left), false);
});

test('every manifest of a copy has its blocks, however many snapshots are completed while it is made', async () => {
  using data = await scope();
  const { capture, backUp, check } = data;
  for (let number = 0; number < 30; number++) await capture();
  const state = { isCopying: true };
  const capturing = (async () => {
    while (state.isCopying) await capture();
  })();
  for (const name of ['one', 'two', 'three']) {
    await backUp(name);
    const { repository } = await check(name);
    assert.deepEqual([repository.hurtSnapshots, repository.damagedManifests], [[], []]);
    assert.ok(repository.snapshots >= 30);
  }
  state.isCopying = false;
  await capturing;
});

test('nothing may be removed while the copy is made, and the copy waits for a collection of garbage', async () => {
  using data = await scope();
  const { dataDir, backUp } = data;
  const collection = lockRemovals(dataDir);
  assert.ok(collection);
  const steps: BackupStep[] = [];
  const locks: boolean[] = [];
  await backUp('copy', {
    onProgress(step) {
      steps.push(step);
      if (step === 'waiting for a collection of garbage') collection.release();
      else locks.push(lockRemovals(dataDir) === undefined);
    },
  });
  assert.deepEqual(steps, [
    'waiting for a collection of garbage',
    'copying metadata',
    'copying snapshots',
    'copying buckets',
  ]);
  assert.deepEqual(locks, [true, true, true]);
  const later = lockRemovals(dataDir);
  assert.ok(later);
  later.release();
});

test('the bytes of a backup grow with each file, up to those of the report', async () => {
  using data = await scope();
  await data.capture();
  const told: number[] = [];
  await data.backUp('copy', { onProgress: (_, bytes) => told.push(bytes) });
  const files = blocksIn(data.path('copy'));
  assert.ok(told.length > files.length, `${told.length} calls for ${files.length} blocks and others`);
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  assert.ok(Math.max(...told) >= files.reduce((sum, file) => sum + statSync(file).size, 0));
});

test('what a killed backup has left is continued, without manifests whose blocks may be gone', async () => {
  using data = await scope();
  const { dataDir, repository, capture, backUp, check, path } = data;
  await capture();
  const gone = await capture();
  const onProgress = (step: BackupStep): void => {
    if (step === 'copying buckets') throw new Error('killed');
  };
  await assert.rejects(backUp('copy', { onProgress }), /killed/);
  assert.equal(existsSync(path('copy')), false);
  await repository.deleteSnapshot(gone);
  await repository.collectGarbage();
  const isCollected = (file: string): boolean => !existsSync(file.replace(path('copy.partial'), dataDir));
  const [kept, ...others] = blocksIn(path('copy.partial')).filter((file) => !isCollected(file));
  // As if the first backup had been killed before it came to this block.
  for (const file of blocksIn(path('copy.partial')).filter(isCollected)) rmSync(file);
  assert.ok(kept !== undefined && others.length === 0);
  const { ino } = lstatSync(kept);
  await backUp('copy');
  const report = await check('copy', { readData: true });
  assert.deepEqual([report.repository.snapshots, report.repository.hurtSnapshots], [1, []]);
  assert.deepEqual(
    blocksIn(path('copy')).map((file) => lstatSync(file).ino),
    [ino],
  );
});

test('an earlier backup lends its blocks, and keeps its own', async () => {
  using data = await scope();
  const { capture, backUp, check, path } = data;
  await capture();
  await backUp('monday');
  await capture();
  const { reused } = await backUp('tuesday', { reuse: path('monday') });
  assert.equal(reused, 1);
  const inode = (file: string): number => lstatSync(file).ino;
  const tuesday = blocksIn(path('tuesday')).map(inode);
  assert.equal(tuesday.length, 2);
  assert.ok(blocksIn(path('monday')).every((file) => tuesday.includes(inode(file))));
  rmSync(path('monday'), { recursive: true });
  assert.deepEqual((await check('tuesday', { readData: true })).repository.hurtSnapshots, []);
});

test('a copy without the key has no secret in the clear, and is checked with the key of the environment', async () => {
  using data = await scope();
  const { dataDir, backUp, check, path } = data;
  const key = readFileSync(join(dataDir, 'encryption.key'), 'utf8').trim();
  assert.equal((await backUp('copy', { withoutKey: true })).hasKey, false);
  assert.deepEqual(readdirSync(path('copy')).toSorted(), ['buckets', 'metadata.sqlite', 'repository', 'uploads']);
  assert.equal((await check('copy')).encryptionKey, 'absent');
  assert.equal((await check('copy', { encryptionKey: key })).encryptionKey, 'opens');
  const other = Buffer.alloc(32, 7).toString('base64');
  const report = await check('copy', { encryptionKey: other });
  assert.equal(report.encryptionKey, 'wrong');
  assert.match(report.problems[0] ?? '', /cannot be decrypted/);
});

test('a check finds a foreign repository, rows without their parents, a damaged database and a profile for everyone', async () => {
  using data = await scope();
  const { dataDir, check } = data;
  assert.deepEqual((await check('data')).problems, []);
  writeFileSync(
    join(dataDir, 'repository', 'repository.json'),
    '{"format":"longshore-repository","id":"0123456789abcdef01234567"}',
  );
  assert.match(
    (await check('data')).problems.join(),
    /the repository has the id 0123456789abcdef01234567, and the metadata knows/,
  );
  chmodSync(join(dataDir, 'profile.json'), 0o644);
  assert.match((await check('data')).problems.join(), /profile\.json holds a secret, and others/);
  const file = join(dataDir, 'metadata.sqlite');
  const metastore = await openSqlite({ path: file });
  await sql`pragma foreign_keys = off`.execute(metastore.database);
  await sql`delete from organizations`.execute(metastore.database);
  await metastore.close();
  assert.match(
    (await check('data')).problems.join(),
    /a row of projects refers to a row of organizations that is not there/,
  );
  const bytes = readFileSync(file);
  bytes.fill(0xff, bytes.length / 2);
  writeFileSync(file, bytes);
  const problems = await check('data').then(
    (report) => report.problems.join(),
    (thrown: unknown) => String(thrown),
  );
  assert.match(problems, /malformed|damaged|cannot be used/);
});
