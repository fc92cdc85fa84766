import {
  createBlockEncoder,
  type BlockEncoder,
  type EncodedBlock,
  type ExtendedJsonMode,
} from '../../extjson/index.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import { hashBlock, packBlock, unpackBlock } from '../../snapshot/repository/index.ts';
import type { BlockResult, BlockTask, StoredBlock } from './block-messages.ts';

/** Does tasks; one must be done before the next begins. What encoding needs is made when it is needed, and kept. */
export class BlockTasks {
  readonly #encoders = new Map<ExtendedJsonMode, BlockEncoder>();

  /** @throws BsonError, AppError `BLOCK_CORRUPT` */
  async run(task: BlockTask): Promise<BlockResult> {
    switch (task.kind) {
      case 'encode':
        return { kind: 'encode', encoded: await this.#encode(task.block, task.mode) };
      case 'hash':
        return { kind: 'hash', hashed: hashBlock(task.bson) };
      case 'pack':
        return { kind: 'pack', stored: packBlock(task.bson, task.sha256) };
    }
  }

  /** After verifying and unpacking the block, if it comes as it is stored. Its memory is given back. */
  async #encode(block: StoredBlock, mode: ExtendedJsonMode): Promise<EncodedBlock> {
    const encoder = await this.#encoderFor(mode);
    const bson = 'bson' in block ? block.bson : unpacked(block);
    try {
      const encoded = encoder.encode(bson);
      releaseBytes(bson);
      return encoded;
    } catch (thrown) {
      // An encoder that failed may be in any state.
      this.#encoders.delete(mode);
      throw thrown;
    }
  }

  async #encoderFor(mode: ExtendedJsonMode): Promise<BlockEncoder> {
    let encoder = this.#encoders.get(mode);
    if (encoder === undefined) {
      encoder = await createBlockEncoder(mode);
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
