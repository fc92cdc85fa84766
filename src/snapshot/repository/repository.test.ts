import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BSON } from 'bson';
import { readBlock } from '../../../test/support/pipelines.ts';
import { faultyStore } from '../../../test/support/faulty-store.ts';
import { temporaryDirectory } from '../../../test/support/temporary-directory.ts';
import { turns } from '../../../test/support/turns.ts';
import { codeOf } from '../../kernel/errors.ts';
import { openObjectStore } from '../../object-store/all.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type {
  BlockPacker,
  BlockReference,
  MendedBlock,
  SnapshotEntry,
  SnapshotHeader,
  SnapshotRepository,
} from './contract.ts';
import type { CollectionInfo } from '../contract.ts';
import { hashBlock, packBlock, verifyBlock } from '../blocks/index.ts';
import { createSnapshotRepository } from './repository.ts';

const ID = '0123456789abcdef01234567';
const OTHER_ID = '0123456789abcdef01234568';
const signal = new AbortController().signal;

/** A packer that works at once. It returns the same bytes in other memory, as a thread does. */
const packer: BlockPacker = {
  hash: (bytes) => Promise.resolve(hashBlock(given(bytes))),
  pack: (bytes, sha256) => Promise.resolve(packBlock(given(bytes), sha256)),
  verify: async (bytes, name) => {
    await Promise.resolve();
    verifyBlock(given(bytes), name);
  },
};

function given(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { byteOffset, byteLength } = bytes;
  return new Uint8Array(bytes.buffer.transfer(), byteOffset, byteLength);
}

function header(id: string): SnapshotHeader {
  return {
    id,
    clusterName: 'cluster',
    startedAt: 1_700_000_000_000,
    mongodbVersion: '8.0.4',
    consistency: { level: 'none', reason: 'made up.' },
    leftOut: [{ name: 'admin.system.users', reason: 'MongoDB keeps it for itself' }],
    badValues: [{ collection: 'shop.orders', _id: '{"$numberInt":"2"}', field: 'name', reason: 'invalidUtf8' }],
  };
}

function info(name: string): CollectionInfo {
  const options = '{ "validator": {"b":1.0, "2":1,\n"b":2} }';
  return {
    database: 'shop',
    name,
    type: 'collection',
    options,
    indexes: ['{"key":{"b":1,"2":-1},"name":"b_1_2_-1"}'],
    uuid: 'ab'.repeat(16),
  };
}

interface Opened extends Disposable {
  readonly path: string;
  readonly store: ObjectStore;
  readonly repository: SnapshotRepository;
}

async function open(): Promise<Opened> {
  const directory = temporaryDirectory('repository');
  const store = await openObjectStore(
    { kind: 'local', directory: directory.path },
    { clock: { now: () => Date.now() }, create: true },
  );
  return {
    path: directory.path,
    store,
    repository: createSnapshotRepository(store),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

/** The methods of a store in an object of its own, so that a test can replace some of them. */
function storeOf(store: ObjectStore): ObjectStore {
  return {
    put: (key, body, options) => store.put(key, body, options),
    get: (key) => store.get(key),
    read: (key) => store.read(key),
    head: (key) => store.head(key),
    compare: (key, acknowledged, options) => store.compare(key, acknowledged, options),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key),
  };
}

function bson(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(BSON.serialize({ _id: text, text: text.repeat(50) }));
}

const FOUND = { badDocuments: 1, lookAlikes: 2 };

/** Writes a snapshot of one collection. Each text becomes a block. */
async function take(repository: SnapshotRepository, id: string, texts: readonly string[]): Promise<BlockReference[]> {
  const writer = repository.beginSnapshot(id, packer);
  const blocks: BlockReference[] = [];
  writer.beginCollection(info('orders'));
  for (const text of texts) {
    const { block } = await writer.storeBlock(bson(text), 1, signal);
    writer.addBlock(block, FOUND);
    blocks.push(block);
  }
  await writer.commit(header(id), signal);
  return blocks;
}

async function entriesOf(repository: SnapshotRepository, id: string): Promise<SnapshotEntry[]> {
  const entries: SnapshotEntry[] = [];
  for (const entry of (await repository.openSnapshot(id)).entries()) entries.push(entry);
  return entries;
}

async function stored(store: ObjectStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list('blocks/')) names.push(key.slice(-64));
  return names;
}

