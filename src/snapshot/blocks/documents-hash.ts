import { hash } from 'node:crypto';
import { documentLength } from './document-length.ts';

/** A SHA-256 as eight numbers of 32 bits. */
const LANES = 8;
const DIGEST_BYTES = 32;

/** The number and the hash of some documents. It is plain JSON. */
export interface DocumentsHash {
  readonly documents: number;
  /**
   * The sum of the SHA-256 of each document's bytes, in 64 lower-case hex digits. Each digest is eight numbers of 32 bits, big-endian,
   * and each number is added modulo 2^32. The sum does not depend on the order of the documents. A document that comes
   * twice changes it.
   */
  readonly sum: string;
}

/** The hash of no documents. */
export const NO_DOCUMENTS: DocumentsHash = { documents: 0, sum: '0'.repeat(2 * DIGEST_BYTES) };

/** Hashes whole BSON documents that follow one another. */
export function hashDocuments(bson: Uint8Array): DocumentsHash {
  const lanes = new Uint32Array(LANES);
  let documents = 0;
  for (let at = 0; at < bson.byteLength; documents++) {
    const end = at + documentLength(bson, at);
    const digest = hash('sha256', bson.subarray(at, end), 'buffer');
    for (let lane = 0; lane < LANES; lane++) lanes[lane] = (lanes[lane] ?? 0) + digest.readUInt32BE(4 * lane);
    at = end;
  }
  return { documents, sum: textOf(lanes) };
}

/** The hash of the documents of both. */
export function addHashes(a: DocumentsHash, b: DocumentsHash): DocumentsHash {
  const lanes = lanesOf(a);
  for (const [lane, value] of lanesOf(b).entries()) lanes[lane] = (lanes[lane] ?? 0) + value;
  return { documents: a.documents + b.documents, sum: textOf(lanes) };
}

function lanesOf({ sum }: DocumentsHash): Uint32Array {
  const bytes = Buffer.from(sum, 'hex');
  return Uint32Array.from({ length: LANES }, (_, lane) => bytes.readUInt32BE(4 * lane));
}

function textOf(lanes: Uint32Array): string {
  const bytes = Buffer.alloc(DIGEST_BYTES);
  for (const [lane, value] of lanes.entries()) bytes.writeUInt32BE(value, 4 * lane);
  return bytes.toString('hex');
}
