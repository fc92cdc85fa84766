/** The smallest document: its length and the end byte (https://bsonspec.org/spec.html). */
export const MIN_DOCUMENT_BYTES = 5;

/** MongoDB's limit for a stored document, 16 MiB, and the 16 KiB more that the server allows itself for its own wrapping. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

/** The length that a document begins with: little-endian, 32 bits, the four bytes themselves counted. */
export function documentLength(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