async function ids(repository: SnapshotRepository): Promise<string[]> {
  const found: string[] = [];
  for await (const id of repository.snapshotIds()) found.push(id);
  return found;
}

test('a snapshot is read back as it was written', async () => {
  using opened = await open();
  const { repository } = opened;
  const writer = repository.beginSnapshot(ID, packer);
  writer.beginCollection(info('empty'));
  writer.beginCollection(info('orders'));
  const results = [];
  for (const text of ['one', 'two', 'one']) {
    const result = await writer.storeBlock(bson(text), 1, signal);
    writer.addBlock(result.block, FOUND);
    results.push(result);
  }
  const totals = await writer.commit(header(ID), signal);
  assert.deepEqual(
    results.map(({ isNew }) => isNew),
    [true, true, false],
  );
  const blocks = results.map(({ block }) => block);
  const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
  const storedBytes = (blocks[0]?.storedBytes ?? 0) + (blocks[1]?.storedBytes ?? 0);
  const found = { badDocuments: 3, lookAlikes: 6 };
  assert.deepEqual(totals, { collections: 2, blocks: 3, documents: 3, bytes, storedBytes, ...found });

  const snapshot = await repository.openSnapshot(ID);
  assert.deepEqual(snapshot.header, header(ID));
  assert.deepEqual(snapshot.totals, totals);
  const plain = blocks.map((block) => ({ block }));
  const expected = [
    { collection: { ...info('empty'), documents: 0, bytes: 0, blocks: 0, badDocuments: 0, lookAlikes: 0 } },
    { collection: { ...info('orders'), documents: 3, bytes, blocks: 3, ...found } },
    ...plain,
  ];
  assert.deepEqual(await entriesOf(repository, ID), expected);
  assert.deepEqual(await entriesOf(repository, ID), expected);
  for (const [index, text] of ['one', 'two', 'one'].entries()) {
    const block = plain[index]?.block;
    assert.ok(block);
    assert.deepEqual(await readBlock(snapshot, block), bson(text));
    assert.deepEqual(new Uint8Array(zstdDecompressSync(await snapshot.storedBlock(block))), bson(text));
  }
});

test('a block is named by the hash of what is in it, and stored once', async () => {
  using opened = await open();
  const [block] = await take(opened.repository, ID, ['one', 'one']);
  await take(opened.repository, OTHER_ID, ['one', 'two']);
  assert.equal(block?.sha256, createHash('sha256').update(bson('one')).digest('hex'));
  assert.equal((await stored(opened.store)).length, 2);
});

test('the same block stored twice at once is written once', async () => {
  using opened = await open();
  const writer = opened.repository.beginSnapshot(ID, packer);
  const results = await Promise.all([1, 2, 3].map(() => writer.storeBlock(bson('one'), 1, signal)));
  assert.equal(results.filter(({ isNew }) => isNew).length, 1);
  assert.equal(new Set(results.map(({ block }) => block.storedBytes)).size, 1);
});

test('of equal blocks that wait for a write that fails one is written, and each keeps its memory', async () => {
  using opened = await open();
  const BLOCKS = 4;
  let hashed = 0;
  const allHashed = Promise.withResolvers<undefined>();
  const counting: BlockPacker = {
    ...packer,
    hash: async (bson) => {
      const block = await packer.hash(bson);
      if (++hashed === BLOCKS) allHashed.resolve(undefined);
      return block;
    },
  };
  let puts = 0;
  const failing: ObjectStore = {
    ...storeOf(opened.store),
    put: async (key, body, options) => {
      const number = ++puts;
      await allHashed.promise;
      await turns(5);
      if (number === 1) throw new Error('the disk is full');
      return opened.store.put(key, body, options);
    },
  };
  const writer = createSnapshotRepository(failing).beginSnapshot(ID, counting);
  const stores = Array.from({ length: BLOCKS }, () => writer.storeBlock(bson('one'), 1, signal));
  const results = await Promise.allSettled(stores);
  const stored = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.deepEqual(stored.map(({ isNew }) => isNew).toSorted(), [false, false, true]);
  assert.equal(puts, 2);
  assert.equal(new Set(stored.map(({ memory }) => memory.buffer)).size, 3);
  writer.discard();
});

