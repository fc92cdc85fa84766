import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { BSON, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import { BlockMemory } from './block-memory.ts';
import { cutIntoBlocks, type Block } from './blocks.ts';
import { AVERAGE_BLOCK_BYTES, idElement, MAX_BLOCK_BYTES, MIN_BLOCK_BYTES } from './boundary.ts';
import { MAX_DOCUMENT_BYTES } from './document-length.ts';

/** Each piece is overwritten when the next one is requested, because pieces are lent. */
// eslint-disable-next-line @typescript-eslint/require-await -- stands for a stream
async function* cutAnywhere(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.byteLength; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const piece = Uint8Array.from(bytes.subarray(at, at + size));
    yield piece;
    piece.fill(0xff);
    at += size;
  }
}

async function blocksOf(bytes: Uint8Array, sizes: readonly number[] = [1 << 20]): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of cutIntoBlocks(cutAnywhere(bytes, sizes), 'shop.orders', new BlockMemory()))
    blocks.push(block);
  return blocks;
}

/** Documents of about 1 KB with different values of _id. */
function documents(count: number, firstId = 0): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    BSON.serialize({ _id: new ObjectId((firstId + index).toString(16).padStart(24, '0')), text: 'x'.repeat(1000) }),
  ).map((bytes) => Buffer.from(bytes));
}

const names = (blocks: readonly Block[]): string[] =>
  blocks.map(({ bson }) => createHash('sha256').update(bson).digest('hex'));

test('blocks are whole documents in order, of bounded size, about 4 MiB on average', async () => {
  const all = Buffer.concat(documents(60_000));
  const blocks = await blocksOf(all);
  assert.ok(Buffer.concat(blocks.map(({ bson }) => bson)).equals(all));
  assert.equal(
    blocks.reduce((sum, block) => sum + block.documents, 0),
    60_000,
  );
  for (const { bson } of blocks.slice(0, -1)) {
    assert.ok(bson.byteLength >= MIN_BLOCK_BYTES && bson.byteLength <= MAX_BLOCK_BYTES);
  }
  const average = all.byteLength / blocks.length;
  assert.ok(average > AVERAGE_BLOCK_BYTES / 2 && average < AVERAGE_BLOCK_BYTES * 1.5, `average ${average}`);
});

test('the blocks do not depend on how the stream is cut', async () => {
  const all = Buffer.concat(documents(9000));
  const expected = names(await blocksOf(all));
  assert.ok(expected.length > 1);
  for (const sizes of [[all.byteLength], [1_000_003], [4096], [7, 65_536, 1, 3_000_000]]) {
    assert.deepEqual(names(await blocksOf(all, sizes)), expected);
  }
});

test('a small stream takes little memory, and a longer one takes that of blocks', async () => {
  for (const [count, sizes] of [
    [1, [1 << 20]],
    [500, [100, 7000]],
    [900, [65_536]],
  ] as const) {
    const all = Buffer.concat(documents(count));
    const [block, ...others] = await blocksOf(all, sizes);
    assert.ok(block !== undefined && others.length === 0 && all.equals(block.bson));
    assert.ok(block.bson.buffer.byteLength < 2 * all.byteLength + 1, `${block.bson.buffer.byteLength} for ${count}`);
  }
  const [first] = await blocksOf(Buffer.concat(documents(9000)));
  assert.equal(first?.bson.buffer.byteLength, MAX_BLOCK_BYTES);
});

test('memory that is given back holds later blocks, and all blocks stay right', async () => {
  const all = Buffer.concat(documents(30_000));
  const expected = names(await blocksOf(all));
  const found: string[] = [];
  const buffers = new Set<ArrayBuffer>();
  const held: Block[] = [];
  const memory = new BlockMemory();
  for await (const block of cutIntoBlocks(cutAnywhere(all, [65_536]), 'shop.orders', memory)) {
    buffers.add(block.bson.buffer);
    held.push(block);
    if (held.length < 3) continue;
    const oldest = held.shift();
    assert.ok(oldest);
    found.push(...names([oldest]));
    memory.giveBack(oldest.bson);
  }
  found.push(...names(held));
  assert.deepEqual(found, expected);
  assert.ok(expected.length > 5 && buffers.size <= 4, `${buffers.size} buffers for ${expected.length} blocks`);
  memory.release();
  const taken = held.length;
  const released = [...buffers].filter(({ byteLength }) => byteLength === 0).length;
  assert.equal(released, buffers.size - taken);
});

