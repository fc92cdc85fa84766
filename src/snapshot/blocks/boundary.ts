/**
 * Decides where a run of documents is cut into blocks. The cuts depend only on the documents. So unchanged data gives
 * the same blocks again, and an inserted or removed document changes the blocks around it but not those after it. This
 * is content-defined chunking (Muthitacharoen, Chen, Mazières: "A Low-bandwidth Network File System", SOSP 2001). Here
 * the _id decides instead of a window of bytes, because a cut inside a document is not allowed.
 */
export const MIN_BLOCK_BYTES = 1024 * 1024;
export const AVERAGE_BLOCK_BYTES = 4 * 1024 * 1024;
/** Only a block with a single document may be larger. */
export const MAX_BLOCK_BYTES = 8 * 1024 * 1024;

/**
 * The chance of a cut for each byte past the minimum. It gives blocks the average size if the maximum does not cut
 * them.
 */
const CUTS_PER_BYTE = 2 ** 32 / (AVERAGE_BLOCK_BYTES - MIN_BLOCK_BYTES);

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The number of bytes that decide for a document without a usable _id at its start. */
const FALLBACK_BYTES = 32;

/** Whether a block may end after the document in `bytes[start, end)`. The block must have the minimum size. */
export function endsBlock(bytes: Uint8Array, start: number, end: number): boolean {
  return identityHash(bytes, start, end) < (end - start) * CUTS_PER_BYTE;
}

/** A hash of 32 bits of the document's _id. */
function identityHash(bytes: Uint8Array, start: number, end: number): number {
  const first = start + 4;
  const length = idElementBytes(bytes, first);
  const stop = Math.min(first + (length ?? FALLBACK_BYTES), end);
  let hash = FNV_OFFSET;
  for (let at = first; at < stop; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  // FNV-1a mixes the high bits of short inputs poorly. The finalizer of MurmurHash3 (Appleby, public domain) mixes
  // them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A copy of the element `_id` of the document at `start`: type, name and value. Undefined unless the document starts
 * with an `_id` of a type that is used in practice.
 */
export function idElement(documents: Uint8Array, start: number): Uint8Array | undefined {
  const at = start + 4;
  const length = idElementBytes(documents, at);
  // Not with slice, which makes a view where the documents are in a Buffer of Node.js.
  return length === undefined ? undefined : Uint8Array.from(documents.subarray(at, at + length));
}

/** The length of the element at `at` if it is an `_id` of a type that is used in practice. */
function idElementBytes(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at + 1] !== 0x5f || bytes[at + 2] !== 0x69 || bytes[at + 3] !== 0x64 || bytes[at + 4] !== 0)
    return undefined;
  const key = 5;
  switch (bytes[at] ?? 0) {
    case 0x07: // ObjectId
      return key + 12;
    case 0x10: // int32
      return key + 4;
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // int64
      return key + 8;
    case 0x13: // decimal128
      return key + 16;
    case 0x02: // string
      return key + 4 + lengthAt(bytes, at + key);
    case 0x05: // binary
      return key + 5 + lengthAt(bytes, at + key);
    case 0x03: // document
      return key + lengthAt(bytes, at + key);
    default:
      return undefined;
  }
}

/** Reads a length without a check, because the caller never reads past the document. */
function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)) >>> 0;
}
