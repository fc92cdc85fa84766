import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BSON } from 'bson';
import { Crc64 } from '../../sources/index.ts';
import { OWNER_ONLY_FILE, PARTIAL, putInPlace } from './files.ts';
import { versionForTools } from './dump-files.ts';

// The format of `mongodump --archive`; docs/formats/mongodump.md has it. Each collection is one block here, and the blocks do
// not alternate.

const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const TERMINATOR = Buffer.from([0xff, 0xff, 0xff, 0xff]);

/** A collection, time series or view of an archive. */
export interface ArchivedNamespace {
  readonly database: string;
  readonly collection: string;
  /** The name under which its documents are written. */
  readonly documentsName: string;
  /** The text of a `.metadata.json` file. */
  readonly metadata: string;
  readonly type: string;
  /** Bytes of its documents. */
  readonly bytes: number;
  /** Yields the documents, cut anywhere; absent for a view. */
  readonly documents?: () => AsyncIterable<Uint8Array>;
}

export interface ArchiveContent {
  readonly mongodbVersion: string;
  readonly namespaces: readonly ArchivedNamespace[];
}

/**
 * Writes an archive as a whole.
 * @param path the file, which must not exist.
 * @param options.gzip whether the archive is zipped, as by `mongodump --gzip`.
 * @throws what node:fs throws.
 */
export async function writeArchive(
  path: string,
  content: ArchiveContent,
  { gzip, signal }: { readonly gzip: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const handle = await open(path + PARTIAL, 'w', OWNER_ONLY_FILE);
  const write = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of pieces) await handle.appendFile(piece);
  };
  try {
    // A stream reads ahead, so it needs copies: the next read would overwrite lent pieces.
    if (gzip) await pipeline(copies(archiveOf(content, signal)), createGzip({ level: FAST }), write);
    else await write(archiveOf(content, signal));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await putInPlace(path);
}

/** The level of zlib. A fast one makes the archive a little larger, and does not keep a restore waiting. */
const FAST = 1;

async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield piece.slice();
}

async function* archiveOf(
  { mongodbVersion, namespaces }: ArchiveContent,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield headerOf(mongodbVersion);
  for (const each of namespaces) yield metadataOf(each);
  yield TERMINATOR;
  for (const each of namespaces) {
    signal.throwIfAborted();
    yield* blocksOf(each);
  }
}

function headerOf(mongodbVersion: string): Buffer {
  const facts = {
    concurrent_collections: 1,
    version: '0.1',
    // An archive has no word for an unknown version: mongorestore refuses all but three numbers.
    server_version: versionForTools(mongodbVersion) ?? '0.0.0',
    tool_version: 'longshore',
  };
  return Buffer.concat([MAGIC, BSON.serialize(facts)]);
}

function metadataOf({ database, collection, metadata, type, bytes }: ArchivedNamespace): Uint8Array {
  return BSON.serialize({ db: database, collection, metadata, size: bytes, type });
}

async function* blocksOf(each: ArchivedNamespace): AsyncGenerator<Uint8Array, void, undefined> {
  const crc = new Crc64();
  yield namespaceHeader(each, undefined);
  for await (const piece of each.documents?.() ?? []) {
    crc.update(piece);
    yield piece;
  }
  yield Buffer.concat([TERMINATOR, namespaceHeader(each, crc.value), TERMINATOR]);
}

/** @param crc the checksum of all documents, at the end of the namespace. */
function namespaceHeader({ database, documentsName }: ArchivedNamespace, crc: bigint | undefined): Uint8Array {
  return BSON.serialize({ db: database, collection: documentsName, EOF: crc !== undefined, CRC: crc ?? 0n });
}
