import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createDocumentParser, ExtendedJsonError, LineChunks } from '../../extjson/index.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import type { ObjectStore } from '../../object-store/contract.ts';

const LINE_END = 0x0a;

/** No document of 16 MiB, MongoDB's limit, becomes a longer line of Extended JSON. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

const UNZIPPED_PIECE_BYTES = 256 * 1024;

/** zlib works ahead by some pieces, because it would otherwise stand still while the reader is busy. Each piece stays apart (object mode). */
const UNZIPPING = { chunkSize: UNZIPPED_PIECE_BYTES, readableObjectMode: true, readableHighWaterMark: 4 };

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The content of an object is wrong. The message is the rest of a sentence whose subject is the object. */
export class ContentError extends Error {}

/** The facts of an object that was read. */
export interface ObjectFacts {
  readonly bytes: number;
  readonly sha256: string;
  /** The documents of a data object, one on a line; 0 for metadata. */
  readonly documents: number;
}

/** The depth of the check: the data can be unzipped, or also every line is Extended JSON and every metadata a JSON object. */
export type Thoroughness = 'unzip' | 'parse';

export interface ReadOptions {
  readonly signal: AbortSignal | undefined;
  /** Called with the length of each piece that was read. It must be fast. */
  readonly onPiece: (bytes: number) => void;
}

export function isDataKey(key: string): boolean {
  return key.endsWith('.json.gz');
}

export function isMetadataKey(key: string): boolean {
  return key.endsWith('/metadata.json') || key === 'metadata.json';
}

/**
 * Reads an object from beginning to end in bounded memory.
 * @throws ContentError; what the store and zlib throw; the signal's reason.
 */
export async function readObject(
  store: ObjectStore,
  key: string,
  thoroughness: Thoroughness,
  { signal, onPiece }: ReadOptions,
): Promise<ObjectFacts> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of store.read(key, { signal })) {
      hash.update(piece);
      bytes += piece.byteLength;
      onPiece(piece.byteLength);
      yield piece;
    }
  }
  let documents = 0;
  if (isDataKey(key)) {
    const unzipped = unzip(hashed());
    documents = thoroughness === 'parse' ? await parseLines(unzipped) : await countLines(unzipped);
  } else {
    const text = new TextBuffer();
    for await (const piece of hashed()) if (thoroughness === 'parse' && isMetadataKey(key)) text.add(piece);
    if (thoroughness === 'parse' && isMetadataKey(key)) text.parse();
  }
  return { bytes, sha256: hash.digest('hex'), documents };
}

/**
 * Unzips a stream in bounded memory. A piece is lent until the next one is asked for. Its memory is freed then, because the garbage collector
 * would need as much time for it as unzipping takes.
 * @throws what zlib throws.
 */
export async function* unzip(zipped: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The reader of the unzipped stream receives the errors of both streams.
  const unzipped = pipeline(Readable.from(zipped), createGunzip(UNZIPPING), () => undefined);
  for await (const piece of unzipped) {
    if (!isOwnMemory(piece)) throw new TypeError('not bytes');
    yield piece;
    // zlib fills a buffer from its beginning with one piece after another, so the last piece of a buffer ends where the buffer does.
    if (piece.byteOffset + piece.byteLength === piece.buffer.byteLength) releaseBytes(piece);
  }
}

function isOwnMemory(piece: unknown): piece is Uint8Array<ArrayBuffer> {
  return piece instanceof Uint8Array && piece.buffer instanceof ArrayBuffer;
}

async function countLines(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let lines = 0;
  for await (const piece of pieces) {
    for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) lines++;
  }
  return lines;
}

/**
 * Parses the lines of a data object. The last line may lack its line feed, because it is not documented whether Atlas
 * writes one.
 * @returns the number of documents.
 */
async function parseLines(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const parser = await createDocumentParser({ lookAlikes: 'keep' });
  const chunks = new LineChunks();
  let lines = 0;
  let documents = 0;
  const parse = (chunk: Uint8Array<ArrayBuffer>): void => {
    const parsed = parser.parse(chunk);
    lines += parsed.lines;
    documents += parsed.documents;
    releaseBytes(chunk);
  };
  try {
    for await (const piece of pieces) for (const chunk of chunks.append(piece)) parse(chunk);
    const rest = chunks.finish();
    if (rest !== undefined) parse(rest);
  } catch (thrown) {
    if (!(thrown instanceof ExtendedJsonError)) throw thrown;
    const { line, column, reason } = thrown;
    throw new ContentError(`is not Extended JSON in line ${lines + line} at byte ${column}: ${reason}`);
  }
  if (lines > documents) throw new ContentError(`has empty lines: ${lines - documents} of ${lines}`);
  return documents;
}

/** Collects the pieces of metadata. */
class TextBuffer {
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** @throws ContentError if the text becomes too long. */
  add(piece: Uint8Array): void {
    this.#bytes += piece.byteLength;
    if (this.#bytes > MAX_TEXT_BYTES) throw new ContentError(`has a text of more than ${MAX_TEXT_BYTES} bytes`);
    if (piece.byteLength > 0) this.#pieces.push(piece);
  }

  /** @throws ContentError if the text is not a JSON object. */
  parse(): void {
    if (!isObject(Buffer.concat(this.#pieces))) throw new ContentError('is not a JSON object');
  }
}

function isObject(bytes: Uint8Array): boolean {
  try {
    return isJsonObject(JSON.parse(UTF8.decode(bytes)));
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) return false;
    throw thrown;
  }
}
