import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { memoryStore } from '../../../test/support/memory-store.ts';
import { hashBlock, packBlock, verifyBlock } from '../blocks/index.ts';
import type { BlockPacker } from './contract.ts';
import { createSnapshotRepository, openSnapshot } from './repository.ts';
import { SnapshotObjects } from './snapshot-objects.ts';

const { signal } = new AbortController();
const ONE = 'a'.repeat(24);
const OTHER = 'b'.repeat(24);

const packer: BlockPacker = {
  hash: (bson) => Promise.resolve(hashBlock(bson)),
  pack: (bson, sha256) => Promise.resolve(packBlock(bson, sha256)),
  verify: async (stored, name) => {
    await Promise.resolve();
    verifyBlock(stored, name);
  },
};

/** Stores a snapshot of one document for each number. @returns the keys of its blocks. */
async function store(
  repository: ReturnType<typeof createSnapshotRepository>,
  id: string,
  numbers: readonly number[],
): Promise<readonly string[]> {
  const writer = repository.beginSnapshot(id, packer);
  writer.beginCollection({ database: 'shop', name: 'orders', type: 'collection', options: '{}', indexes: [] });
  const keys: string[] = [];
  for (const number of numbers) {
    const { block } = await writer.storeBlock(Uint8Array.from(serialize({ _id: number })), 1, signal);
    writer.addBlock(block, { badDocuments: 0, lookAlikes: 0 });
    keys.push(`blocks/${block.sha256.slice(0, 2)}/${block.sha256}`);
  }
  const consistency = { level: 'none', reason: 'made up.' } as const;
  const facts = { clusterName: 'cluster', startedAt: 0, mongodbVersion: '8.0.4', leftOut: [], badValues: [] };
  await writer.commit({ id, consistency, ...facts }, signal);
  return keys;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces ?? assert.fail('there is no such object')) all.push(piece);
  return Buffer.concat(all);
}

test('the objects of a snapshot are enough to open it, and those of others are not given', async () => {
  const bucket = memoryStore();
  const repository = createSnapshotRepository(bucket);
  const [own = '', shared = ''] = await store(repository, ONE, [1, 2]);
  const [, others = ''] = await store(repository, OTHER, [2, 3]);
  const objects = new SnapshotObjects(bucket);
  const get = async (key: string) => Uint8Array.from(await bytesOf(await objects.read(ONE, key, { signal })));
  const far = {
    get,
    read: async function* (key: string) {
      yield await get(key);
    },
  };
  const snapshot = await openSnapshot(far, ONE, { signal });
  const blocks = [...snapshot.entries()].flatMap(({ block }) => (block === undefined ? [] : [block]));
  assert.equal(blocks.length, 2);
  for (const block of blocks) verifyBlock(await snapshot.storedBlock(block, { signal }), block);
  assert.ok((await get(shared)).byteLength > 0);
  for (const key of [others, `snapshots/${OTHER}.jsonl`, 'repository.json', '', '../x', own.slice(0, -1), `/${own}`]) {
    assert.equal(await objects.read(ONE, key, { signal }), undefined, key);
  }
});

test('the blocks of few snapshots are kept in memory, and one that could not be read is read again', async () => {
  const bucket = memoryStore();
  const repository = createSnapshotRepository(bucket);
  const ids = Array.from({ length: 6 }, (_, number) => String(number).repeat(24));
  const keys = new Map<string, string>();
  for (const id of ids) keys.set(id, (await store(repository, id, [Number(id[0])]))[0] ?? '');
  const read: string[] = [];
  let fails = false;
  const objects = new SnapshotObjects({
    read: (key, options) => {
      if (key.startsWith('snapshots/')) read.push(key.slice('snapshots/'.length, 'snapshots/'.length + 1));
      if (fails) throw new Error('the disk is away');
      return bucket.read(key, options);
    },
  });
  const ask = async (id = '') => await objects.read(id, keys.get(id) ?? '', { signal });
  fails = true;
  await assert.rejects(ask(ids[0]), /the disk is away/);
  fails = false;
  for (const id of [...ids, ids[5], ids[2], ids[0]]) assert.ok(await ask(id));
  assert.deepEqual(read, ['0', '0', '1', '2', '3', '4', '5', '0']);
});
