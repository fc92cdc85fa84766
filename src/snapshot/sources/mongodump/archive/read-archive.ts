import { BSON, type Document } from 'bson';
import { messageOf } from '../../../../kernel/errors.ts';
import { documentLength, MAX_DOCUMENT_BYTES, MIN_DOCUMENT_BYTES } from '../../../blocks/index.ts';
import { invalidDump } from '../errors.ts';
import { BUCKETS_PREFIX } from '../file-names.ts';
import { parseMetadata, type DumpMetadata } from '../metadata.ts';
import { Crc64 } from './crc64.ts';
import { PieceReader, type Pieces } from '../piece-reader.ts';

// The format of `mongodump --archive`, taken from the source of mongo-tools (https://github.com/mongodb/mongo-tools,
// common/archive). All numbers are little-endian.
//
//   archive   = magic header metadata* terminator block*
//   magic     = 6d e2 99 81
//   header    = document {concurrent_collections, version: "0.1", server_version, tool_version}
//   metadata  = document {db, collection, metadata, size, type}: one for each collection, view and time series. `metadata` is the
//               text of a .metadata.json file. The oplog is the collection "oplog" of the database "".
//   block     = namespace document* terminator
//   namespace = document {db, collection, EOF, CRC}: the collection of the documents that follow. A time series has the
//               collection "system.buckets.<name>" here, or "<name>" of servers since MongoDB 8.3. If EOF is true, the
//               namespace has no more documents in this block or later, and CRC is the checksum of all its documents.
//   terminator = ff ff ff ff, where a document would begin with its length
//
// The blocks of collections that mongodump reads at the same time are interleaved. Nothing marks the end of the
// archive: it is complete when every namespace has ended.

const MAGIC = 0x8199e26d;
const FORMAT_VERSION = '0.1';
const TERMINATOR = -1;
/** The limit for all metadata, which are kept in memory. 100,000 collections have a tenth of it. */
const MAX_PRELUDE_BYTES = 256 * 1024 * 1024;

/** A collection, view or time series, as the beginning of an archive describes it. */
export interface ArchivedCollection extends DumpMetadata {
  /** Empty for the oplog. */
  readonly database: string;
  readonly name: string;
}

/** The part of an archive before the documents. */
export interface Prelude {
  readonly serverVersion: string;
  readonly collections: readonly ArchivedCollection[];
}

/** The prelude comes first, once. The index of a collection in the prelude, from 0, identifies the collection. */
export type ArchivePart =
  | { readonly prelude: Prelude }
  /** Bytes of documents, cut anywhere. They are valid until the next part is requested. */
  | { readonly collection: number; readonly documents: Uint8Array<ArrayBuffer> }
  /** The collection has no more documents, and its checksum is right. */
  | { readonly ended: number };

/**
 * Reads an unzipped archive of mongodump. The archive is complete when the iteration ends.
 * @param origin the name of the archive in errors.
 * @throws AppError `INVALID_DUMP`
 */
export async function* readArchive(pieces: Pieces, origin: string): AsyncGenerator<ArchivePart, void, undefined> {
  const archive = new ArchiveReader(pieces, origin);
  try {
    yield* archive.parts();
  } finally {
    await archive.close();
  }
}

interface Namespace {
  readonly collection: number;
  /** Of a view there is a block without documents, and its end. */
  readonly isView: boolean;
  readonly crc: Crc64;
  hasEnded: boolean;
}

class ArchiveReader {
  readonly #input: PieceReader;
  readonly #origin: string;

  constructor(pieces: Pieces, origin: string) {
    this.#input = new PieceReader(pieces);
    this.#origin = origin;
  }

  async close(): Promise<void> {
    await this.#input.close();
  }

