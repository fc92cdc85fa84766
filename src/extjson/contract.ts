/**
 * Extended JSON v2 in its two forms: `canonical` keeps every BSON type apart, `relaxed` is plain JSON where JSON has the
 * type. Source: https://github.com/mongodb/specifications/blob/master/source/extended-json.md
 */
export type ExtendedJsonMode = 'canonical' | 'relaxed';

/** What became of one block: a byte-aligned run of DEFLATE blocks that ends with a sync flush and is not final. */
export interface EncodedBlock {
  /** Raw DEFLATE (RFC 1951) without a final block: runs of several blocks may simply be put one after another. */
  readonly deflate: Uint8Array<ArrayBuffer>;
  /** CRC-32 of the JSON bytes (RFC 1952, section 8). */
  readonly crc32: number;
  /** Bytes of JSON before compression; one document a line, each ended by `\n`. */
  readonly jsonBytes: number;
  readonly documents: number;
}

/** Turns BSON documents into gzip-ready Extended JSON lines. Synchronous, one per thread, keeps its buffers. */
export interface BlockEncoder {
  /**
   * @param bson whole BSON documents, one after another, nothing else.
   * @throws BsonError when a document is not valid BSON; nothing of the block is to be used then.
   */
  encode(bson: Uint8Array): EncodedBlock;
}

/** Turns BSON documents into Extended JSON lines. Two implementations, equal byte for byte: WebAssembly and TypeScript. */
export interface Transcoder {
  /**
   * @param bson whole BSON documents, one after another, nothing else.
   * @returns JSON lines and their count; the bytes stay valid until the next call.
   * @throws BsonError
   */
  transcode(bson: Uint8Array): { readonly json: Uint8Array; readonly documents: number };
}