test('nothing is a snapshot before it is committed; committing again replaces it', async () => {
  using opened = await open();
  const { repository } = opened;
  const writer = repository.beginSnapshot(ID, packer);
  writer.beginCollection(info('orders'));
  writer.addBlock((await writer.storeBlock(bson('one'), 1, signal)).block, FOUND);
  assert.deepEqual(await ids(repository), []);
  await assert.rejects(repository.openSnapshot(ID), { code: 'SNAPSHOT_NOT_FOUND' });
  writer.discard();
  await take(repository, ID, ['two']);
  await take(repository, ID, ['three', 'four']);
  assert.equal((await repository.openSnapshot(ID)).totals.blocks, 2);
  assert.deepEqual(await ids(repository), [ID]);
});

test('what is no id is no snapshot', async () => {
  using opened = await open();
  for (const id of ['', '../x', 'x'.repeat(24), ID.toUpperCase()]) {
    await assert.rejects(opened.repository.openSnapshot(id), { code: 'SNAPSHOT_NOT_FOUND' });
    await opened.repository.deleteSnapshot(id);
  }
});

test('a collection removes what a deleted snapshot named and no other one names', async () => {
  using opened = await open();
  const { repository, store } = opened;
  const [shared, own] = await take(repository, ID, ['shared', 'own']);
  await take(repository, OTHER_ID, ['shared']);
  await repository.deleteSnapshot(ID);
  await repository.deleteSnapshot(ID);
  assert.deepEqual(await ids(repository), [OTHER_ID]);
  assert.equal((await repository.collectGarbage()).blocks, 1);
  assert.deepEqual(await stored(store), [shared?.sha256]);
  assert.ok(own);
  const other = await repository.openSnapshot(OTHER_ID);
  assert.ok(shared);
  assert.deepEqual(await readBlock(other, shared), bson('shared'));
});

test('a block that a capture found there is not deleted under it', async () => {
  using opened = await open();
  const { repository, store } = opened;
  const [block] = await take(repository, ID, ['one']);
  const writer = repository.beginSnapshot(OTHER_ID, packer);
  writer.beginCollection(info('orders'));
  const { block: found, isNew } = await writer.storeBlock(bson('one'), 1, signal);
  assert.equal(isNew, false);
  writer.addBlock(found, FOUND);
  await repository.deleteSnapshot(ID);
  await repository.collectGarbage();
  assert.deepEqual(await stored(store), [block?.sha256]);
  await writer.commit(header(OTHER_ID), signal);
  const snapshot = await repository.openSnapshot(OTHER_ID);
  assert.deepEqual(await readBlock(snapshot, found), bson('one'));
});

test('captures and deletions at the same time lose nothing', async () => {
  using opened = await open();
  const { repository } = opened;
  const texts = Array.from({ length: 12 }, (_, number) => `text ${number}`);
  const id = (number: number): string => number.toString(16).padStart(24, '0');
  for (let round = 0; round < 15; round++) {
    await take(repository, id(2 * round), texts);
    await Promise.all([
      repository.deleteSnapshot(id(2 * round)),
      take(repository, id(2 * round + 1), texts),
      repository.collectGarbage(),
    ]);
    const snapshot = await repository.openSnapshot(id(2 * round + 1));
    for (const { block } of snapshot.entries()) if (block !== undefined) await readBlock(snapshot, block);
    await repository.deleteSnapshot(id(2 * round + 1));
    await repository.collectGarbage();
    assert.deepEqual(await stored(opened.store), []);
  }
});

test('garbage is what captures left that did not come to their end', async () => {
  using opened = await open();
  const { repository, store } = opened;
  await take(repository, ID, ['kept']);
  const writer = repository.beginSnapshot(OTHER_ID, packer);
  const { block: left } = await writer.storeBlock(bson('left'), 1, signal);
  assert.deepEqual(await repository.collectGarbage(), { blocks: 0, bytes: 0 });
  writer.discard();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await repository.collectGarbage(), { blocks: 1, bytes: left.storedBytes });
  assert.equal((await stored(store)).length, 1);
});

test('while a manifest cannot be read nothing is deleted', async () => {
  using opened = await open();
  const { repository, store, path } = opened;
  await take(repository, ID, ['one']);
  await take(repository, OTHER_ID, ['two']);
  const file = join(path, 'snapshots', `${OTHER_ID}.jsonl`);
  writeFileSync(file, readFileSync(file).subarray(0, -20));
  await assert.rejects(repository.collectGarbage(), { code: 'SNAPSHOT_MANIFEST_CORRUPT' });
  assert.equal((await stored(store)).length, 2);
  await repository.deleteSnapshot(OTHER_ID);
  await repository.collectGarbage();
  assert.equal((await stored(store)).length, 1);
});

