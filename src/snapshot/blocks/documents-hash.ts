import { documentLength } from './document-length.ts';
import { addMurmur3, HASH_LANES } from './murmur3.ts';

/** The number and the hash of some documents. It is plain JSON. */
export interface DocumentsHash {
  readonly documents: number;
  /**
   * The sum of the hashes of the documents' bytes, in 32 lower-case hex digits. The hash of a document is MurmurHash3_x86_128 with
   * seed 0: four numbers of 32 bits, each of which is added modulo 2^32. The sum does not depend on the order of the documents. A
   * document that comes twice changes it.
   */
  readonly sum: string;
}

const DIGITS_PER_LANE = 8;

/** The hash of no documents. */
export const NO_DOCUMENTS: DocumentsHash = { documents: 0, sum: '0'.repeat(HASH_LANES * DIGITS_PER_LANE) };

/** Hashes whole BSON documents that follow one another. */
export function hashDocuments(bson: Uint8Array): DocumentsHash {
  const view = new DataView(bson.buffer, bson.byteOffset, bson.byteLength);
  const sums = new Uint32Array(HASH_LANES);
  let documents = 0;
  for (let at = 0; at < bson.byteLength; documents++) {
    const end = at + documentLength(bson, at);
    addMurmur3(sums, view, at, end);
    at = end;
  }
  return { documents, sum: textOf(sums) };
}

/** The hash of the documents of both. */
export function addHashes(a: DocumentsHash, b: DocumentsHash): DocumentsHash {
  const sums = lanesOf(a);
  for (const [lane, value] of lanesOf(b).entries()) sums[lane] = (sums[lane] ?? 0) + value;
  return { documents: a.documents + b.documents, sum: textOf(sums) };
}

function lanesOf({ sum }: DocumentsHash): Uint32Array {
  return Uint32Array.from({ length: HASH_LANES }, (_, lane) =>
    parseInt(sum.slice(lane * DIGITS_PER_LANE, (lane + 1) * DIGITS_PER_LANE), 16),
  );
}

function textOf(sums: Uint32Array): string {
  return [...sums].map((value) => value.toString(16).padStart(DIGITS_PER_LANE, '0')).join('');
}
