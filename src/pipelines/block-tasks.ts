import { createBlockEncoder, type BlockEncoder, type EncodedBlock, type ExtendedJsonMode } from '../extjson/index.ts';
import { releaseBytes } from '../kernel/release-bytes.ts';
// Not by the front door, which would load the MongoDB driver in each of the threads that this runs in.
import { hashBlock, packBlock, unpackBlock } from '../snapshot/repository/block-format.ts';
import type { BlockResult, BlockTask, StoredBlock } from './block-messages.ts';

/** Does tasks, one at a time. What it needs for encoding is made when it is needed, and kept. */
export class BlockTasks {
  readonly #encoders = new Map<ExtendedJsonMode, BlockEncoder>();

  /** @throws BsonError, AppError `BLOCK_CORRUPT` */
  run(task: BlockTask): BlockResult {
    switch (task.kind) {
      case 'encode':
        return { kind: 'encode', encoded: this.#encode(task.block, task.mode) };
      case 'hash':
        return { kind: 'hash', hashed: hashBlock(task.bson) };
      case 'pack':
        return { kind: 'pack', stored: packBlock(task.bson, task.sha256) };
    }
  }

  /** After verifying and unpacking the block, if it comes as it is stored. Its memory is given back. */
  #encode(block: StoredBlock, mode: ExtendedJsonMode): EncodedBlock {
    const bson = 'bson' in block ? block.bson : unpacked(block);
    try {
      const encoded = this.#encoderFor(mode).encode(bson);
      releaseBytes(bson);
      return encoded;
    } catch (thrown) {
      // An encoder that failed may be in any state.
      this.#encoders.delete(mode);
      throw thrown;
    }
  }

  #encoderFor(mode: ExtendedJsonMode): BlockEncoder {
    let encoder = this.#encoders.get(mode);
    if (encoder === undefined) {
      encoder = createBlockEncoder(mode);
      this.#encoders.set(mode, encoder);
    }
    return encoder;
  }
}

function unpacked(block: Extract<StoredBlock, { readonly stored: Uint8Array }>): Uint8Array<ArrayBuffer> {
  const bson = unpackBlock(block.stored, block);
  releaseBytes(block.stored);
  return bson;
}
