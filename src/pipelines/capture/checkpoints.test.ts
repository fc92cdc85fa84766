import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BSON } from 'bson';
import { memoryStore, type MemoryStore } from '../../../test/support/memory-store.ts';
import { SNAPSHOT_ID } from '../../../test/support/pipelines.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSnapshotRepository, type SnapshotEntry, type SnapshotTotals } from '../../snapshot/repository/index.ts';
import type { SnapshotSource, SourceCollection } from '../../snapshot/sources/index.ts';
import { BlockPool } from '../threads/index.ts';
import { captureSnapshot } from './capture.ts';

const pool = new BlockPool({ threads: 2 });
after(() => pool.close());

const COUNT = 12_000;
const IN_ORDER = Array.from({ length: COUNT }, (_, index) => BSON.serialize({ _id: index, text: 'x'.repeat(1000) }));
const NAMES = ['first', 'orders', 'parts'];

/**
 * A source of three collections of several blocks. It notes where reading began, and fails after a number of documents.
 */
class Source implements SnapshotSource {
  readonly mongodbVersion = '8.0.4';
  readonly consistency = { level: 'none', reason: 'Made up.' } as const;
  readonly leftOut = [{ name: 'config', reason: 'MongoDB keeps it' }];
  readonly place = '{}';
  readonly begun: string[] = [];
  readonly collections: readonly SourceCollection[];
  #left: number;

  constructor(documents = Infinity, unordered: readonly string[] = []) {
    this.#left = documents;
    this.collections = NAMES.map((name) => ({
      ...{ database: 'shop', name, type: 'collection', options: '{}', indexes: [] },
      isInOrder: !unordered.includes(name),
      documents: (_signal, behind) => this.#read(name, behind),
    }));
  }

  async *#read(name: string, behind: Uint8Array | undefined): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const from = behind === undefined ? 0 : Buffer.from(behind).readInt32LE(5) + 1;
    this.begun.push(`${name} from ${from}`);
    for (let index = from; index < COUNT; index += 100) {
      if ((this.#left -= 100) < 0) throw new AppError({ code: 'SOURCE_READ_FAILED', message: 'cut', transient: true });
      await Promise.resolve();
      yield Uint8Array.from(Buffer.concat(IN_ORDER.slice(index, index + 100)));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function capture(store: MemoryStore, source: Source, attempt: number): Promise<SnapshotTotals> {
  const repository = createSnapshotRepository(store);
  const signal = new AbortController().signal;
  let ms = 0;
  // The clock makes every step due.
  const clock = { now: () => (ms += 10_000) };
  const earlier = attempt === 1 ? undefined : await repository.openCheckpoint(SNAPSHOT_ID, signal);
  const facts = { id: SNAPSHOT_ID, clusterName: 'c', startedAt: 1_700_000_000_000 };
  return await captureSnapshot({
    ...facts,
    source,
    repository,
    pool,
    signal,
    checkpoints: { attempt, earlier, clock },
  });
}

async function entriesOf(store: MemoryStore): Promise<SnapshotEntry[]> {
  return [...(await createSnapshotRepository(store).openSnapshot(SNAPSHOT_ID)).entries()];
}

/** Takes the snapshot without an interruption. */
async function uninterrupted(): Promise<SnapshotEntry[]> {
  const store = memoryStore();
  await capture(store, new Source(), 1);
  assert.deepEqual(
    [...store.objects.keys()].filter((key) => key.startsWith('checkpoints/')),
    [],
  );
  return await entriesOf(store);
}

test('a later attempt reads only what earlier ones have not stored, and makes the same snapshot', async () => {
  const store = memoryStore();
  await assert.rejects(capture(store, new Source(COUNT + 9000), 1), { code: 'SOURCE_READ_FAILED' });
  const second = new Source(9000);
  await assert.rejects(capture(store, second, 2), { code: 'SOURCE_READ_FAILED' });
  assert.match(second.begun.join(), /^orders from [1-9]\d{3}(,parts from 0)?$/);
  const third = new Source();
  await capture(store, third, 3);
  assert.match(third.begun.join(), /^(orders from \d+,parts from 0|parts from \d+)$/);
  assert.deepEqual(await entriesOf(store), await uninterrupted());
  assert.deepEqual(
    [...store.objects.keys()].filter((key) => key.startsWith('checkpoints/')),
    [],
  );
});

test('a collection without the order of _id is read again from its start, and those before it are not', async () => {
  const store = memoryStore();
  await assert.rejects(capture(store, new Source(COUNT + 9000, ['orders']), 1), { code: 'SOURCE_READ_FAILED' });
  const second = new Source(Infinity, ['orders']);
  await capture(store, second, 2);
  assert.deepEqual(second.begun, ['orders from 0', 'parts from 0']);
  assert.deepEqual(await entriesOf(store), await uninterrupted());
});

for (const [what, change] of [
  ['missing', (store: MemoryStore, key: string) => store.objects.delete(key)],
  ['cut', (store: MemoryStore, key: string) => store.objects.set(key, new Uint8Array(10))],
] as const) {
  test(`where a block of the checkpoint is ${what}, everything is read again`, async () => {
    const store = memoryStore();
    await assert.rejects(capture(store, new Source(COUNT + 9000), 1), { code: 'SOURCE_READ_FAILED' });
    change(store, [...store.objects.keys()].find((key) => key.startsWith('blocks/')) ?? assert.fail('no block'));
    const second = new Source();
    await capture(store, second, 2);
    assert.deepEqual(
      second.begun,
      NAMES.map((name) => `${name} from 0`),
    );
    assert.deepEqual(await entriesOf(store), await uninterrupted());
    assert.deepEqual(
      [...store.objects.keys()].filter((key) => key.startsWith('checkpoints/')),
      [],
    );
  });
}

test('an attempt continues a checkpoint that lost its last pieces', async () => {
  const store = memoryStore();
  const source = new Source(COUNT + 9000);
  await assert.rejects(capture(store, source, 1), { code: 'SOURCE_READ_FAILED' });
  const pieces = [...store.objects.keys()].filter((key) => key.startsWith('checkpoints/')).sort();
  assert.ok(pieces.length > 3, `${pieces.length} pieces`);
  for (const piece of pieces.slice(2)) store.objects.delete(piece);
  await capture(store, new Source(), 2);
  assert.deepEqual(await entriesOf(store), await uninterrupted());
});
