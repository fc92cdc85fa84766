import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore, type MemoryStore } from '../../../test/support/memory-store.ts';
import { packBlock } from '../blocks/index.ts';
import type { CollectionInfo } from '../contract.ts';
import type { Checkpoint, CheckpointEntry, CheckpointStart } from './contract.ts';
import { createSnapshotRepository } from './repository.ts';

const ID = '0123456789abcdef01234567';
const signal = new AbortController().signal;
const ORDERS: CollectionInfo = {
  ...{ database: 'shop', name: 'orders', type: 'collection', options: '{ "2":1, "1":2 }', uuid: 'ab'.repeat(16) },
  indexes: ['{"key":{"2":1,"1":1}}'],
} as const;
const START: CheckpointStart = { attempt: 1, startedAt: 1_700_000_000_000, collections: [ORDERS] };
const NOW = { place: '{"level":"none"}', leftOut: [{ name: 'config', reason: 'MongoDB keeps it' }] };

function block(digit: string): Exclude<CheckpointEntry, string> {
  return {
    block: { sha256: digit.repeat(64), bytes: 100, documents: 3, storedBytes: 50 },
    findings: { badDocuments: 1, lookAlikes: 2, badValues: [{ _id: '1', field: 'a.b', reason: 'invalidUtf8' }] },
    lastId: '075f696400aa',
  };
}

/** An attempt that saves after each of its entries. */
async function attempt(
  store: MemoryStore,
  entries: readonly CheckpointEntry[],
  start: Partial<CheckpointStart> = {},
): Promise<void> {
  const writer = createSnapshotRepository(store).beginCheckpoint(ID, { ...START, ...start });
  for (const entry of entries) {
    writer.add(entry);
    await writer.save({ ...NOW, place: `place of attempt ${start.attempt ?? 1}` }, signal);
  }
}

async function opened(store: MemoryStore): Promise<Checkpoint> {
  return (await createSnapshotRepository(store).openCheckpoint(ID, signal)) ?? assert.fail('there is no checkpoint');
}

async function entriesOf(checkpoint: Checkpoint): Promise<CheckpointEntry[]> {
  const entries: CheckpointEntry[] = [];
  for await (const entry of checkpoint.entries()) entries.push(entry);
  return entries;
}

test('a checkpoint is read back as it was written, and a later attempt goes on with it', async () => {
  const store = memoryStore();
  const first: CheckpointEntry[] = ['begun', block('a'), 'abandoned', 'begun', block('b')];
  await attempt(store, first);
  const found = await opened(store);
  assert.deepEqual(found.collections, [ORDERS]);
  assert.deepEqual([found.startedAt, found.place, found.leftOut], [START.startedAt, 'place of attempt 1', NOW.leftOut]);
  assert.deepEqual(await entriesOf(found), first);
  await attempt(store, [block('c'), 'ended'], { attempt: 2, continues: found });
  const again = await opened(store);
  assert.deepEqual(await entriesOf(again), [...first, block('c'), 'ended']);
  assert.deepEqual([again.collections, again.place], [[ORDERS], 'place of attempt 2']);
});

test('nothing is written before the first save, and nothing is left after the end', async () => {
  const store = memoryStore();
  const writer = createSnapshotRepository(store).beginCheckpoint(ID, START);
  writer.add('begun');
  await writer.remove(signal);
  assert.equal(store.objects.size, 0);
  await writer.save(NOW, signal);
  assert.equal(store.objects.size, 1);
  await writer.remove(signal);
  assert.equal(store.objects.size, 0);
  assert.equal(await createSnapshotRepository(store).openCheckpoint(ID, signal), undefined);
});

test('what an attempt that lost its job writes beside its successor is no part of it', async () => {
  const store = memoryStore();
  const repository = createSnapshotRepository(store);
  const stale = repository.beginCheckpoint(ID, START);
  const staleStep = async (entry: CheckpointEntry): Promise<void> => {
    stale.add(entry);
    await stale.save(NOW, signal);
  };
  await staleStep('begun');
  await staleStep(block('a'));
  const found = await opened(store);
  await staleStep(block('b'));
  await attempt(store, [block('c')], { attempt: 2, continues: found });
  await staleStep(block('d'));
  await staleStep(block('e'));
  assert.deepEqual(await entriesOf(await opened(store)), ['begun', block('a'), block('c')]);
});

test('an attempt that began anew hides what those before it wrote', async () => {
  const store = memoryStore();
  await attempt(store, ['begun', block('a'), block('b')]);
  await attempt(store, ['begun'], { attempt: 2 });
  assert.deepEqual(await entriesOf(await opened(store)), ['begun']);
});

test('a damaged piece ends it before that piece, and a damaged first one is none', async () => {
  const store = memoryStore();
  await attempt(store, ['begun', block('a'), block('b')]);
  const [first, second] = [...store.objects.keys()].sort();
  assert.ok(first !== undefined && second !== undefined);
  store.objects.get(second)?.set([0x20], 40);
  assert.deepEqual(await entriesOf(await opened(store)), ['begun']);
  store.objects.get(first)?.set([0x20], 40);
  assert.equal(await createSnapshotRepository(store).openCheckpoint(ID, signal), undefined);
});

test('the blocks of a checkpoint are no garbage until its snapshot is deleted, unknown or whole', async () => {
  const content = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text.repeat(20)));
  for (const end of ['deleted', 'unknown', 'whole'] as const) {
    const store = memoryStore();
    const repository = createSnapshotRepository(store);
    const sha256 = 'ab'.repeat(32);
    store.objects.set(`blocks/ab/${sha256}`, Uint8Array.from(packBlock(content('x'), sha256)));
    await attempt(store, ['begun', { ...block('a'), block: { ...block('a').block, sha256 } }]);
    const isKnown = (known: boolean) => ({ isKnown: () => Promise.resolve(known) });
    assert.deepEqual(await repository.collectGarbage(isKnown(true)), { blocks: 0, bytes: 0 });
    if (end === 'deleted') await repository.deleteSnapshot(ID);
    if (end === 'whole') {
      const writer = repository.beginSnapshot(ID, {
        hash: () => assert.fail('no block'),
        pack: () => assert.fail('no block'),
        verify: () => assert.fail('no block'),
      });
      const consistency = { level: 'none', reason: 'Made up.' } as const;
      const facts = {
        clusterName: 'c',
        startedAt: 0,
        mongodbVersion: '8.0.4',
        consistency,
        leftOut: [],
        badValues: [],
      };
      await writer.commit({ id: ID, ...facts }, signal);
    }
    assert.equal((await repository.collectGarbage(isKnown(end !== 'unknown'))).blocks, 1, end);
    assert.deepEqual(
      [...store.objects.keys()].filter((key) => key.startsWith('checkpoints/')),
      [],
    );
  }
});
