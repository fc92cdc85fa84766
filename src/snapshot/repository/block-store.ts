import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import { assertWritten, isMissingObject, isUnreadable } from '../../object-store/errors.ts';
import { mostStoredBytes, type BlockName } from '../blocks/index.ts';
import type { BlockPacker, MendedBlock, SnapshotReader, StoredBlockInfo } from './contract.ts';

const BLOCKS = 'blocks/';

export function blockKey(sha256: string): string {
  return `${BLOCKS}${sha256.slice(0, 2)}/${sha256}`;
}

/** The name of the block under a key; undefined if the key is that of something else. */
export function nameOfBlock(key: string): string | undefined {
  const sha256 = key.slice(key.lastIndexOf('/') + 1);
  return /^[0-9a-f]{64}$/.test(sha256) && key === blockKey(sha256) ? sha256 : undefined;
}

/** Reads a block in its stored form. @throws AppError `BLOCK_MISSING`, `BLOCK_UNREADABLE` */
export async function readStoredBlock(
  store: SnapshotReader,
  { sha256, bytes }: BlockName,
  { signal }: CallOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await store.get(blockKey(sha256), { signal, mostBytes: mostStoredBytes(bytes) });
  } catch (cause) {
    if (isUnreadable(cause)) throw blockUnreadable(sha256, cause);
    if (!isMissingObject(cause)) throw cause;
    throw new AppError({
      code: 'BLOCK_MISSING',
      message: `the snapshot repository lacks block ${sha256}`,
      hint: 'The repository was damaged: take a new snapshot, or restore the repository from its own backup. Another snapshot may be whole.',
      cause,
    });
  }
}

/**
 * The blocks of a repository. Running captures pin the blocks that they rely on, because a block that a capture found
 * must not be deleted before a manifest names it.
 */
export class BlockStore {
  readonly #store: ObjectStore;
  /** The number of captures that rely on a block. */
  readonly #pins = new Map<string, number>();
  /** Running deletions. A capture that needs the block waits, and then finds it missing. */
  readonly #deletions = new Map<string, Promise<void>>();
  /** Blocks that are being written. Other captures with the same block wait for it. */
  readonly #writes = new Map<string, Promise<BlockPut>>();

  readonly #onMended: (block: MendedBlock) => void;

  constructor(store: ObjectStore, onMended: (block: MendedBlock) => void) {
    this.#store = store;
    this.#onMended = onMended;
  }

  /**
   * @param pin called with the block's name before the block is searched. It returns the stored size if the capture
   * knows that the block is present and undamaged.
   * @returns the block's name, its stored size, and memory for another block.
   */
  async put(
    given: Uint8Array<ArrayBuffer>,
    packer: BlockPacker,
    pin: (sha256: string) => number | undefined,
    signal: AbortSignal,
  ): Promise<BlockPut> {
    const { bson, sha256 } = await packer.hash(given);
    signal.throwIfAborted();
    const known = pin(sha256);
    if (known !== undefined) return { sha256, storedBytes: known, isNew: false, memory: bson };
    await this.#deletions.get(sha256);
    let underWay: Promise<BlockPut> | undefined;
    while ((underWay = this.#writes.get(sha256)) !== undefined) {
      // The signal of the other capture may have ended the write. Then this capture writes the block.
      const shared = await underWay.catch(() => undefined);
      signal.throwIfAborted();
      if (shared !== undefined) return { sha256, storedBytes: shared.storedBytes, isNew: false, memory: bson };
    }
    const writing = this.#write(bson, sha256, packer, signal);
    this.#writes.set(sha256, writing);
    try {
      return await writing;
    } finally {
      this.#writes.delete(sha256);
    }
  }

  async #write(
    bson: Uint8Array<ArrayBuffer>,
    sha256: string,
    packer: BlockPacker,
    signal: AbortSignal,
  ): Promise<BlockPut> {
    const key = blockKey(sha256);
    const found = await this.#verified(bson.byteLength, sha256, packer, signal);
    if ('storedBytes' in found) return { sha256, storedBytes: found.storedBytes, isNew: false, memory: bson };
    const stored = await packer.pack(bson, sha256);
    const storedBytes = stored.byteLength;
    assertWritten(key, { bytes: storedBytes }, await this.#store.put(key, [stored], { signal }));
    if (found.damage !== undefined) this.#onMended({ sha256, error: found.damage });
    return { sha256, storedBytes, isNew: true, memory: stored };
  }

  /** Returns the stored size of an undamaged block. Otherwise returns the damage, or nothing for a missing block. */
  async #verified(
    bytes: number,
    sha256: string,
    packer: BlockPacker,
    signal: AbortSignal,
  ): Promise<{ readonly storedBytes: number } | { readonly damage?: unknown }> {
    try {
      const stored = await this.#store.get(blockKey(sha256), { signal });
      const storedBytes = stored.byteLength;
      await packer.verify(stored, { sha256, bytes });
      return { storedBytes };
    } catch (thrown) {
      if (isMissingObject(thrown)) return {};
      if (codeOf(thrown) === 'BLOCK_CORRUPT' || isUnreadable(thrown)) return { damage: thrown };
      throw thrown;
    }
  }

  /** Returns the stored size of a block; undefined if it is missing. */
  async storedBytes(sha256: string, options: CallOptions): Promise<number | undefined> {
    await this.#deletions.get(sha256);
    return (await this.#store.head(blockKey(sha256), options))?.bytes;
  }

  pin(sha256: string): void {
    this.#pins.set(sha256, (this.#pins.get(sha256) ?? 0) + 1);
  }

  unpin(sha256: string): void {
    const others = (this.#pins.get(sha256) ?? 1) - 1;
    if (others === 0) this.#pins.delete(sha256);
    else this.#pins.set(sha256, others);
  }

  /** Deletes the block unless a capture relies on it. @returns whether the block was deleted. */
  async delete(sha256: string, options: CallOptions): Promise<boolean> {
    if (this.#pins.has(sha256)) return false;
    const deletion = this.#store.delete(blockKey(sha256), options);
    this.#deletions.set(
      sha256,
      deletion.catch(() => undefined),
    );
    try {
      await deletion;
    } finally {
      this.#deletions.delete(sha256);
    }
    return true;
  }

  /** Yields the name and the stored size of every block. */
  async *list(options: CallOptions): AsyncGenerator<StoredBlockInfo> {
    for await (const { key, bytes: storedBytes } of this.#store.list(BLOCKS, options)) {
      const sha256 = nameOfBlock(key);
      if (sha256 !== undefined) yield { sha256, storedBytes };
    }
  }
}

/** The error is transient, because a loose cable or a network file system may recover. */
function blockUnreadable(sha256: string, cause: unknown): AppError {
  return new AppError({
    code: 'BLOCK_UNREADABLE',
    message: `block ${sha256} of the snapshot repository cannot be read: ${messageOf(cause)}`,
    hint:
      'Look for errors of the disk in the log of the system. `longshore repository check --read-data` names all such blocks. A new ' +
      'snapshot of the cluster stores them anew where its data did not change.',
    transient: true,
    cause,
  });
}

interface BlockPut {
  readonly sha256: string;
  readonly storedBytes: number;
  readonly isNew: boolean;
  /** The block's memory, or that of its packed form. */
  readonly memory: Uint8Array<ArrayBuffer>;
}
