import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { constants, zstdCompressSync, zstdDecompressSync, type ZstdOptions } from 'node:zlib';
import fc from 'fast-check';
import { Random } from '../../../test/support/random.ts';
import { hashBlock, mostStoredBytes, packBlock, unpackBlock, type BlockName } from './block-format.ts';

const content = Buffer.from('a block of documents, not much longer than this '.repeat(20));
const name: BlockName = { sha256: sha256(content), bytes: content.byteLength };
const corrupt = { code: 'BLOCK_CORRUPT', message: new RegExp(name.sha256) };

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function stored(bytes: Uint8Array, sealedAs = sha256(bytes)): Buffer {
  return Buffer.from(packBlock(Uint8Array.from(bytes), sealedAs));
}

test('a block comes back, with its seal and without', () => {
  assert.deepEqual(Buffer.from(unpackBlock(stored(content), name)), content);
  assert.deepEqual(Buffer.from(unpackBlock(zstdCompressSync(content), name)), content);
});

test('a stored block has at most so many bytes, even if it cannot be compressed', () => {
  for (const bytes of [0, 5, 1000, 127 * 1024, 1024 * 1024]) {
    const { byteLength } = stored(randomBytes(bytes));
    assert.ok(byteLength <= mostStoredBytes(bytes), `${bytes} took ${byteLength}`);
  }
});

test('other programs read a block and skip its seal', () => {
  assert.deepEqual(zstdDecompressSync(stored(content)), content);
});

test('a block with a changed bit or a missing end is refused, or has the same content', () => {
  const good = stored(content);
  for (let bit = 0; bit < good.byteLength * 8; bit++) {
    const changed = Buffer.from(good);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assertCorruptOrSame(changed);
  }
  for (let length = 0; length < good.byteLength; length++) assertCorruptOrSame(good.subarray(0, length));
});

/** The damage may be in the mark of the seal. Then the content can still match its name. */
function assertCorruptOrSame(bytes: Uint8Array): void {
  let unpacked: Uint8Array;
  try {
    unpacked = unpackBlock(bytes, name);
  } catch (thrown) {
    assert.ok(thrown instanceof Error && 'code' in thrown && thrown.code === 'BLOCK_CORRUPT');
    return;
  }
  assert.deepEqual(Buffer.from(unpacked), content);
}

test('a good block under another name is refused', () => {
  const other = Buffer.from(content);
  other[0] = 0x41;
  assert.throws(() => unpackBlock(stored(other), name), corrupt);
  assert.throws(() => unpackBlock(zstdCompressSync(other), name), corrupt);
  assert.throws(() => unpackBlock(stored(content), { ...name, bytes: name.bytes + 1 }), corrupt);
  assert.throws(() => unpackBlock(stored(content), { ...name, bytes: name.bytes - 1 }), corrupt);
});

test('the checksum of the content finds errors of the compressor, also under a seal', () => {
  const sealed = packBlock(Uint8Array.from(content), name.sha256);
  const frame = sealed.subarray(0, -40);
  assert.deepEqual(Buffer.from(sealed.subarray(-40)), sealOf(frame));
  // The frame ends with the content's checksum.
  frame[frame.byteLength - 1] = (frame[frame.byteLength - 1] ?? 0) ^ 1;
  assert.throws(() => unpackBlock(Buffer.concat([frame, sealOf(frame)]), name), corrupt);
});

/** The seal as docs/formats/snapshot-repository.md defines it. */
function sealOf(frame: Uint8Array): Buffer {
  const digest = createHash('sha256').update(frame).update(name.sha256, 'hex').digest();
  return Buffer.concat([Buffer.from('5c2a4d1820000000', 'hex'), digest]);
}

test('a block is named by its hash, and the bytes come back', () => {
  const bson = Uint8Array.from(content);
  assert.deepEqual(hashBlock(bson), { bson, sha256: name.sha256 });
});

test('the packed block is in the memory of the block, or in memory of its own if it does not fit', () => {
  const memory = new Uint8Array(content.byteLength + 100);
  memory.set(content, 50);
  const packed = packBlock(memory.subarray(50, 50 + content.byteLength), name.sha256);
  assert.equal(packed.buffer, memory.buffer);
  assert.deepEqual(Buffer.from(unpackBlock(packed, name)), content);
  for (const length of [0, 1, 300_000]) {
    const noise = randomBytes(length);
    const other = packBlock(Uint8Array.from(noise), sha256(noise));
    assert.ok(other.byteLength > length);
    assert.ok(noise.equals(unpackBlock(other, { sha256: sha256(noise), bytes: length })));
  }
});

test('literals are coded if this saves more than a twentieth, and kept otherwise', () => {
  const random = new Random(1);
  const lines = (line: () => Uint8Array): Buffer => Buffer.concat(Array.from({ length: 9000 }, line));
  const text = lines(() =>
    Buffer.from(`${random.uint32()} bottles, ${random.uint32()} ships and ${random.uint32()} anchors\n`),
  );
  const bytesOf = (count: number, from: number, limit: number): number[] =>
    Array.from({ length: count }, () => from + random.below(limit));
  const noise = lines(() =>
    Buffer.from([...Buffer.from('always the same '), ...bytesOf(10, 0, 256), ...bytesOf(2, 48, 10)]),
  );
  for (const [bytes, isCoded] of [
    [text, true],
    [noise, false],
    [noise.subarray(0, 10_000), true],
  ] as const) {
    const coded = compressed(bytes, {});
    const plain = compressed(bytes, { [constants.ZSTD_c_targetLength]: 1 });
    assert.ok(coded.byteLength < plain.byteLength);
    const packed = packBlock(Uint8Array.from(bytes), sha256(bytes));
    assert.equal(packed.byteLength - 40, (isCoded ? coded : plain).byteLength);
    const unpacked = unpackBlock(packed, { sha256: sha256(bytes), bytes: bytes.byteLength });
    assert.ok(bytes.equals(unpacked));
  }
});

function compressed(bytes: Uint8Array, params: ZstdOptions['params']): Buffer {
  const level = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(bytes, { params: { ...level, ...params } });
}

test('any bytes are a block or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assertCorruptOrSame(bytes);
    }),
    { numRuns: 500 },
  );
});
