import { AppError } from '../../../kernel/errors.ts';

/** The parts of a raw cursor document in a reply to `find` or `getMore`. */
export interface CursorReply {
  /** 0 if the server has no more documents. */
  readonly cursorId: bigint;
  /** The cursor's namespace, `database.collection`, which `getMore` needs; empty if the server sends none. */
  readonly namespace: string;
  /** The cluster time of a snapshot read, as 64 bits; undefined if the server sends none. */
  readonly atClusterTime: bigint | undefined;
  /** The BSON array of the documents, which `unwrapBatch` takes apart; undefined if the server sends none. */
  readonly array: Uint8Array<ArrayBuffer> | undefined;
}

/** The documents of a reply. */
export interface Batch {
  /** The documents one after another, without the array around them. */
  readonly documents: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** The offset of the last document; 0 if there is none. */
  readonly lastDocument: number;
}

/**
 * Parses the reply to a command that opens or reads a cursor. @param reply as the driver returns it with `raw: true`.
 * @throws AppError `INVALID_SERVER_REPLY` as `parseCursorReply`, and for a reply without a cursor.
 */
export function cursorOf(reply: Readonly<Record<string, unknown>>): CursorReply {
  const { cursor } = reply;
  if (!isBytes(cursor)) throw malformed('it is not there');
  return parseCursorReply(cursor);
}

function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array && value.buffer instanceof ArrayBuffer;
}

const INT64 = 0x12;
const STRING = 0x02;
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const BOOLEAN = 0x08;
const DATE = 0x09;
const TIMESTAMP = 0x11;
const INT32 = 0x10;

const MIN_DOCUMENT_BYTES = 5;

/**
 * Extracts the cursor id and the batch from a raw cursor document. The batch is a view of its memory.
 * Sources: the replies of the `find` and `getMore` commands; https://bsonspec.org/spec.html.
 * @param cursor the bytes of the reply's `cursor` field, as the driver returns them with `raw: true`.
 * @throws AppError `INVALID_SERVER_REPLY` for a length that does not fit.
 */
export function parseCursorReply(cursor: Uint8Array<ArrayBuffer>): CursorReply {
  const view = new DataView(cursor.buffer, cursor.byteOffset, cursor.byteLength);
  const end = documentEnd(view, 0, cursor.length);
  let cursorId = 0n;
  let namespace = '';
  let atClusterTime: bigint | undefined;
  let array: Uint8Array<ArrayBuffer> | undefined;
  let offset = 4;
  while (offset < end) {
    const type = view.getUint8(offset);
    const keyEnd = cStringEnd(cursor, offset + 1, end);
    const key = Buffer.from(cursor.buffer, cursor.byteOffset + offset + 1, keyEnd - offset - 1).toString('latin1');
    const value = keyEnd + 1;
    const next = value + valueBytes(view, type, value, end);
    if (next > end) throw malformed(`the value of ${key} ends after its document`);
    if (key === 'id' && type === INT64) cursorId = view.getBigInt64(value, true);
    if (key === 'ns' && type === STRING) namespace = Buffer.from(cursor.subarray(value + 4, next - 1)).toString('utf8');
    if (key === 'atClusterTime' && type === TIMESTAMP) atClusterTime = view.getBigUint64(value, true);
    if ((key === 'firstBatch' || key === 'nextBatch') && type === ARRAY) array = cursor.subarray(value, next);
    offset = next;
  }
  return { cursorId, namespace, atClusterTime, array };
}

/**
 * Moves the documents of a reply's array together, within the reply's memory. The array's keys and type bytes are removed.
 * The loop allocates nothing and calls no function of the runtime, because small documents arrive by the million.
 * @throws AppError `INVALID_SERVER_REPLY` for a length that does not fit.
 */
export function unwrapBatch({ array: bytes }: CursorReply): Batch {
  if (bytes === undefined) return { documents: new Uint8Array(0), count: 0, lastDocument: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = documentEnd(view, 0, bytes.length);
  const first = 4;
  let packed = first;
  let count = 0;
  let lastDocument = 0;
  for (let offset = first; offset < end;) {
    if (bytes[offset] !== DOCUMENT) throw malformed('a batch holds something that is not a document');
    let document = offset + 1;
    while (document < end && bytes[document] !== 0) document++;
    document++;
    const length = document + 4 <= end ? view.getInt32(document, true) : 0;
    const documentNext = document + length;
    if (length < MIN_DOCUMENT_BYTES || documentNext > end || bytes[documentNext - 1] !== 0) {
      throw malformed(`a document at byte ${document} does not end where its length says`);
    }
    if (length > LONG_BYTES) bytes.copyWithin(packed, document, documentNext);
    else copyShort(view, document, documentNext, packed);
    count++;
    lastDocument = packed - first;
    packed += length;
    offset = documentNext;
  }
  return { documents: bytes.subarray(first, packed), count, lastDocument };
}

/** The length from which a call of the runtime costs less than a loop. */
const LONG_BYTES = 160;

/** Copies towards the front, eight bytes at a time. Every byte is read before it is overwritten. */
function copyShort(view: DataView, from: number, end: number, to: number): void {
  let at = from;
  let target = to;
  // V8 makes no BigInt of these values, because it compiles the loop to loads and stores.
  for (; at + 8 <= end; at += 8, target += 8) view.setBigInt64(target, view.getBigInt64(at, true), true);
  if (at + 4 <= end) {
    view.setInt32(target, view.getInt32(at, true), true);
    at += 4;
    target += 4;
  }
  for (; at < end; at++, target++) view.setUint8(target, view.getUint8(at));
}

/** The offset of the document's last byte, which is its NUL. */
function documentEnd(view: DataView, start: number, limit: number): number {
  const bytes = start + MIN_DOCUMENT_BYTES <= limit ? view.getInt32(start, true) : 0;
  const next = start + bytes;
  if (bytes < MIN_DOCUMENT_BYTES || next > limit || view.getUint8(next - 1) !== 0) {
    throw malformed(`a document at byte ${start} does not end where its length says`);
  }
  return next - 1;
}

function cStringEnd(bytes: Uint8Array, start: number, limit: number): number {
  const end = bytes.indexOf(0, start);
  if (end < 0 || end >= limit) throw malformed(`a key at byte ${start} has no end`);
  return end;
}

function valueBytes(view: DataView, type: number, offset: number, limit: number): number {
  switch (type) {
    case INT64:
    case TIMESTAMP:
    case DATE:
      return 8;
    case INT32:
      return 4;
    case BOOLEAN:
      return 1;
    case STRING:
      // The length is read unsigned although it is signed. A negative length becomes too long for any document, and the
      // offset never moves back.
      return offset + 4 <= limit ? 4 + view.getUint32(offset, true) : Number.POSITIVE_INFINITY;
    case DOCUMENT:
    case ARRAY:
      return documentEnd(view, offset, limit) + 1 - offset;
    default:
      throw malformed(`type ${type} is not expected in a cursor`);
  }
}

function malformed(reason: string): AppError {
  return new AppError({ code: 'INVALID_SERVER_REPLY', message: `the server sent a malformed cursor: ${reason}` });
}
