import type { Snapshot, SnapshotCollection } from '../../snapshot/repository/index.ts';
import { dumpPaths, metadataText, PRELUDE_FILE, preludeText } from '../../snapshot/targets/index.ts';
import { paddingOf, TAR_BLOCK_BYTES, TAR_END_BYTES, tarHeader } from './tar.ts';

/** mongorestore reads the directory `dump` where no other one is named. */
const TOP = 'dump';

/** A file of the dump, and where the archive has it. */
export interface PlacedFile {
  readonly path: string;
  readonly bytes: number;
  /** The offset of its header in the archive. */
  readonly start: number;
  /** The length of its header. */
  readonly headerBytes: number;
  /** A text; absent: the documents of the collection. */
  readonly text?: () => string;
  readonly collection?: SnapshotCollection;
}

/** All files of a dump in the order of the archive, and the length of the archive. */
export interface DumpLayout {
  readonly files: readonly PlacedFile[];
  readonly bytes: number;
  /** Seconds since the Unix epoch, for every file. */
  readonly modifiedAt: number;
}

/** @throws AppError `DUMP_NAME_UNUSABLE` */
export function layOutDump({ header, collections }: Pick<Snapshot, 'header' | 'collections'>): DumpLayout {
  const modifiedAt = Math.floor(header.startedAt / 1000);
  const files: PlacedFile[] = [];
  let start = 0;
  const add = (path: string, bytes: number, content: Pick<PlacedFile, 'text' | 'collection'>): void => {
    const headerBytes = tarHeader({ path, bytes, modifiedAt }).byteLength;
    files.push({ path, bytes, start, headerBytes, ...content });
    start += headerBytes + bytes + paddingOf(bytes);
  };
  const addText = (path: string, text: () => string): void => add(path, Buffer.byteLength(text()), { text });
  addText(`${TOP}/${PRELUDE_FILE}`, () => preludeText(header.mongodbVersion));
  for (const collection of collections) {
    const { documents, metadata } = dumpPaths(collection);
    if (metadata !== undefined) addText(`${TOP}/${metadata}`, () => metadataText(collection));
    if (documents !== undefined) add(`${TOP}/${documents}`, collection.bytes, { collection });
  }
  return { files, bytes: start + TAR_END_BYTES, modifiedAt };
}

/** The end of a file in the archive, with the bytes that fill its last block. */
export function endOf({ start, headerBytes, bytes }: PlacedFile): number {
  return start + headerBytes + bytes + paddingOf(bytes);
}

/** Zeros for the end of a file and for the end of the archive. */
export const ZEROS: Uint8Array = new Uint8Array(Math.max(TAR_BLOCK_BYTES, TAR_END_BYTES));
