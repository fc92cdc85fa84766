import { deflateSync, inflateSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { deserialize, serialize } from 'bson';

/** A BSON document as a JavaScript object. 64-bit integers are bigints. */
export type Doc = Readonly<Record<string, unknown>>;

/** A request that was read from a socket. */
export interface WireRequest {
  readonly requestId: number;
  /** Whether the request is an OP_QUERY, which drivers use for their first hello. The reply is then an OP_REPLY. */
  readonly isLegacy: boolean;
  /** The compressor of the request and of its reply; undefined: neither is compressed. */
  readonly compressor: Compressor | undefined;
  readonly database: string;
  /** A section of documents beside the command, such as the documents of an insert, is an array of their bytes, which is made when it is read. */
  readonly command: Doc;
  /** The sections of documents by the names of their fields: the documents one after another. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
  /** The bytes of the command without such sections. */
  readonly bytes: Uint8Array;
}

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_COMPRESSED = 2012;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MAX_MESSAGE_BYTES = 48_000_000;

const COMPRESSORS = {
  zlib: { id: 2, compress: deflateSync, decompress: inflateSync },
  zstd: { id: 3, compress: zstdCompressSync, decompress: zstdDecompressSync },
} as const;

export type Compressor = keyof typeof COMPRESSORS;

let lastRequestId = 0;

/** Cuts a stream of bytes into requests. Copies all bytes. */
export class RequestReader {
  /** The header of the next request, then the whole request. */
  #message = Buffer.alloc(HEADER_BYTES);
  #filled = 0;

  /** Returns the requests that these bytes complete. @throws Error if the bytes are no message of the protocol. */
  read(bytes: Uint8Array): WireRequest[] {
    const requests: WireRequest[] = [];
    for (let at = 0; at < bytes.length;) {
      const some = bytes.subarray(at, at + this.#message.length - this.#filled);
      this.#message.set(some, this.#filled);
      this.#filled += some.length;
      at += some.length;
      if (this.#filled < this.#message.length) break;
      const length = this.#message.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new Error(`a message of ${length} bytes`);
      if (this.#filled < length) {
        const whole = Buffer.allocUnsafeSlow(length);
        whole.set(this.#message);
        this.#message = whole;
      } else {
        requests.push(parseRequest(this.#message));
        this.#message = Buffer.alloc(HEADER_BYTES);
        this.#filled = 0;
      }
    }
    return requests;
  }
}

function parseRequest(message: Buffer): WireRequest {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  const body = message.subarray(HEADER_BYTES);
  if (opCode !== OP_COMPRESSED) return { requestId, compressor: undefined, ...parseBody(opCode, body) };
  const compressor = (['zlib', 'zstd'] as const).find((each) => COMPRESSORS[each].id === body[8]);
  if (compressor === undefined) throw new Error(`the compressor ${String(body[8])} is not known`);
  const plain = COMPRESSORS[compressor].decompress(body.subarray(9));
  return { requestId, compressor, ...parseBody(body.readInt32LE(0), plain) };
}

type Body = Pick<WireRequest, 'isLegacy' | 'database' | 'command' | 'sections' | 'bytes'>;

function parseBody(opCode: number, body: Buffer): Body {
  if (opCode === OP_QUERY) {
    const nameEnd = body.indexOf(0, 4);
    const database = body.toString('utf8', 4, nameEnd).split('.')[0] ?? '';
    const bytes = documentAt(body, nameEnd + 1 + 8);
    const query: Doc = parse(bytes);
    const command: unknown = query['$query'] ?? query;
    if (!isDoc(command)) throw new Error('OP_QUERY holds no command');
    return { isLegacy: true, database, command, sections: new Map(), bytes };
  }
  if (opCode !== OP_MSG) throw new Error(`the operation ${opCode} is not known`);
  const end = body.length - ((body.readUInt32LE(0) & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  const sections = new Map<string, Buffer>();
  let bytes: Uint8Array = body.subarray(0, 0);
  for (let at = 4; at < end;) {
    const kind = body[at++];
    if (kind === 0) {
      bytes = documentAt(body, at);
      at += bytes.length;
    } else {
      const sectionEnd = at + body.readInt32LE(at);
      const nameEnd = body.indexOf(0, at + 4);
      sections.set(body.toString('utf8', at + 4, nameEnd), body.subarray(nameEnd + 1, sectionEnd));
      at = sectionEnd;
    }
  }
  const command = { ...parse(bytes) };
  for (const [name, section] of sections) {
    let documents: readonly Uint8Array[] | undefined;
    Object.defineProperty(command, name, { enumerable: true, get: () => (documents ??= [...documentsOf(section)]) });
  }
  const { $db: database } = command;
  return { isLegacy: false, database: typeof database === 'string' ? database : '', command, sections, bytes };
}

function* documentsOf(section: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < section.length;) {
    const document = documentAt(section, at);
    yield document;
    at += document.length;
  }
}

function documentAt(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at, at + bytes.readInt32LE(at));
}

function parse(document: Uint8Array): Doc {
  return deserialize(document, { useBigInt64: true });
}

/** Makes the reply to a request with one BSON document. Returns the parts of the message, to be written in order. */
export function replyMessage(request: WireRequest, document: Uint8Array): readonly Uint8Array[] {
  if (request.isLegacy) {
    const fixed = Buffer.alloc(20);
    fixed.writeInt32LE(1, 16);
    return message(OP_REPLY, request.requestId, [fixed, document]);
  }
  const sections = [Buffer.alloc(5), document];
  const { compressor } = request;
  if (compressor === undefined) return message(OP_MSG, request.requestId, sections);
  const plain = Buffer.concat(sections);
  const prefix = Buffer.alloc(9);
  prefix.writeInt32LE(OP_MSG, 0);
  prefix.writeInt32LE(plain.length, 4);
  prefix[8] = COMPRESSORS[compressor].id;
  return message(OP_COMPRESSED, request.requestId, [prefix, COMPRESSORS[compressor].compress(plain)]);
}

function message(opCode: number, responseTo: number, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + parts.reduce((sum, part) => sum + part.length, 0), 0);
  header.writeInt32LE(++lastRequestId, 4);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(opCode, 12);
  return [header, ...parts];
}

/** Makes a reply with a batch of documents. The bytes of the documents are not parsed. */
export function cursorReply(
  batch: { readonly name: 'firstBatch' | 'nextBatch'; readonly documents: readonly Uint8Array[] },
  cursor: Doc,
  rest: Doc,
): Uint8Array {
  const items = batch.documents.flatMap((document, index) => [Buffer.from(`\x03${index}\0`), document]);
  return withElement(rest, '\x03cursor\0', withElement(cursor, `\x04${batch.name}\0`, framed(items)));
}

/** Adds an element before the others of a document. @param head the type and name of the element. */
function withElement(document: Doc, head: string, value: Uint8Array): Uint8Array {
  return framed([Buffer.from(head, 'latin1'), value, serialize(document).subarray(4, -1)]);
}

function framed(elements: readonly Uint8Array[]): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeInt32LE(5 + elements.reduce((sum, element) => sum + element.length, 0), 0);
  return Buffer.concat([length, ...elements, Buffer.alloc(1)]);
}

export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
