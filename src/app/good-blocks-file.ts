import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { engineHash } from '../extjson/index.ts';
import { codeOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { GoodBlocks } from '../pipelines/capture/index.ts';

const OWNER_ONLY = 0o600;
/** The bytes of a SHA-256: the hash of the engine that checked, and the name of each block. */
const HASH_BYTES = 32;

/**
 * The file that remembers the good blocks of a data directory across starts. It begins with the hash of the engine, because another engine may
 * find more. The file may be lost: a capture then checks every block.
 */
export class GoodBlocksFile {
  readonly #file: string;
  readonly #logger: Logger;
  #engine: Buffer | undefined;
  #blocks: GoodBlocks | undefined;
  #writtenAdditions = 0;

  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /** Runs a capture with the good blocks, which the first one reads. The names that it adds are written when it ends. */
  async during<Result>(capture: (blocks: GoodBlocks) => Promise<Result>): Promise<Result> {
    const blocks = (this.#blocks ??= new GoodBlocks(this.#read()));
    try {
      return await capture(blocks);
    } finally {
      this.#write(blocks);
    }
  }

  #read(): string[] {
    try {
      const bytes = readFileSync(this.#file);
      if (!bytes.subarray(0, HASH_BYTES).equals(this.#engineHash())) return [];
      const names: string[] = [];
      for (let at = HASH_BYTES; at + HASH_BYTES <= bytes.length; at += HASH_BYTES) {
        names.push(bytes.toString('hex', at, at + HASH_BYTES));
      }
      return names;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#logger.warn('the good blocks cannot be read: all are checked', { error });
      return [];
    }
  }

  /** Read once, because an upgrade may replace the engine while this process goes on with its own. @throws Error if engine.wasm cannot be read. */
  #engineHash(): Buffer {
    return (this.#engine ??= engineHash());
  }

  #write(blocks: GoodBlocks): void {
    if (blocks.additions === this.#writtenAdditions) return;
    try {
      const partial = `${this.#file}.partial`;
      const names = Array.from(blocks.names, (name) => Buffer.from(name, 'hex'));
      writeFileSync(partial, Buffer.concat([this.#engineHash(), ...names]), { mode: OWNER_ONLY });
      renameSync(partial, this.#file);
      this.#writtenAdditions = blocks.additions;
    } catch (error) {
      this.#logger.warn('the good blocks cannot be written: the next start checks them again', { error });
    }
  }
}
