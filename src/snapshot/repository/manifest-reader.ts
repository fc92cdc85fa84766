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
  store: Pick<ObjectStore, 'read'>,
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

/**
 * Reads the beginning of a manifest, which does not show whether the rest is as it was written.
 * @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`.
 */
export async function readSnapshotHeader(
  store: Pick<ObjectStore, 'read'>,
  id: string,
  options: CallOptions,
): Promise<SnapshotHeader> {
  for await (const line of readManifest(store, id, options)) if (line.kind === 'header') return line.header;
  throw manifestCorrupt(id, 'it is empty');
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
  store: Pick<ObjectStore, 'read'>,
  id: string,
  options: CallOptions,
): AsyncGenerator<SnapshotEntry, void, undefined> {
  for await (const line of readManifest(store, id, options)) {
    if (line.kind === 'collection') yield { collection: line.collection };
    if (line.kind === 'block') yield { block: line.block };
  }
}

/** The start of a block's line as `blockLine` writes it. Its name follows. */
const BLOCK_LINE_START = Buffer.from('{"block":{"sha256":"');
const NAME_CHARACTERS = 64;

/**
 * Yields the names of a manifest's blocks in runs while it is read. Parsing every line takes several times as long, so only lines of
 * another form than Longshore's own are parsed. The end of the iteration shows that the manifest is as it was written.
 * @throws AppError `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MANIFEST_CORRUPT`.
 */
export async function* readBlockNames(
  store: Pick<ObjectStore, 'read'>,
  id: string,
  options: CallOptions,
): AsyncGenerator<readonly string[], void, undefined> {
  const hash = createHash('sha256');
  let last: ManifestLine['kind'] | undefined;
  try {
    for await (const run of wholeLines(store.read(manifestKey(id), options))) {
      const names: string[] = [];
      for (const [start, end] of linesIn(run)) {
        if (last === 'end') throw manifestCorrupt(id, 'it goes on after its end');
        const name = last === undefined ? undefined : nameInLine(run, start, end);
        const line = name === undefined ? parse(id, run.subarray(start, end)) : undefined;
        assertHeader(id, last, line);
        last = line?.kind ?? 'block';
        if (name !== undefined) names.push(name);
        if (line?.kind === 'block') names.push(line.block.sha256);
        if (line?.kind === 'end') {
          if (hash.update(run.subarray(0, start)).digest('hex') !== line.sha256) {
            throw manifestCorrupt(id, 'its checksum does not fit');
          }
        }
      }
      if (last !== 'end') hash.update(run);
      yield names;
    }
  } catch (thrown) {
    if (isMissingObject(thrown)) throw snapshotNotFound(id, thrown);
    throw thrown;
  }
  if (last !== 'end') throw manifestCorrupt(id, 'it was cut off');
}

/** The name in a block's line of Longshore's own form; undefined for another line. */
function nameInLine(run: Buffer, start: number, end: number): string | undefined {
  const at = start + BLOCK_LINE_START.byteLength;
  if (at + NAME_CHARACTERS > end || run.compare(BLOCK_LINE_START, 0, undefined, start, at) !== 0) return undefined;
  const name = run.toString('latin1', at, at + NAME_CHARACTERS + 1);
  return /^[0-9a-f]{64}"$/.test(name) ? name.slice(0, -1) : undefined;
}

/** Checks that the first line, and no other, is the manifest's header. */
function assertHeader(id: string, last: ManifestLine['kind'] | undefined, line: ManifestLine | undefined): void {
  if ((last === undefined) !== (line?.kind === 'header')) throw manifestCorrupt(id, 'the header is not its first line');
  if (line?.kind === 'header' && line.header.id !== id)
    throw manifestCorrupt(id, `it is that of snapshot ${line.header.id}`);
}

/** Yields every line after a check. Only the end of the iteration shows that no line is missing. */
async function* readManifest(
  store: Pick<ObjectStore, 'read'>,
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
      assertHeader(id, last, line);
      if (last === 'end') throw manifestCorrupt(id, 'it goes on after its end');
      last = line.kind;
      switch (line.kind) {
        case 'header':
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

/** Yields lines without their ends. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const run of wholeLines(pieces)) for (const [start, end] of linesIn(run)) yield run.subarray(start, end);
}

/** Yields runs of whole lines. What is behind the last line end counts as a line, which was cut off. */
async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const piece of pieces) {
    const whole = piece.lastIndexOf(LINE_END) + 1;
    if (whole > 0) {
      yield joined([...kept, piece.subarray(0, whole)]);
      kept = [];
      keptBytes = 0;
    }
    if (whole < piece.byteLength) {
      kept.push(piece.subarray(whole));
      keptBytes += piece.byteLength - whole;
      if (keptBytes > MAX_LINE_BYTES) throw new Error(`a line has more than ${MAX_LINE_BYTES} bytes`);
    }
  }
  if (kept.length > 0) yield joined(kept);
}

function joined([first, ...more]: readonly Uint8Array[]): Buffer {
  if (first === undefined) return Buffer.alloc(0);
  return more.length === 0
    ? Buffer.from(first.buffer, first.byteOffset, first.byteLength)
    : Buffer.concat([first, ...more]);
}

/** Yields the start and the end of each line in a run, without its line end. */
function* linesIn(run: Buffer): Generator<readonly [number, number], void, undefined> {
  for (let start = 0; start < run.byteLength;) {
    const found = run.indexOf(LINE_END, start);
    const end = found === -1 ? run.byteLength : found;
    yield [start, end];
    start = end + 1;
  }
}
