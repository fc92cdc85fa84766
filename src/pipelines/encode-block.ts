import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { BlockEncoder, EncodedBlock } from '../extjson/index.ts';
import { releaseBytes } from '../kernel/release-bytes.ts';
// Not by the front door, which would load the MongoDB driver in each of the threads that this runs in.
import { blockCorrupt } from '../snapshot/repository/block-corrupt.ts';
import type { StoredBlock } from './encode-messages.ts';

/**
 * Encodes a block, after unpacking and verifying it if it comes as it is stored. The block's memory is given back.
 * @throws BsonError, AppError `BLOCK_CORRUPT`
 */
export function encodeBlock(encoder: BlockEncoder, block: StoredBlock): EncodedBlock {
  const bson = 'bson' in block ? block.bson : unpack(block);
  const encoded = encoder.encode(bson);
  releaseBytes(bson);
  return encoded;
}

function unpack(block: Extract<StoredBlock, { readonly zstd: Uint8Array }>): Uint8Array<ArrayBuffer> {
  let bson: Uint8Array<ArrayBuffer>;
  try {
    // Output in one piece: one byte more than expected, so that zlib sees the end without asking for another.
    bson = zstdDecompressSync(block.zstd, {
      maxOutputLength: Math.max(1, block.bytes),
      chunkSize: Math.max(1024, block.bytes + 1),
    });
  } catch (cause) {
    throw blockCorrupt(block.sha256, cause);
  }
  releaseBytes(block.zstd);
  if (createHash('sha256').update(bson).digest('hex') !== block.sha256) throw blockCorrupt(block.sha256);
  return bson;
}
