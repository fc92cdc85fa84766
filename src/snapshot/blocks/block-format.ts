import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync, type ZstdOptions } from 'node:zlib';
import { AppError } from '../../kernel/errors.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';

// How a block is stored (docs/formats/snapshot-repository.md): one zstd frame, and behind it the seal, a skippable frame of zstd
// (RFC 8878, section 3.1.2), which other programs pass over. It holds the SHA-256 of the first frame and the block's name. So what
// is stored is verified as it lies there, which is several times less to hash than what comes out of it.

const SEAL_MAGIC = 0x184d2a5c;
const SHA256_BYTES = 32;
const SEAL_BYTES = 8 + SHA256_BYTES;
/** RFC 8878, section 3.1.1.1.1. */
const FRAME_HEADER_DESCRIPTOR = 4;
const CONTENT_CHECKSUM_FLAG = 0x04;

/** Half as fast again as level 3, zstd's default, or more, for a tenth more bytes or less; capturing is bound by this. */
const ZSTD_LEVEL = 1;

/** With a checksum of the content: what unpacking gives is then compared with what was packed. */
const CODED_LITERALS = {
  [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
  [constants.ZSTD_c_checksumFlag]: 1,
};
/** A target length makes zstd's fast strategy keep literals as they are, which is quicker both ways, by a third to unpack. */
const PLAIN_LITERALS = { ...CODED_LITERALS, [constants.ZSTD_c_targetLength]: 1 };
/** Literals are coded where what is stored becomes smaller by more than this part: texts do by a fifth, numbers and ids hardly. */
const WORTHWHILE_SAVING = 0.05;
/** From the middle of a block; enough to tell which blocks those are. */
const SAMPLE_BYTES = 64 * 1024;

/** What names a block, and tells it from others. */
export interface BlockName {
  /** Of the uncompressed bytes, lower-case hex. */
  readonly sha256: string;
  /** Uncompressed. */
  readonly bytes: number;
}

export interface HashedBlock {
  readonly bson: Uint8Array<ArrayBuffer>;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Gives a block its name. */
export function hashBlock(bson: Uint8Array<ArrayBuffer>): HashedBlock {
  return { bson, sha256: createHash('sha256').update(bson).digest('hex') };
}

/**
 * Makes of a block what is stored: the frame and its seal. They take the block's place in its memory, where the whole buffer has room
 * for them: memory of their own, given to another thread, would leave gaps of all sizes in this one's, which then grows and grows.
 */
export function packBlock(bson: Uint8Array<ArrayBuffer>, sha256: string): Uint8Array<ArrayBuffer> {
  const frame = compress(bson, isCodingWorthwhile(bson) ? CODED_LITERALS : PLAIN_LITERALS);
  const bytes = frame.byteLength + SEAL_BYTES;
  const hasRoom = bytes <= bson.buffer.byteLength;
  const stored = new Uint8Array(hasRoom ? bson.buffer : new ArrayBuffer(bytes), 0, bytes);
  stored.set(frame);
  stored.set(sealOf(sha256, frame), frame.byteLength);
  releaseBytes(frame);
  if (!hasRoom) releaseBytes(bson);
  return stored;
}

function isCodingWorthwhile(bson: Uint8Array): boolean {
  const middle = (bson.byteLength - SAMPLE_BYTES) >> 1;
  if (middle <= 0) return true;
  const sample = bson.subarray(middle, middle + SAMPLE_BYTES);
  const [plain, coded] = [compress(sample, PLAIN_LITERALS), compress(sample, CODED_LITERALS)];
  const isWorthwhile = coded.byteLength < plain.byteLength * (1 - WORTHWHILE_SAVING);
  releaseBytes(plain);
  releaseBytes(coded);
  return isWorthwhile;
}

function compress(bytes: Uint8Array, params: ZstdOptions['params']): Buffer<ArrayBuffer> {
  // Output in one piece, however little there is to be saved, and out of no pool: it is given back as a whole.
  const chunkSize = Math.max(Buffer.poolSize + 1, bytes.byteLength + (bytes.byteLength >> 7) + 1024);
  return zstdCompressSync(bytes, { params, chunkSize });
}

/** What is stored behind the frame of the block of that name. */
function sealOf(sha256: string, frame: Uint8Array): Buffer<ArrayBuffer> {
  const seal = Buffer.alloc(SEAL_BYTES);
  seal.writeUInt32LE(SEAL_MAGIC, 0);
  seal.writeUInt32LE(SHA256_BYTES, 4);
  createHash('sha256').update(frame).update(sha256, 'hex').digest().copy(seal, 8);
  return seal;
}

/**
 * Verifies a block as it is stored, and unpacks it. One without a seal is verified by the hash of what comes out.
 * @throws AppError `BLOCK_CORRUPT`
 */
export function unpackBlock(stored: Uint8Array, { sha256, bytes }: BlockName): Uint8Array<ArrayBuffer> {
  const frame = isSealed(stored) ? unsealed(stored, sha256) : stored;
  const bson = unpack(frame, sha256, bytes);
  if (frame === stored) requireName(bson, sha256);
  if (bson.byteLength !== bytes) throw blockCorrupt(sha256, `it holds ${bson.byteLength} bytes instead of ${bytes}`);
  return bson;
}

/**
 * Verifies that what is stored is what was stored under the name, by the seal alone, which is several times quicker than unpacking. A
 * block without a seal is unpacked and hashed.
 * @throws AppError `BLOCK_CORRUPT`
 */
export function verifyBlock(stored: Uint8Array, name: BlockName): void {
  if (isSealed(stored)) unsealed(stored, name.sha256);
  else releaseBytes(unpackBlock(stored, name));
}

/**
 * Verifies the content of a block too: it is unpacked, and named anew.
 * @throws AppError `BLOCK_CORRUPT`
 */
export function verifyBlockContent(stored: Uint8Array, name: BlockName): void {
  const bson = unpackBlock(stored, name);
  requireName(bson, name.sha256);
  releaseBytes(bson);
}

/** Sealed frames have a checksum of their content, as their header says; those without a seal have none. */
function isSealed(stored: Uint8Array): boolean {
  return ((stored[FRAME_HEADER_DESCRIPTOR] ?? 0) & CONTENT_CHECKSUM_FLAG) !== 0;
}

/** The frame before the seal. */
function unsealed(stored: Uint8Array, sha256: string): Uint8Array {
  const frame = stored.subarray(0, Math.max(0, stored.byteLength - SEAL_BYTES));
  const seal = stored.subarray(frame.byteLength);
  if (!sealOf(sha256, frame).equals(seal)) throw blockCorrupt(sha256, 'the seal does not fit what is stored');
  return frame;
}

function requireName(bson: Uint8Array<ArrayBuffer>, sha256: string): void {
  if (hashBlock(bson).sha256 !== sha256) throw blockCorrupt(sha256, 'its content has another hash');
}

function unpack(frame: Uint8Array, sha256: string, bytes: number): Uint8Array<ArrayBuffer> {
  try {
    // Output in one piece: one byte more than expected, so that zlib sees the end without asking for another.
    const bson = zstdDecompressSync(frame, {
      maxOutputLength: Math.max(1, bytes),
      chunkSize: Math.max(1024, bytes + 1),
    });
    return new Uint8Array(bson.buffer, bson.byteOffset, bson.byteLength);
  } catch (cause) {
    throw blockCorrupt(sha256, 'it cannot be unpacked', cause);
  }
}

/** What is stored under a block's name is not the block. */
function blockCorrupt(sha256: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'BLOCK_CORRUPT',
    message: `block ${sha256} of the snapshot repository is damaged: ${reason}`,
    hint:
      'Check the disk or bucket of the repository, and take a new snapshot: it stores the block anew if the data is still the ' +
      'same. `longshore repository check` lists what is damaged.',
    ...(cause === undefined ? {} : { cause }),
  });
}