test('deletions read no manifest, and one collection frees the blocks of all of them', async () => {
  using opened = await open();
  const { store } = opened;
  const id = (number: number): string => number.toString(16).padStart(24, '0');
  for (let number = 0; number < 5; number++) await take(opened.repository, id(number), ['shared', `own ${number}`]);
  const reads: string[] = [];
  const counting: ObjectStore = {
    ...storeOf(store),
    read: (key) => {
      reads.push(key);
      return store.read(key);
    },
  };
  const repository = createSnapshotRepository(counting);
  for (let number = 0; number < 3; number++) await repository.deleteSnapshot(id(number));
  assert.deepEqual(reads, []);
  assert.equal((await stored(store)).length, 6);
  assert.equal((await repository.collectGarbage()).blocks, 3);
  assert.deepEqual(
    reads,
    [3, 4].map((number) => `snapshots/${id(number)}.jsonl`),
  );
  assert.equal((await stored(store)).length, 3);
});

test('a damaged manifest of no snapshot is removed, and one of a snapshot stops the collection', async () => {
  using opened = await open();
  const { repository, store, path } = opened;
  await take(repository, ID, ['one']);
  await take(repository, OTHER_ID, ['two', 'three']);
  const file = join(path, 'snapshots', `${OTHER_ID}.jsonl`);
  writeFileSync(file, readFileSync(file).subarray(0, -20));
  const isKnown = (id: string) => Promise.resolve(id === OTHER_ID);
  await assert.rejects(repository.collectGarbage({ isKnown }), { code: 'SNAPSHOT_MANIFEST_CORRUPT' });
  assert.equal((await stored(store)).length, 3);
  const collected = await repository.collectGarbage({ isKnown: (id) => Promise.resolve(id === ID) });
  assert.equal(collected.blocks, 2);
  assert.deepEqual(await ids(repository), [ID]);
});

test('a collection that is killed at any call, beside a capture, loses nothing that a snapshot names', async () => {
  for (let call = 1; ; call++) {
    using opened = await open();
    const { repository, store } = opened;
    const [kept] = await take(repository, ID, ['kept', 'also kept']);
    await take(repository, OTHER_ID, ['gone', 'again']);
    await repository.deleteSnapshot(OTHER_ID);
    const faulty = faultyStore(store, call);
    const dying = createSnapshotRepository(faulty);
    // The captured block was garbage before, and the capture finds it in the repository.
    const writer = dying.beginSnapshot(OTHER_ID, packer);
    writer.beginCollection(info('orders'));
    const captured = await writer.storeBlock(bson('again'), 1, signal).catch(() => undefined);
    const outcome = await dying.collectGarbage().catch(() => 'killed');
    if (captured !== undefined) {
      writer.addBlock(captured.block, FOUND);
      await writer.commit(header(OTHER_ID), signal).catch(() => undefined);
    }
    const after = createSnapshotRepository(store);
    await after.collectGarbage();
    assert.ok(kept);
    await readBlock(await after.openSnapshot(ID), kept);
    for (const id of await ids(after)) {
      for (const { block } of (await after.openSnapshot(id)).entries()) {
        if (block !== undefined) await readBlock(await after.openSnapshot(id), block);
      }
    }
    assert.equal((await stored(store)).length, (await ids(after)).length === 2 ? 3 : 2);
    if (outcome !== 'killed' && faulty.calls.length < call) break;
  }
});

test('the error for a damaged, exchanged or missing block has its name', async () => {
  using opened = await open();
  const { repository, path } = opened;
  const [block] = await take(repository, ID, ['one']);
  assert.ok(block);
  const snapshot = await repository.openSnapshot(ID);
  const file = join(path, 'blocks', block.sha256.slice(0, 2), block.sha256);
  const good = readFileSync(file);
  const damaged = [
    Buffer.from(good.map((byte, index) => (index === good.length - 5 ? byte ^ 1 : byte))),
    good.subarray(0, -3),
    Buffer.alloc(0),
    zstdCompressSync(Buffer.from(bson('two'))),
    zstdCompressSync(Buffer.alloc(50_000_000)),
  ];
  for (const content of damaged) {
    writeFileSync(file, content);
    await assert.rejects(readBlock(snapshot, block), { code: 'BLOCK_CORRUPT', message: new RegExp(block.sha256) });
  }
  writeFileSync(file, good);
  assert.deepEqual(await readBlock(snapshot, block), bson('one'));
  await opened.store.delete(`blocks/${block.sha256.slice(0, 2)}/${block.sha256}`);
  await assert.rejects(readBlock(snapshot, block), { code: 'BLOCK_MISSING', message: new RegExp(block.sha256) });
});

