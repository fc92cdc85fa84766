import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isJsonObject } from '../../kernel/json.ts';
import type { ObjectStore } from '../../object-store/contract.ts';

const LINE_END = 0x0a;

/** No document of 16 MiB, MongoDB's limit, becomes a longer line of Extended JSON. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The content of an object is wrong. */
export class ContentError extends Error {}

/** The facts of an object that was read. */
export interface ObjectFacts {
  readonly bytes: number;
  readonly sha256: string;
  /** The lines of a data object; 0 for metadata. */
  readonly documents: number;
}

/** The depth of the check: the data can be unzipped, or also every document and every metadata is a JSON object. */
export type Thoroughness = 'unzip' | 'parse';

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
  signal: AbortSignal | undefined,
): Promise<ObjectFacts> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of store.read(key, { signal })) {
      hash.update(piece);
      bytes += piece.byteLength;
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
    if (thoroughness === 'parse' && isMetadataKey(key)) text.parse('it');
  }
  return { bytes, sha256: hash.digest('hex'), documents };
}

/** Unzips a stream in bounded memory. @throws what zlib throws. */
export async function* unzip(zipped: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The reader of the unzipped stream receives the errors of both streams.
  const unzipped = pipeline(Readable.from(zipped), createGunzip({ chunkSize: 256 * 1024 }), () => undefined);
  for await (const piece of unzipped) {
    if (!(piece instanceof Uint8Array)) throw new TypeError('not bytes');
    yield piece;
  }
}

async function countLines(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let lines = 0;
  for await (const piece of pieces) {
    for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) lines++;
  }
  return lines;
}

/** The last line may lack its line feed, because it is not documented whether Atlas writes one. */
async function parseLines(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const line = new TextBuffer();
  let lines = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LINE_END); end !== -1; end = piece.indexOf(LINE_END, start)) {
      line.add(piece.subarray(start, end));
      line.parse(`line ${++lines}`);
      start = end + 1;
    }
    line.add(piece.subarray(start));
  }
  if (line.bytes > 0) line.parse(`line ${++lines}`);
  return lines;
}

/** Collects the pieces of a JSON text. */
class TextBuffer {
  #pieces: Uint8Array[] = [];
  bytes = 0;

  /** @throws ContentError if the text becomes too long. */
  add(piece: Uint8Array): void {
    this.bytes += piece.byteLength;
    if (this.bytes > MAX_TEXT_BYTES) throw new ContentError(`has a text of more than ${MAX_TEXT_BYTES} bytes`);
    if (piece.byteLength > 0) this.#pieces.push(piece);
  }

  /** Parses the text and empties the buffer. @throws ContentError if the text is not a JSON object. */
  parse(what: string): void {
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.bytes = 0;
    if (!isObject(whole)) throw new ContentError(`${what} is not a JSON object`);
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
