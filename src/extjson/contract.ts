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

/** Why an export cannot show a value as it is stored: its text is not UTF-8, or it is an old binary without its inner length. */
export type BadValueReason = 'invalidUtf8' | 'oldBinaryLength';

/** A value that an export cannot show as it is stored. */
export interface BadValue {
  /** That of its document as canonical Extended JSON, cut after 1,000 bytes with `…`; absent where the document has none. */
  readonly _id?: string;
  /** The keys that lead to it and the indexes of items, joined with dots; each key is cut after 100 bytes, the whole after 500 characters, with `…`. */
  readonly field: string;
  readonly reason: BadValueReason;
}

/** How many documents do not read back from an export as they are stored. */
export interface FindingCounts {
  /** Documents with bad values. */
  readonly badDocuments: number;
  /** Documents with a key of a type wrapper of Extended JSON: what has it reads back as a value of that type. */
  readonly lookAlikes: number;
}

/** What a block holds that does not read back from an export as it is stored. */
export interface BlockFindings extends FindingCounts {
  /** The first of the bad values. */
  readonly badValues: readonly BadValue[];
}

/**
 * Looks through BSON documents for damage and for what does not read back as it is stored. One per thread, keeps its buffers;
 * a call must end before the next one begins.
 */
export interface BlockChecker {
  /**
   * @param bson whole BSON documents, one after another, nothing else.
   * @param maxBadValues how many of the bad values to tell.
   * @throws BsonError with the document's `_id`, where that stands before the damage.
   */
  check(bson: Uint8Array, maxBadValues: number): Promise<BlockFindings>;
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