const DAMAGES: readonly [string, (good: Buffer, other: Buffer) => Buffer][] = [
  ['one flipped bit', (good) => Buffer.from(good.map((byte, at) => (at === good.length >> 1 ? byte ^ 1 : byte)))],
  ['a truncated block', (good) => good.subarray(0, -3)],
  ['an empty file', () => Buffer.alloc(0)],
  ["another block's bytes", (_, other) => other],
  ['another block without a seal', () => zstdCompressSync(Buffer.from(bson('two')))],
];

for (const [what, damaged] of DAMAGES) {
  test(`a capture of the same content stores a damaged block anew: ${what}`, async () => {
    using opened = await open();
    const mended: MendedBlock[] = [];
    const repository = createSnapshotRepository(opened.store, { onBlockMended: (block) => mended.push(block) });
    const [block, other] = await take(repository, ID, ['one', 'two']);
    assert.ok(block && other);
    const fileOf = ({ sha256 }: BlockReference) => join(opened.path, 'blocks', sha256.slice(0, 2), sha256);
    writeFileSync(fileOf(block), damaged(readFileSync(fileOf(block)), readFileSync(fileOf(other))));
    await take(repository, OTHER_ID, ['one', 'two']);
    assert.deepEqual(
      mended.map(({ sha256 }) => sha256),
      [block.sha256],
    );
    assert.match(String(mended[0]?.error), new RegExp(`block ${block.sha256} .* is damaged: `));
    for (const id of [ID, OTHER_ID]) {
      assert.deepEqual(await readBlock(await repository.openSnapshot(id), block), bson('one'));
    }
  });
}

test('a capture stores a missing block anew', async () => {
  using opened = await open();
  const { repository, store } = opened;
  const [block] = await take(repository, ID, ['one']);
  assert.ok(block);
  await store.delete(`blocks/${block.sha256.slice(0, 2)}/${block.sha256}`);
  await take(repository, OTHER_ID, ['one']);
  assert.deepEqual(await readBlock(await repository.openSnapshot(ID), block), bson('one'));
});

test('a block without a seal is reused where its content is right', async () => {
  using opened = await open();
  const { repository, path } = opened;
  const [block] = await take(repository, ID, ['one']);
  assert.ok(block);
  const file = join(path, 'blocks', block.sha256.slice(0, 2), block.sha256);
  const old = zstdCompressSync(bson('one'));
  writeFileSync(file, old);
  await take(repository, OTHER_ID, ['one']);
  assert.deepEqual(readFileSync(file), old);
});

test('a capture reads a block that it meets several times once', async () => {
  using opened = await open();
  await take(opened.repository, ID, ['one']);
  const reads: string[] = [];
  const counting: ObjectStore = {
    ...storeOf(opened.store),
    get: (key) => {
      reads.push(key);
      return opened.store.get(key);
    },
  };
  await take(createSnapshotRepository(counting), OTHER_ID, ['one', 'one', 'one']);
  assert.equal(reads.length, 1);
});

test('a manifest that was cut off or changed anywhere is never taken for whole', async () => {
  using opened = await open();
  const { repository, path, store } = opened;
  await take(repository, ID, ['one', 'two']);
  const file = join(path, 'snapshots', `${ID}.jsonl`);
  const good = readFileSync(file);
  const code = 'SNAPSHOT_MANIFEST_CORRUPT';
  const assertCorrupt = (what: string): Promise<void> => assert.rejects(repository.openSnapshot(ID), { code }, what);
  for (let length = 0; length < good.length - 1; length++) {
    writeFileSync(file, good.subarray(0, length));
    await assertCorrupt(`cut at ${length}`);
    if (length % 7 === 0) await assert.rejects(repository.collectGarbage(), { code }, `cut at ${length}`);
  }
  for (let at = 0; at < good.length; at += 7) {
    const changed = Buffer.from(good);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(file, changed);
    await assertCorrupt(`changed at ${at}`);
    // Totals in the last line tell a collection nothing, so it may go on without them.
    await repository.collectGarbage().catch((thrown: unknown) => assert.equal(codeOf(thrown), code));
    assert.equal((await stored(store)).length, 2, `changed at ${at}`);
  }
  const lines = good.toString().split('\n');
  const spoiled = [
    lines.toSpliced(2, 1),
    lines.toSpliced(0, 1),
    lines.toSpliced(1, 0, lines[1] ?? ''),
    [...lines.slice(0, -1), lines[1] ?? '', ''],
    [(lines[0] ?? '').replace('"version":1', '"version":2'), ...lines.slice(1)],
  ];
  for (const changed of spoiled) {
    writeFileSync(file, changed.join('\n'));
    await assertCorrupt(changed.join('\n'));
  }
  writeFileSync(file, good);
  await repository.openSnapshot(ID);
  assert.equal((await repository.collectGarbage()).blocks, 0);
  assert.equal((await stored(store)).length, 2);
});

