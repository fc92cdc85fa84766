import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { resolveSettings } from './config.ts';
import { openDataDirectory } from './data-directory.ts';
import { initialize, startServer } from './server.ts';

const KNOWN = '0123456789abcdef01234567';
const foreign = { code: 'REPOSITORY_FOREIGN', hint: /same backup/ };

/** A data directory after its first start, with a snapshot that its metadata knows. */
async function scope() {
  const directory = temporaryDirectory('repository-id');
  const dataDir = join(directory.path, 'data');
  const settings = resolveSettings({ dataDir, port: '0' }, {});
  const { profile } = await initialize(settings, { clock: systemClock });
  const path = (name: string): string => join(dataDir, name);
  const query = async (run: (opened: Awaited<ReturnType<typeof openDataDirectory>>) => Promise<unknown>) => {
    const opened = await openDataDirectory(settings, { clock: systemClock });
    try {
      await run(opened);
    } finally {
      await opened.close();
    }
  };
  await query(async ({ metastore: { database } }) => {
    const group_id = profile.groupId;
    await database
      .insertInto('clusters')
      .values({
        ...{ id: 'c', group_id, name: 'c', source_kind: 'mongodump', sealed_source: '' },
        ...{ mongodb_version: '8', created_at: 0 },
      })
      .execute();
    await database
      .insertInto('snapshots')
      .values({
        ...{ id: KNOWN, group_id, cluster_id: 'c', description: '', retention_value: 1, status: 'completed' },
        ...{ requested_at: 0, expires_at: 1e15, storage_size_bytes: 0 },
      })
      .execute();
  });
  const addSnapshot = (id: string): void => {
    mkdirSync(path('repository/snapshots'), { recursive: true });
    writeFileSync(path(`repository/snapshots/${id}.jsonl`), '');
  };
  addSnapshot(KNOWN);
  return {
    path,
    addSnapshot,
    query,
    settings,
    start: async (): Promise<void> =>
      await (await startServer(settings, { clock: systemClock, logger: silentLogger })).stop(),
    removeDatabase: () => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(path(`metadata.sqlite${suffix}`), { force: true });
    },
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

test('a start without the database of the snapshots is refused, makes nothing, and keeps the profile', async () => {
  using context = await scope();
  const { path, start, removeDatabase, settings } = context;
  const profile = readFileSync(path('profile.json'));
  cpSync(path('metadata.sqlite'), path('backup'));
  for (const empty of [false, true]) {
    removeDatabase();
    if (empty) writeFileSync(path('metadata.sqlite'), '', { mode: 0o600 });
    await assert.rejects(start(), foreign);
    await assert.rejects(initialize(settings, { clock: systemClock }), foreign);
    assert.equal(existsSync(path('metadata.sqlite')), empty);
    assert.equal(existsSync(path('first-start.partial')), false);
    assert.deepEqual(readFileSync(path('profile.json')), profile);
    assert.ok(existsSync(path(`repository/snapshots/${KNOWN}.jsonl`)));
  }
  // The right database is taken again.
  removeDatabase();
  cpSync(path('backup'), path('metadata.sqlite'));
  await start();
});

test('a marker of a first start does not cost the database beside a repository with snapshots', async () => {
  using context = await scope();
  const { path, start } = context;
  writeFileSync(path('first-start.partial'), '');
  await assert.rejects(start(), foreign);
  assert.ok(existsSync(path('metadata.sqlite')));
});

test('the database of another data directory is refused', async () => {
  using one = await scope();
  using two = await scope();
  for (const name of ['metadata.sqlite', 'encryption.key']) cpSync(two.path(name), one.path(name));
  await assert.rejects(one.start(), foreign);
  await two.start();
});

test('a data directory of before the ids gets one if its metadata knows a snapshot of the repository', async () => {
  using context = await scope();
  const { path, start, query, addSnapshot } = context;
  const forget = async () => {
    await query(({ metastore }) => metastore.database.deleteFrom('repositories').execute());
    rmSync(path('repository/repository.json'));
  };
  await forget();
  addSnapshot('f'.repeat(24));
  await start();
  assert.match(
    readFileSync(path('repository/repository.json'), 'utf8'),
    /^{"format":"longshore-repository","id":"\w{24}"}\n$/,
  );
  await start();

  await forget();
  rmSync(path(`repository/snapshots/${KNOWN}.jsonl`));
  await assert.rejects(start(), foreign);
  // A deleted snapshot whose garbage was not collected yet.
  const removed = 'e'.repeat(24);
  rmSync(path(`repository/snapshots/${'f'.repeat(24)}.jsonl`));
  await query(({ metastore }) =>
    metastore.database.insertInto('snapshot_garbage').values({ id: 'g', snapshot_id: removed }).execute(),
  );
  await forget();
  addSnapshot(removed);
  await start();
});

test('an unreadable id is refused, and a removed id is made anew', async () => {
  using context = await scope();
  const { path, start } = context;
  for (const text of ['', '{', '{"format":"longshore-repository","id":"x"}']) {
    writeFileSync(path('repository/repository.json'), text);
    await assert.rejects(start(), { ...foreign, message: /repository\.json cannot be read/ });
  }
  rmSync(path('repository/repository.json'));
  await start();
  assert.ok(existsSync(path('repository/repository.json')));
});

test('an empty repository beside metadata with complete snapshots is refused, because its file system may not be mounted', async () => {
  using context = await scope();
  const { path, start } = context;
  await start();
  const id = readFileSync(path('repository/repository.json'), 'utf8');
  rmSync(path('repository'), { recursive: true });
  await assert.rejects(start(), { code: 'REPOSITORY_MISSING', hint: /Mount the file system/ });
  writeFileSync(path('repository/repository.json'), id);
  await start();
});
