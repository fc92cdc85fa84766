import { open, type FileHandle } from 'node:fs/promises';
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

/** Writes an archive as a whole. @param path the file, which must not exist. @throws what node:fs throws. */
export async function writeArchive(
  path: string,
  mongodbVersion: string,
  namespaces: readonly ArchivedNamespace[],
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(path + PARTIAL, 'w', OWNER_ONLY_FILE);
  try {
    await handle.appendFile(headerOf(mongodbVersion));
    for (const each of namespaces) await handle.appendFile(metadataOf(each));
    await handle.appendFile(TERMINATOR);
    for (const each of namespaces) {
      signal.throwIfAborted();
      await appendDocuments(handle, each);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await putInPlace(path);
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

async function appendDocuments(handle: FileHandle, each: ArchivedNamespace): Promise<void> {
  const crc = new Crc64();
  await handle.appendFile(namespaceHeader(each, undefined));
  for await (const piece of each.documents?.() ?? []) {
    crc.update(piece);
    await handle.appendFile(piece);
  }
  await handle.appendFile(Buffer.concat([TERMINATOR, namespaceHeader(each, crc.value), TERMINATOR]));
}

/** @param crc the checksum of all documents, at the end of the namespace. */
function namespaceHeader({ database, documentsName }: ArchivedNamespace, crc: bigint | undefined): Uint8Array {
  return BSON.serialize({ db: database, collection: documentsName, EOF: crc !== undefined, CRC: crc ?? 0n });
}
