import type { BlockFindings } from '../../extjson/index.ts';
import type { HashedBlock } from '../../snapshot/blocks/index.ts';
import type { BlockSession } from '../threads/index.ts';
import type { GoodBlocks } from './good-blocks.ts';

const NOTHING: BlockFindings = { badDocuments: 0, lookAlikes: 0, badValues: [] };

/** The checks of one capture. A block is hashed first, because its name shows whether it was checked before. */
export class BlockChecks {
  readonly #session: BlockSession;
  readonly #good: GoodBlocks | undefined;
  readonly #findings = new Map<string, BlockFindings>();

  /** @param good the blocks that need no check; absent: every block is checked. */
  constructor(session: BlockSession, good: GoodBlocks | undefined) {
    this.#session = session;
    this.#good = good;
  }

  /**
   * Computes a block's name, and checks the documents of a block that is not known to be good. @returns the block.
   * @param maxBadValues the largest number of bad values to find. @throws BsonError
   */
  async hash(given: Uint8Array<ArrayBuffer>, maxBadValues: number): Promise<HashedBlock> {
    const hashed = await this.#session.run('hash', given);
    const { sha256 } = hashed;
    if (this.#good?.has(sha256) === true) return hashed;
    const { bson, findings } = await this.#session.run('check', { bson: hashed.bson, maxBadValues });
    if (findings.badDocuments + findings.lookAlikes === 0) this.#good?.add(sha256);
    else this.#findings.set(sha256, findings);
    return { bson, sha256 };
  }

  /** The findings in a block that was hashed. */
  of(sha256: string): BlockFindings {
    return this.#findings.get(sha256) ?? NOTHING;
  }
}
