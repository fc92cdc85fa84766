import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BSON } from 'bson';
import { memoryStore } from '../../test/support/memory-store.ts';
import { directoryStore, EXPORT_DEFAULTS, SNAPSHOT_ID } from '../../test/support/pipelines.ts';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { createSnapshotRepository } from '../snapshot/repository/index.ts';
import { openMongodumpSource } from '../snapshot/sources/index.ts';
import { captureSnapshot } from './capture/index.ts';
import { BlockPool } from './threads/index.ts';
import { exportSnapshot } from './export/index.ts';
import { verifyExport } from './verify/index.ts';

const pool = new BlockPool({ threads: 1 });
after(() => pool.close());

/** Directories of the dump. Each has the name of its database. */
const FOLDERS = ['%2e%2e', '%2e', '%252e%252e', 'a%2Fb', '...', ' '];
/** Names of databases that only another source can have. */
const DATABASES = ['..', '.', 'a/b', '../../outside'];
/** Names of collections in the metadata. */
const COLLECTIONS = [
  '.',
  '..',
  '../../../../../../outside',
  '/etc/passwd',
  'a/b',
  'a%2Fb',
  'a%252Fb',
  'a\\b',
  '%2E.',
  '.complete',
  '.manifest.json',
  'metadata.json',
  'rs0.0.json.gz',
  ' ',
  '\u0000',
  'line\nbreak',
  'ü'.repeat(120),
];

test('each name in a dump leads to a place of its own below the prefix', async () => {
  using directory = temporaryDirectory('names');
  const dump = join(directory.path, 'dump');
  const documents = BSON.serialize({ _id: 1 });
  for (const folder of FOLDERS) {
    mkdirSync(join(dump, folder), { recursive: true });
    for (const [number, collectionName] of COLLECTIONS.entries()) {
      writeFileSync(join(dump, folder, `${number}.bson`), documents);
      writeFileSync(join(dump, folder, `${number}.metadata.json`), JSON.stringify({ collectionName }));
    }
    // Only the file has the name of this collection.
    writeFileSync(join(dump, folder, '%2e%2e%2fescaped.bson'), documents);
  }
  const repository = createSnapshotRepository(memoryStore());
  const dumped = await openMongodumpSource(dump);
  const renamed = DATABASES.flatMap((database) =>
    dumped.collections.filter((each) => each.database === ' ').map((each) => ({ ...each, database })),
  );
  const source = { ...dumped, collections: [...dumped.collections, ...renamed] };
  const names = new Set(source.collections.map(({ database, name }) => JSON.stringify([database, name])));
  const wanted = [...FOLDERS, ...DATABASES].flatMap((database) =>
    [...COLLECTIONS, '../escaped'].map((name) => JSON.stringify([database, name])),
  );
  assert.deepEqual(names, new Set(wanted));
  const { signal } = EXPORT_DEFAULTS;
  await captureSnapshot({ source, repository, pool, id: SNAPSHOT_ID, clusterName: 'cluster', startedAt: 0, signal });

  const bucket = join(directory.path, 'buckets', 'bucket');
  mkdirSync(bucket, { recursive: true });
  const store = await directoryStore(bucket);
  const snapshot = await repository.openSnapshot(SNAPSHOT_ID);
  await exportSnapshot({ ...EXPORT_DEFAULTS, snapshot, store, pool });

  const { problems, documents: found } = await verifyExport({ store, prefix: EXPORT_DEFAULTS.prefix });
  assert.deepEqual(problems, []);
  assert.equal(found, wanted.length);
  assert.deepEqual(readdirSync(directory.path).toSorted(), ['buckets', 'dump']);
  assert.deepEqual(readdirSync(join(directory.path, 'buckets')), ['bucket']);
  assert.deepEqual(
    readdirSync(bucket).filter((name) => name !== '.longshore-uploads'),
    ['exported_snapshots'],
  );
  const exported = readdirSync(join(bucket, EXPORT_DEFAULTS.prefix)).filter((name) => !name.startsWith('.'));
  assert.equal(exported.length, FOLDERS.length + DATABASES.length);
});
