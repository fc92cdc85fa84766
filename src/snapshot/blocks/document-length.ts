/** The smallest document: its length and the end byte (https://bsonspec.org/spec.html). */
export const MIN_DOCUMENT_BYTES = 5;

/** MongoDB's limit for a stored document, 16 MiB, plus the 16 KiB that the server allows for its own fields. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

/** Reads the length at the beginning of a document: 32 bits, little-endian. The length includes its own four bytes. */
export function documentLength(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** Counts whole documents, one after another. */
export function countDocuments(bson: Uint8Array): number {
  let documents = 0;
  for (let at = 0; at < bson.byteLength; at += documentLength(bson, at)) documents++;
  return documents;
}
