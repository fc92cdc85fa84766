import assert from 'node:assert/strict';
import { after, mock, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { BSON } from 'bson';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { sourceOf } from '../../../test/support/pipelines.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSnapshotRepository } from '../../snapshot/repository/index.ts';
import { captureSnapshot } from '../capture/index.ts';
import { BlockPool } from '../threads/index.ts';
import { checkRepository } from './check.ts';
import type { RepositoryCheckProgress } from './contract.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());
const { signal } = new AbortController();
const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(24)) as [string, string, string];

function documents(text: string): Buffer {
  return Buffer.concat(
    Array.from({ length: 3000 }, (_, number) => BSON.serialize({ _id: `${text} ${number}`, text: text.repeat(300) })),
  );
}

/** Two snapshots that share the collection `shared`. Each has another collection of its own. */
async function scope() {
  const store = memoryStore();
  const repository = createSnapshotRepository(store);
  const capture = async (id: string, own: string): Promise<void> => {
    const source = sourceOf(
      [own, 'shared'].sort().map((name) => ({ database: 'shop', name, pieces: () => [documents(name)] })),
    );
    await captureSnapshot({ source, repository, pool, id, clusterName: 'Cluster0', startedAt: 7, signal });
  };
  await capture(A, 'one');
  await capture(B, 'two');
  /** The keys of the blocks of a collection. */
  const blocksOf = async (id: string, name: string): Promise<[string, ...string[]]> => {
    const keys: string[] = [];
    let current = '';
    for (const { collection, block } of (await repository.openSnapshot(id)).entries()) {
      if (collection !== undefined) current = collection.name;
      else if (current === name) keys.push(`blocks/${block.sha256.slice(0, 2)}/${block.sha256}`);
    }
    const [first, ...rest] = keys;
    assert.ok(first);
    return [first, ...rest];
  };
  const change = (key: string, changed: (bytes: Uint8Array) => Uint8Array): void => {
    const bytes = store.objects.get(key);
    assert.ok(bytes);
    store.objects.set(key, Uint8Array.from(changed(bytes)));
  };
  const check = (readData: boolean, onProgress?: (progress: RepositoryCheckProgress) => void) =>
    checkRepository({ repository, pool, readData, signal, ...(onProgress && { onProgress }) });
  return { store, repository, capture, blocksOf, change, check };
}

const unreadable = (key: string): AppError =>
  new AppError({ code: 'OBJECT_UNREADABLE', message: 'the disk cannot read it', transient: true, cause: key });
const nameOf = (key: string): string => key.slice(-64);
const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte));

test('a good repository has no problems, and the progress reaches its end', async () => {
  const { check, store } = await scope();
  const blocks = [...store.objects.keys()].filter((key) => key.startsWith('blocks/')).length;
  const bytes = [...store.objects].reduce(
    (sum, [key, { length }]) => sum + (key.startsWith('blocks/') ? length : 0),
    0,
  );
  for (const readData of [false, true]) {
    const progress: RepositoryCheckProgress[] = [];
    assert.deepEqual(await check(readData, (step) => progress.push(step)), {
      ...{ readData, snapshots: 2, blocks },
      ...{ damagedManifests: [], hurtSnapshots: [], damagedBlocks: [], orphanBlocks: [] },
    });
    assert.deepEqual(progress.at(-1), { blocks, totalBlocks: blocks, bytes, totalBytes: bytes });
  }
});

test('missing and shortened blocks are found by the list, changed ones by reading; a new capture mends all of them', async () => {
  const { check, store, blocksOf, change, capture } = await scope();
  const [shared] = await blocksOf(A, 'shared');
  const [one] = await blocksOf(A, 'one');
  const [two] = await blocksOf(B, 'two');
  store.objects.delete(shared);
  change(two, (bytes) => bytes.slice(0, -1));
  change(one, flipped);
  const quick = await check(false);
  assert.deepEqual(quick.hurtSnapshots, [
    { snapshotId: A, clusterName: 'Cluster0', startedAt: 7, collections: [hurt('shared', shared)] },
    { snapshotId: B, clusterName: 'Cluster0', startedAt: 7, collections: [hurt('shared', shared), hurt('two', two)] },
  ]);
  assert.deepEqual(quick.damagedBlocks.map(({ sha256 }) => sha256).toSorted(), [shared, two].map(nameOf).toSorted());
  const full = await check(true);
  assert.deepEqual(full.hurtSnapshots[0]?.collections, [hurt('one', one), hurt('shared', shared)]);
  assert.equal(full.damagedBlocks.length, 3);
  for (const { sha256, problem } of full.damagedBlocks) assert.match(problem, new RegExp(sha256));

  await capture(C, 'one');
  assert.deepEqual(
    (await check(true)).damagedBlocks.map(({ sha256 }) => sha256),
    [nameOf(two)],
  );
  await capture(C, 'two');
  const mended = await check(true);
  assert.deepEqual([mended.damagedBlocks, mended.hurtSnapshots, mended.snapshots], [[], [], 3]);
});

