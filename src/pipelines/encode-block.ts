import type { BlockEncoder, EncodedBlock } from '../extjson/index.ts';
import { releaseBytes } from '../kernel/release-bytes.ts';
// Not by the front door, which would load the MongoDB driver in each of the threads that this runs in.
import { unpackBlock } from '../snapshot/repository/block-format.ts';
import type { StoredBlock } from './encode-messages.ts';

/**
 * Encodes a block, after verifying and unpacking it if it comes as it is stored. The block's memory is given back.
 * @throws BsonError, AppError `BLOCK_CORRUPT`
 */
export function encodeBlock(encoder: BlockEncoder, block: StoredBlock): EncodedBlock {
  const bson = 'bson' in block ? block.bson : unpacked(block);
  const encoded = encoder.encode(bson);
  releaseBytes(bson);
  return encoded;
}

function unpacked(block: Extract<StoredBlock, { readonly stored: Uint8Array }>): Uint8Array<ArrayBuffer> {
  const bson = unpackBlock(block.stored, block);
  releaseBytes(block.stored);
  return bson;
}