  async *parts(): AsyncGenerator<ArchivePart, void, undefined> {
    const prelude = await this.#prelude();
    yield { prelude };
    const namespaces = this.#namespacesOf(prelude);
    while (await this.#input.fill(1)) {
      const { database, name, hasEnded, crc } = this.#namespaceHeader(await this.#document('a namespace'));
      const namespace = namespaces.get(keyOf(database, name));
      if (namespace === undefined) throw this.#invalid(`has documents of ${database}.${name}, which it does not list`);
      if (namespace.hasEnded) throw this.#invalid(`goes on with ${database}.${name}, which had ended`);
      for await (const documents of this.#documents()) {
        if (namespace.isView) throw this.#invalid(`has documents of the view ${database}.${name}`);
        if (hasEnded) throw this.#invalid(`has documents behind the end of ${database}.${name}`);
        namespace.crc.update(documents);
        yield { collection: namespace.collection, documents };
      }
      if (!hasEnded) continue;
      if (namespace.crc.value !== crc) {
        throw this.#invalid(
          `has documents of ${database}.${name} that do not have the checksum that was written of them`,
        );
      }
      namespace.hasEnded = true;
      yield { ended: namespace.collection };
    }
    this.#assertWhole(prelude, namespaces);
  }

  async #prelude(): Promise<Prelude> {
    if (!(await this.#input.fill(4)) || documentLength(this.#input.rest, 0) >>> 0 !== MAGIC) {
      throw this.#invalid('is not what mongodump --archive writes: it does not begin with the bytes 6d e2 99 81');
    }
    this.#input.skip(4);
    const header = this.#parse(await this.#document('the header'));
    const version = this.#text(header, 'version');
    if (version !== FORMAT_VERSION) throw this.#invalid(`has the format ${version}, and ${FORMAT_VERSION} can be read`);
    const serverVersion = this.#text(header, 'server_version');
    const collections: ArchivedCollection[] = [];
    for (;;) {
      const bytes = await this.#documentOrEnd();
      if (bytes === undefined) return { serverVersion, collections };
      if (this.#input.position > MAX_PRELUDE_BYTES) {
        throw this.#invalid(`describes its collections in more than ${MAX_PRELUDE_BYTES} bytes`);
      }
      collections.push(this.#archivedCollection(this.#parse(bytes)));
    }
  }

  #archivedCollection(document: Document): ArchivedCollection {
    const database = this.#text(document, 'db');
    const name = this.#text(document, 'collection');
    const metadata = this.#text(document, 'metadata');
    const origin = `the metadata of ${database}.${name} in ${this.#origin}`;
    return { ...parseMetadata(origin, metadata), database, name };
  }

  #namespacesOf({ collections }: Prelude): ReadonlyMap<string, Namespace> {
    const namespaces = new Map<string, Namespace>();
    const add = (database: string, name: string, namespace: Namespace): void => {
      const key = keyOf(database, name);
      if (namespaces.has(key)) throw this.#invalid(`lists ${database}.${name} twice`);
      namespaces.set(key, namespace);
    };
    for (const [collection, { database, name, type }] of collections.entries()) {
      const namespace = { collection, isView: type === 'view', crc: new Crc64(), hasEnded: false };
      add(database, name, namespace);
      if (type === 'timeseries') add(database, BUCKETS_PREFIX + name, namespace);
    }
    return namespaces;
  }

  #assertWhole({ collections }: Prelude, namespaces: ReadonlyMap<string, Namespace>): void {
    for (const { database, name, type } of collections) {
      if (type === 'view' || namespaces.get(keyOf(database, name))?.hasEnded === true) continue;
      throw this.#cutOff(`before the documents of ${database}.${name} do`);
    }
  }

  #namespaceHeader(bytes: Uint8Array): {
    readonly database: string;
    readonly name: string;
    readonly hasEnded: boolean;
    readonly crc: bigint;
  } {
    const header = this.#parse(bytes);
    const { EOF: hasEnded, CRC: crc } = header;
    if (typeof hasEnded !== 'boolean' || typeof crc !== 'bigint')
      throw this.#invalid('has a namespace without EOF or CRC');
    return { database: this.#text(header, 'db'), name: this.#text(header, 'collection'), hasEnded, crc };
  }

  /** Yields the documents before the next terminator in pieces, cut anywhere. */
  async *#documents(): Pieces {
    const input = this.#input;
    /** The missing bytes of a document that reaches beyond the piece. */
    let missing = 0;
    for (;;) {
      if (!(await input.fill(missing > 0 ? 1 : 4))) throw this.#cutOff('in the middle of documents');
      const { rest } = input;
      let at = Math.min(missing, rest.byteLength);
      missing -= at;
      let hasEnded = false;
      while (missing === 0 && rest.byteLength - at >= 4) {
        const length = documentLength(rest, at);
        hasEnded = length === TERMINATOR;
        if (hasEnded) break;
        this.#assertLength(length, at);
        missing = Math.max(0, at + length - rest.byteLength);
        at += length - missing;
      }
      input.skip(hasEnded ? at + 4 : at);
      if (at > 0) yield rest.subarray(0, at);
      if (hasEnded) return;
    }
  }

  async #document(what: string): Promise<Uint8Array> {
    const bytes = await this.#documentOrEnd();
    if (bytes === undefined) throw this.#invalid(`has a terminator where ${what} begins`);
    return bytes;
  }

  /** Returns a document; undefined for a terminator. */
  async #documentOrEnd(): Promise<Uint8Array | undefined> {
    const input = this.#input;
    if (!(await input.fill(4))) throw this.#cutOff('where a document begins');
    const length = documentLength(input.rest, 0);
    if (length === TERMINATOR) {
      input.skip(4);
      return undefined;
    }
    this.#assertLength(length, 0);
    if (!(await input.fill(length))) throw this.#cutOff('in the middle of a document');
    const bytes = input.rest.slice(0, length);
    input.skip(length);
    return bytes;
  }

  #assertLength(length: number, ahead: number): void {
    if (length >= MIN_DOCUMENT_BYTES && length <= MAX_DOCUMENT_BYTES) return;
    throw invalidDump(
      this.#origin,
      `is damaged at byte ${this.#input.position + ahead}: a document cannot have ${length} bytes`,
    );
  }

  #parse(bytes: Uint8Array): Document {
    try {
      return BSON.deserialize(bytes, { useBigInt64: true });
    } catch (cause) {
      throw invalidDump(this.#origin, `is damaged before byte ${this.#input.position}: ${messageOf(cause)}`, cause);
    }
  }

  #text(document: Document, key: string): string {
    const value: unknown = document[key];
    if (typeof value === 'string' && value.isWellFormed()) return value;
    throw this.#invalid(`has a description without ${key}`);
  }

  #invalid(reason: string): Error {
    return invalidDump(this.#origin, `${reason} (before byte ${this.#input.position})`);
  }

  #cutOff(where: string): Error {
    const { position, rest } = this.#input;
    return invalidDump(this.#origin, `ends at byte ${position + rest.byteLength} ${where}: it was cut off`);
  }
}

function keyOf(database: string, name: string): string {
  return JSON.stringify([database, name]);
}
