import { releaseBytes } from '../../kernel/release-bytes.ts';
import type { BlockReference, Snapshot, SnapshotCollection, SnapshotEntry } from '../../snapshot/repository/index.ts';
import type { BlockPool, BlockSession } from '../threads/index.ts';
import { endOf, ZEROS, type DumpLayout, type PlacedFile } from './dump-layout.ts';
import { paddingOf, TAR_END_BYTES, tarHeader } from './tar.ts';

/** A piece of the archive that is at hand, or a block of documents that is still to be read. */
type Part =
  | { readonly bytes: Uint8Array; readonly block?: never; readonly skip?: never }
  | {
      readonly block: BlockReference;
      /** The number of bytes at its start that the reader does not want. */
      readonly skip: number;
      readonly bytes?: never;
    };

/**
 * Yields the archive from an offset to its end. A piece is the reader's until it asks for the next one. No block is read ahead, because
 * several downloads run at a time, and their clients are slower than the repository.
 */
export async function* readTar(
  { snapshot, pool }: { readonly snapshot: Snapshot; readonly pool: BlockPool },
  layout: DumpLayout,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const session = pool.beginSession(signal);
  try {
    for (const { block, skip, bytes } of partsFrom(snapshot, layout, from)) {
      signal.throwIfAborted();
      if (block === undefined) {
        if (bytes.byteLength > 0) yield bytes;
        continue;
      }
      const unpacked = await readBlock(snapshot, session, block, signal);
      yield unpacked.subarray(skip);
      releaseBytes(unpacked);
    }
  } finally {
    session.end();
  }
}

async function readBlock(
  snapshot: Snapshot,
  session: BlockSession,
  block: BlockReference,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { sha256, bytes } = block;
  const stored = await snapshot.storedBlock(block, { signal });
  return await session.run('unpack', { stored, sha256, bytes });
}

function* partsFrom(snapshot: Snapshot, layout: DumpLayout, from: number): Generator<Part, void, undefined> {
  const blocks = new BlocksInOrder(snapshot);
  for (const file of layout.files) {
    if (endOf(file) > from) yield* partsOfFile(file, layout.modifiedAt, blocks, Math.max(0, from - file.start));
  }
  const end = layout.bytes - TAR_END_BYTES;
  yield { bytes: ZEROS.subarray(Math.max(0, from - end), TAR_END_BYTES) };
}

function* partsOfFile(
  { path, bytes, text, collection, headerBytes }: PlacedFile,
  modifiedAt: number,
  blocks: BlocksInOrder,
  skip: number,
): Generator<Part, void, undefined> {
  yield { bytes: tarHeader({ path, bytes, modifiedAt }).subarray(skip) };
  const skipped = Math.max(0, skip - headerBytes);
  if (text !== undefined) yield { bytes: Buffer.from(text()).subarray(skipped) };
  else if (collection !== undefined) yield* blocks.partsOf(collection, skipped);
  yield { bytes: ZEROS.subarray(Math.max(0, skipped - bytes), paddingOf(bytes)) };
}

/** Finds the blocks of collections, which are asked for in the order of the snapshot. */
class BlocksInOrder {
  readonly #entries: Generator<SnapshotEntry, undefined>;

  constructor(snapshot: Snapshot) {
    this.#entries = each(snapshot.entries());
  }

  *partsOf(wanted: SnapshotCollection, skip: number): Generator<Part, void, undefined> {
    let entry = this.#entries.next();
    while (entry.done !== true && !isSame(entry.value.collection, wanted)) entry = this.#entries.next();
    let toSkip = skip;
    for (let number = 0; number < wanted.blocks; number++) {
      const { block } = this.#entries.next().value ?? {};
      if (block === undefined)
        throw new Error(`the snapshot ends before the blocks of ${wanted.database}.${wanted.name}`);
      if (toSkip < block.bytes) yield { block, skip: toSkip };
      toSkip = Math.max(0, toSkip - block.bytes);
    }
  }
}

function isSame(a: SnapshotCollection | undefined, b: SnapshotCollection): boolean {
  return a !== undefined && a.database === b.database && a.name === b.name;
}

function* each<T>(items: Iterable<T>): Generator<T, undefined> {
  yield* items;
  return undefined;
}