test('an inserted, changed or removed document leaves most blocks unchanged', async () => {
  const before = documents(40_000);
  const after = [...before];
  after.splice(20_000, 1);
  after.splice(5_000, 0, Buffer.from(BSON.serialize({ _id: 'new', text: 'y' })));
  after[30_000] = Buffer.from(BSON.serialize({ ...BSON.deserialize(after[30_000] ?? Buffer.alloc(0)), text: 'z' }));
  const known = new Set(names(await blocksOf(Buffer.concat(before))));
  const now = names(await blocksOf(Buffer.concat(after)));
  const changed = now.filter((name) => !known.has(name));
  assert.ok(changed.length <= 6, `${changed.length} of ${now.length} blocks changed`);
  assert.ok(now.length > changed.length);
});

const ids: readonly [string, (index: number) => unknown][] = [
  ['int32', (index) => index],
  ['int64', (index) => Long.fromNumber(index)],
  ['double', (index) => index + 0.5],
  ['date', (index) => new Date(index)],
  ['string', (index) => `id ${index}`],
  ['document', (index) => ({ a: index })],
  ['binary', (index) => Buffer.from(`id ${index}`)],
];
for (const [type, id] of ids) {
  test(`an _id of type ${type} decides where blocks end`, async () => {
    const text = 'x'.repeat(1000);
    const all = Buffer.concat(Array.from({ length: 24_000 }, (_, index) => BSON.serialize({ _id: id(index), text })));
    const blocks = await blocksOf(all);
    assert.ok(blocks.slice(0, -1).some(({ bson }) => bson.byteLength < MAX_BLOCK_BYTES * 0.9));
  });
}

test('documents without an _id are cut too', async () => {
  const all = Buffer.concat(Array.from({ length: 30_000 }, (_, n) => BSON.serialize({ n, text: 'x'.repeat(1000) })));
  const blocks = await blocksOf(all);
  assert.ok(Buffer.concat(blocks.map(({ bson }) => bson)).equals(all));
  assert.ok(blocks.length > 3);
});

test('a document that is bigger than a block is a block by itself', async () => {
  const big = BSON.serialize({ _id: 'big', text: 'x'.repeat(MAX_DOCUMENT_BYTES - 100) });
  const [small] = documents(1);
  const blocks = await blocksOf(Buffer.concat([small ?? big, big, small ?? big, big, big]), [700_001]);
  assert.deepEqual(
    blocks.map(({ bson }) => bson.byteLength > MAX_BLOCK_BYTES),
    [false, true, false, true, true],
  );
});

test('an empty stream has no blocks', async () => {
  assert.deepEqual(await blocksOf(new Uint8Array(0)), []);
});

test('a stream that ends inside a document is an error that names it and the place', async () => {
  const all = Buffer.concat(documents(3));
  const length = all.byteLength / 3;
  await assert.rejects(blocksOf(all.subarray(0, -1)), {
    code: 'SOURCE_TRUNCATED',
    message: `shop.orders ends at byte ${all.byteLength - 1} in the middle of the document that begins at byte ${2 * length}`,
  });
  await assert.rejects(blocksOf(all.subarray(0, length + 2)), { code: 'SOURCE_TRUNCATED' });
});

test('what is no BSON is an error that names the place', async () => {
  const all = Buffer.concat(documents(3));
  const length = all.byteLength / 3;
  for (const wrong of [0, 4, -1, MAX_DOCUMENT_BYTES + 1, 0x7fffffff]) {
    const broken = Buffer.from(all);
    broken.writeInt32LE(wrong, length);
    await assert.rejects(blocksOf(broken), { code: 'SOURCE_NOT_BSON', message: new RegExp(`at byte ${length}:`) });
  }
  const unterminated = Buffer.from(all);
  unterminated[2 * length - 1] = 1;
  await assert.rejects(blocksOf(unterminated), { code: 'SOURCE_NOT_BSON' });
});

test('any bytes give blocks of the same bytes, or an error of ours', async () => {
  const valid = Buffer.concat(documents(4));
  await fc.assert(
    fc.asyncProperty(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), async (at, byte, length) => {
      const bytes = Buffer.from(valid.subarray(0, length));
      if (at < length) bytes[at] = byte;
      try {
        const blocks = await blocksOf(bytes, [97]);
        assert.ok(Buffer.concat(blocks.map(({ bson }) => bson)).equals(bytes));
      } catch (thrown) {
        assert.ok(thrown instanceof Error && 'code' in thrown);
        assert.match(String(thrown.code), /^SOURCE_(TRUNCATED|NOT_BSON)$/);
      }
    }),
    { numRuns: 300 },
  );
});

test('the _id of a document outlives the memory of the document, also of one in a Buffer', () => {
  const documents = Buffer.concat([BSON.serialize({ _id: 'first' }), BSON.serialize({ _id: 'second', more: 1 })]);
  const id = idElement(documents, BSON.calculateObjectSize({ _id: 'first' }));
  documents.fill(0);
  assert.deepEqual(Buffer.from(id ?? []), Buffer.from(BSON.serialize({ _id: 'second' })).subarray(4, -1));
});