function hurt(name: string, ...keys: string[]) {
  return { database: 'shop', name, blocks: keys.map(nameOf) };
}

test('an undamaged block of another size is not damage', async () => {
  const { check, blocksOf, change } = await scope();
  const [key] = await blocksOf(A, 'one');
  const content = documents('one');
  const blocks = await blocksOf(A, 'one');
  if (blocks.length === 1) change(key, () => zstdCompressSync(content));
  else change(key, (bytes) => bytes);
  assert.deepEqual((await check(false)).damagedBlocks, []);
});

test('a block that the disk cannot read is one problem, an export names it, and a new capture mends it', async () => {
  const context = await scope();
  const { store, blocksOf, check, capture, repository } = context;
  const [key] = await blocksOf(A, 'shared');
  const get = mock.method(store, 'get', async (wanted: string) => {
    if (wanted === key) throw unreadable(wanted);
    return await Promise.resolve(store.objects.get(wanted)?.slice() ?? assert.fail(wanted));
  });
  const report = await check(true);
  assert.equal(report.snapshots, 2);
  assert.deepEqual(
    report.damagedBlocks.map(({ sha256 }) => sha256),
    [nameOf(key)],
  );
  assert.match(
    report.damagedBlocks[0]?.problem ?? '',
    /^block [0-9a-f]{64} of the snapshot repository cannot be read: /,
  );
  const snapshot = await repository.openSnapshot(A);
  const block = [...snapshot.entries()].find((entry) => entry.block?.sha256 === nameOf(key))?.block;
  assert.ok(block);
  await assert.rejects(snapshot.storedBlock(block), {
    code: 'BLOCK_UNREADABLE',
    transient: true,
    hint: /repository check/,
  });

  store.objects.delete(key);
  await capture(C, 'one');
  assert.ok(store.objects.has(key), 'it was stored anew without being read');
  get.mock.restore();
  assert.deepEqual((await check(true)).damagedBlocks, []);
});

test('a manifest that the disk cannot read counts as damaged', async () => {
  const { store, check } = await scope();
  const whole = { ...store };
  mock.method(store, 'read', (key: string) => {
    if (key.includes(B)) throw unreadable(key);
    return whole.read(key);
  });
  const { snapshots, damagedManifests } = await check(false);
  assert.deepEqual(
    [snapshots, damagedManifests.map(({ snapshotId, problem }) => `${snapshotId} ${problem}`)],
    [1, [`${B} the disk cannot read it`]],
  );
});

test('a damaged manifest is reported, and its blocks count as orphans', async () => {
  const { check, store, change } = await scope();
  change(`snapshots/${A}.jsonl`, (bytes) => bytes.slice(0, -10));
  const { damagedManifests, orphanBlocks, snapshots } = await check(false);
  assert.deepEqual(
    damagedManifests.map(({ snapshotId }) => snapshotId),
    [A],
  );
  assert.equal(snapshots, 1);
  assert.ok(orphanBlocks.length > 0);
  for (const { sha256, storedBytes } of orphanBlocks) {
    assert.equal(store.objects.get(`blocks/${sha256.slice(0, 2)}/${sha256}`)?.byteLength, storedBytes);
  }
});

test('a snapshot that is deleted or taken during the check is not damage', async () => {
  const { repository, capture } = await scope();
  let calls = 0;
  const busy = {
    storedBlocks: () => repository.storedBlocks(),
    async *snapshotIds() {
      await capture(C, 'three');
      yield* repository.snapshotIds();
    },
    openSnapshot: async (id: string) => {
      const snapshot = await repository.openSnapshot(id);
      if (id === A && calls++ === 0) {
        await repository.deleteSnapshot(A);
        await repository.collectGarbage();
      }
      return snapshot;
    },
  };
  for (const readData of [true, false]) {
    const report = await checkRepository({ repository: busy, pool, readData, signal });
    assert.deepEqual([report.hurtSnapshots, report.damagedManifests, report.damagedBlocks], [[], [], []]);
    assert.equal(report.snapshots, 2);
  }
});
