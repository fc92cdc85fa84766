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

/** The longest line is a collection's with its options; MongoDB takes 16 MB for those, and Extended JSON is longer. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

const LINE_END = 0x0a;

/**
 * Reads a manifest to its end, once. The list of blocks is kept, so that nothing reads the manifest again.
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

/** Yields the lines of a manifest as they are read, for a reader that keeps none of them. */
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

/** Every line, each checked; whether all of them are there is known when the last one came. */
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

/** A collection's counts are those of its blocks: what is left of them when the last block came is nothing. */
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

/** Lines without their end; what follows the last line end is no line, for it was cut off. */
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