test('a manifest is that of its snapshot alone, and begins with its header', async () => {
  using opened = await open();
  const { repository, path } = opened;
  await take(repository, ID, ['one']);
  const [file, other] = [ID, OTHER_ID].map((id) => join(path, 'snapshots', `${id}.jsonl`)) as [string, string];
  const text = readFileSync(file, 'utf8');
  const headless = text.slice(text.indexOf('\n') + 1, text.indexOf('{"end"'));
  const sha256 = createHash('sha256').update(headless).digest('hex');
  const end = text.slice(text.indexOf('{"end"')).replace(/"sha256":"[0-9a-f]+"/, `"sha256":"${sha256}"`);
  for (const wrong of [text, `${headless}${end}`]) {
    writeFileSync(other, wrong);
    await assert.rejects(repository.openSnapshot(OTHER_ID), { code: 'SNAPSHOT_MANIFEST_CORRUPT' });
    await assert.rejects(repository.collectGarbage(), { code: 'SNAPSHOT_MANIFEST_CORRUPT' });
  }
});

test('a collection finds the names in lines that another program wrote', async () => {
  using opened = await open();
  const { repository, path, store } = opened;
  await take(repository, ID, ['one', 'two']);
  const file = join(path, 'snapshots', `${ID}.jsonl`);
  const lines = readFileSync(file, 'utf8').split('\n');
  const end = lines.at(-2);
  const changed = lines
    .slice(0, -2)
    .map((line) => line.replace(/^\{"block":\{("sha256":"[0-9a-f]+"),(.*)\}\}$/, '{ "block": {$2,$1}}'))
    .map((line) => `${line}\n`)
    .join('');
  assert.match(changed, /\{ "block"/);
  const sha256 = createHash('sha256').update(changed).digest('hex');
  writeFileSync(file, `${changed}${end.replace(/"sha256":"[0-9a-f]+"/, `"sha256":"${sha256}"`)}\n`);
  await repository.openSnapshot(ID);
  assert.equal((await repository.collectGarbage()).blocks, 0);
  assert.equal((await stored(store)).length, 2);
});

test('a manifest of before bad values were looked for is read, and has none', async () => {
  using opened = await open();
  const { repository, path } = opened;
  await take(repository, ID, ['one']);
  const file = join(path, 'snapshots', `${ID}.jsonl`);
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -2);
  const old = lines.map(
    (line) => `${line.replace(/,"badValues":\[.*?\]/, '').replace(/,"badDocuments":1,"lookAlikes":2/, '')}\n`,
  );
  const totals = { collections: 1, blocks: 1, documents: 1, bytes: 179, storedBytes: 88 };
  const sha256 = createHash('sha256').update(old.join('')).digest('hex');
  writeFileSync(file, `${old.join('')}${JSON.stringify({ end: { ...totals, sha256 } })}\n`);
  const snapshot = await repository.openSnapshot(ID);
  assert.deepEqual(snapshot.header, { ...header(ID), badValues: [] });
  assert.deepEqual(snapshot.totals, { ...totals, badDocuments: 0, lookAlikes: 0 });
});

test('what else lies in the bucket is left alone', async () => {
  using opened = await open();
  const { repository, path } = opened;
  await take(repository, ID, ['one']);
  writeFileSync(join(path, 'snapshots', 'notes.txt'), 'x');
  writeFileSync(join(path, 'blocks', 'notes.txt'), 'x');
  await repository.collectGarbage();
  await repository.deleteSnapshot(ID);
  assert.deepEqual(readdirSync(join(path, 'snapshots')), ['notes.txt']);
  assert.ok(readdirSync(join(path, 'blocks')).includes('notes.txt'));
});
