import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync, type ZstdOptions } from 'node:zlib';
import { AppError } from '../../kernel/errors.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';

// The stored form of a block (docs/formats/snapshot-repository.md): one zstd frame, followed by the seal. The seal is a
// skippable frame of zstd (RFC 8878, section 3.1.2), which other programs skip. It holds the SHA-256 of the first frame
// and the block's name. Verifying the stored bytes is several times faster than unpacking, because there is less to
// hash.

const SEAL_MAGIC = 0x184d2a5c;
const SHA256_BYTES = 32;
const SEAL_BYTES = 8 + SHA256_BYTES;
/** RFC 8878, section 3.1.1.1.1. */
const FRAME_HEADER_DESCRIPTOR = 4;
const CONTENT_CHECKSUM_FLAG = 0x04;

/**
 * At least half as fast again as level 3, zstd's default, for at most a tenth more bytes. The speed of capturing
 * depends on it.
 */
const ZSTD_LEVEL = 1;

/** The frame has a checksum of the content, because unpacking must detect damage. */
const CODED_LITERALS = {
  [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
  [constants.ZSTD_c_checksumFlag]: 1,
};
/**
 * A target length makes zstd's fast strategy keep literals uncoded. This is faster in both directions, by a third for
 * unpacking.
 */
const PLAIN_LITERALS = { ...CODED_LITERALS, [constants.ZSTD_c_targetLength]: 1 };
/**
 * Literals are coded if this saves more than this part of the stored bytes. Coding shortens texts by a fifth, and
 * numbers and ids hardly.
 */
const WORTHWHILE_SAVING = 0.05;
/** Bytes from the middle of a block. They show whether coding its literals pays. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * The largest size of a stored block. Bytes that cannot be compressed take a little more room than alone: a 256th, as ZSTD_COMPRESSBOUND
 * of zstd.h says, and the headers of the frame, its checksum and the seal.
 * @param bytes the number of uncompressed bytes.
 */
export function mostStoredBytes(bytes: number): number {
  return bytes + (bytes >> 8) + 1024;
}

/** The identity of a block. */
export interface BlockName {
  /** The SHA-256 of the uncompressed bytes in lower-case hex. */
  readonly sha256: string;
  /** The number of uncompressed bytes. */
  readonly bytes: number;
}

export interface HashedBlock {
  readonly bson: Uint8Array<ArrayBuffer>;
  /** The SHA-256 in lower-case hex. */
  readonly sha256: string;
}

/** Computes the name of a block. */
export function hashBlock(bson: Uint8Array<ArrayBuffer>): HashedBlock {
  return { bson, sha256: createHash('sha256').update(bson).digest('hex') };
}

/**
 * Packs a block for storing: the frame and its seal. The result is in the block's own memory if it fits there. New
 * memory that moves to another thread would leave gaps of all sizes in this thread's memory, which would grow.
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
  // The output is one piece of unpooled memory, because it is released as a whole.
  const chunkSize = Math.max(Buffer.poolSize + 1, bytes.byteLength + (bytes.byteLength >> 7) + 1024);
  return zstdCompressSync(bytes, { params, chunkSize });
}

/** The seal of a frame. @param sha256 the block's name. */
function sealOf(sha256: string, frame: Uint8Array): Buffer<ArrayBuffer> {
  const seal = Buffer.alloc(SEAL_BYTES);
  seal.writeUInt32LE(SEAL_MAGIC, 0);
  seal.writeUInt32LE(SHA256_BYTES, 4);
  createHash('sha256').update(frame).update(sha256, 'hex').digest().copy(seal, 8);
  return seal;
}

/**
 * Verifies a stored block and unpacks it. A block without a seal is verified by the hash of its content.
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
 * Verifies a stored block by its seal, which is several times faster than unpacking. A block without a seal is unpacked
 * and hashed.
 * @throws AppError `BLOCK_CORRUPT`
 */
export function verifyBlock(stored: Uint8Array, name: BlockName): void {
  if (isSealed(stored)) unsealed(stored, name.sha256);
  else releaseBytes(unpackBlock(stored, name));
}

/**
 * Unpacks a stored block and verifies its content against its name.
 * @throws AppError `BLOCK_CORRUPT`
 */
export function verifyBlockContent(stored: Uint8Array, name: BlockName): void {
  const bson = unpackBlock(stored, name);
  requireName(bson, name.sha256);
  releaseBytes(bson);
}

/** Only sealed frames have a checksum of their content, and their header shows it. */
function isSealed(stored: Uint8Array): boolean {
  return ((stored[FRAME_HEADER_DESCRIPTOR] ?? 0) & CONTENT_CHECKSUM_FLAG) !== 0;
}

/** The frame without its seal. */
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
    // The output is one piece of unpooled memory, because it may move to another thread. It has room for one byte more
    // than expected, because zlib then sees the end without another call.
    const bson = zstdDecompressSync(frame, {
      maxOutputLength: Math.max(1, bytes),
      chunkSize: Math.max(Buffer.poolSize + 1, bytes + 1),
    });
    return new Uint8Array(bson.buffer, bson.byteOffset, bson.byteLength);
  } catch (cause) {
    throw blockCorrupt(sha256, 'it cannot be unpacked', cause);
  }
}

/** The stored bytes are not the block that the name says. */
function blockCorrupt(sha256: string, reason: string, cause?: unknown): AppError {
  return new AppError({
    code: 'BLOCK_CORRUPT',
    message: `block ${sha256} of the snapshot repository is damaged: ${reason}`,
    hint:
      'Check the disk or bucket of the repository, and take a new snapshot: it stores the block anew if the data is still the ' +
      'same. `longshore repository check` lists what is damaged. Another snapshot may be whole.',
    ...(cause === undefined ? {} : { cause }),
  });
}
