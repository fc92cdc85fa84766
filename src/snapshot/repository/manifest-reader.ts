import { createHash } from 'node:crypto';
import { messageOf } from '../../kernel/errors.ts';
import type { CallOptions, ObjectStore } from '../../object-store/contract.ts';
import { isMissingObject } from '../../object-store/errors.ts';
import { BlockList } from './block-list.ts';
import type { Snapshot, SnapshotCollection, SnapshotEntry, SnapshotHeader, SnapshotTotals } from './contract.ts';
import {
  manifestCorrupt,
  manifestKey,
  parseManifestLine,
  snapshotNotFound,
  type ManifestLine,
} from './manifest-format.ts';

/**
 * The longest line is that of a collection with its options. MongoDB allows 16 MB of options, and Extended JSON is
 * longer.
 */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

const LINE_END = 0x0a;

/**
 * Reads a manifest once, to its end. The result holds the list of blocks, because nothing should read the manifest
 * again.
 * @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`.
 */
export async function readSnapshot(
  store: ObjectStore,
  id: string,
  options: CallOptions,
): Promise<Omit<Snapshot, 'storedBlock'>> {
  let header: SnapshotHeader | undefined;
  let totals: SnapshotTotals | undefined;
  const collections: SnapshotCollection[] = [];
  const blocks = new BlockList();
  for await (const line of readManifest(store, id, options)) {
    if (line.kind === 'header') header = line.header;
    if (line.kind === 'collection') collections.push(line.collection);
    if (line.kind === 'block') blocks.add(line.block);
    if (line.kind === 'end') totals = line.totals;
  }
  if (header === undefined || totals === undefined) throw manifestCorrupt(id, 'it is empty');
  return { header, totals, collections, entries: () => entriesOf(collections, blocks) };
}

function* entriesOf(
  collections: readonly SnapshotCollection[],
  blocks: BlockList,
): Generator<SnapshotEntry, void, undefined> {
  let first = 0;
  for (const collection of collections) {
    yield { collection };
    for (const block of blocks.slice(first, collection.blocks)) yield { block };
    first += collection.blocks;
  }
}

/** Yields the lines of a manifest while it is read. None is kept. */
export async function* readEntries(
  store: ObjectStore,
  id: string,
  options: CallOptions,
): AsyncGenerator<SnapshotEntry, void, undefined> {
  for await (const line of readManifest(store, id, options)) {
    if (line.kind === 'collection') yield { collection: line.collection };
    if (line.kind === 'block') yield { block: line.block };
  }
}

/** Yields every line after a check. Only the end of the iteration shows that no line is missing. */
async function* readManifest(
  store: ObjectStore,
  id: string,
  options: CallOptions,
): AsyncGenerator<ManifestLine, void, undefined> {
  const key = manifestKey(id);
  const hash = createHash('sha256');
  const tally = { collections: 0, blocks: 0, documents: 0, bytes: 0, storedBytes: 0, badDocuments: 0, lookAlikes: 0 };
  const counted = new Set<string>();
  let announced = { documents: 0, bytes: 0, blocks: 0 };
  let last: ManifestLine['kind'] | undefined;
  try {
    for await (const bytes of linesOf(store.read(key, options))) {
      const line = parse(id, bytes);
      if ((last === undefined) !== (line.kind === 'header'))
        throw manifestCorrupt(id, 'the header is not its first line');
      if (last === 'end') throw manifestCorrupt(id, 'it goes on after its end');
      last = line.kind;
      switch (line.kind) {
        case 'header':
          if (line.header.id !== id) throw manifestCorrupt(id, `it is that of snapshot ${line.header.id}`);
          break;
        case 'collection':
          if (announced.blocks !== 0) throw manifestCorrupt(id, 'a collection lacks blocks');
          tally.collections++;
          tally.badDocuments += line.collection.badDocuments;
          tally.lookAlikes += line.collection.lookAlikes;
          announced = { ...line.collection };
          assertSpent(id, announced);
          break;
        case 'block':
          tally.blocks++;
          tally.documents += line.block.documents;
          tally.bytes += line.block.bytes;
          if (!counted.has(line.block.sha256)) tally.storedBytes += line.block.storedBytes;
          counted.add(line.block.sha256);
          announced = {
            documents: announced.documents - line.block.documents,
            bytes: announced.bytes - line.block.bytes,
            blocks: announced.blocks - 1,
          };
          assertSpent(id, announced);
          break;
        case 'end':
          if (announced.blocks !== 0) throw manifestCorrupt(id, 'a collection lacks blocks');
          if (hash.digest('hex') !== line.sha256) throw manifestCorrupt(id, 'its checksum does not fit');
          for (const [name, value] of Object.entries(tally)) {
            if (Object.entries(line.totals).some(([total, said]) => total === name && said !== value)) {
              throw manifestCorrupt(id, `its total of ${name} does not fit`);
            }
          }
          break;
      }
      yield line;
      if (line.kind !== 'end') hash.update(bytes).update('\n');
    }
  } catch (thrown) {
    if (isMissingObject(thrown)) throw snapshotNotFound(id, thrown);
    throw thrown;
  }
  if (last !== 'end') throw manifestCorrupt(id, 'it was cut off');
}

/**
 * Checks that the counts of a collection equal those of its blocks. @param left the counts that no block has used up.
 */
function assertSpent(id: string, left: { documents: number; bytes: number; blocks: number }): void {
  if (left.blocks < 0 || (left.blocks === 0 && (left.documents !== 0 || left.bytes !== 0))) {
    throw manifestCorrupt(id, "a collection's counts are not those of its blocks");
  }
}

function parse(id: string, bytes: Uint8Array): ManifestLine {
  try {
    return parseManifestLine(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw manifestCorrupt(id, messageOf(cause), cause);
  }
}

/** Yields lines without their ends. Bytes behind the last line end are dropped, because the line was cut off. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end: number; (end = piece.indexOf(LINE_END, start)) !== -1; start = end + 1) {
      const rest = piece.subarray(start, end);
      yield kept.length === 0 ? rest : Buffer.concat([...kept, rest]);
      kept = [];
      keptBytes = 0;
    }
    if (start < piece.byteLength) {
      kept.push(piece.subarray(start));
      keptBytes += piece.byteLength - start;
      if (keptBytes > MAX_LINE_BYTES) throw new Error(`a line has more than ${MAX_LINE_BYTES} bytes`);
    }
  }
  if (kept.length > 0) yield Buffer.concat(kept);
}
