/**
 * The two forms of Extended JSON v2. `canonical` keeps all BSON types apart. `relaxed` is plain JSON for the types that
 * JSON has.
 * Source: https://github.com/mongodb/specifications/blob/master/source/extended-json.md
 */
export type ExtendedJsonMode = 'canonical' | 'relaxed';

/** An encoded block: a byte-aligned run of DEFLATE blocks that ends with a sync flush and is not final. */
export interface EncodedBlock {
  /** Raw DEFLATE (RFC 1951) without a final block. The runs of several blocks may be concatenated. */
  readonly deflate: Uint8Array<ArrayBuffer>;
  /** CRC-32 of the JSON bytes (RFC 1952, section 8). */
  readonly crc32: number;
  /** Bytes of JSON before compression. Each document is one line that ends with `\n`. */
  readonly jsonBytes: number;
  readonly documents: number;
}

/**
 * Encodes BSON documents as compressed Extended JSON lines for a gzip member. An encoder is synchronous and keeps its
 * buffers. Each thread has its own.
 */
export interface BlockEncoder {
  /**
   * @param bson whole BSON documents, one after another, and nothing else.
   * @throws BsonError if a document is not valid BSON. No part of the block may be used then.
   */
  encode(bson: Uint8Array): EncodedBlock;
}

/**
 * Why an export cannot show a value as it is stored: its text is not UTF-8, or it is an old binary without its inner
 * length.
 */
export type BadValueReason = 'invalidUtf8' | 'oldBinaryLength';

/** A value that an export cannot show as it is stored. */
export interface BadValue {
  /**
   * The `_id` of the document as canonical Extended JSON; absent if the document has none. It is shortened to 1,000
   * bytes with `…`.
   */
  readonly _id?: string;
  /**
   * The keys and the indexes of items that lead to the value, joined with dots. A key is shortened to 100 bytes and the
   * whole to 500 characters, with `…`.
   */
  readonly field: string;
  readonly reason: BadValueReason;
}

/** The numbers of documents that do not read back from an export as they are stored. */
export interface FindingCounts {
  /** Documents with bad values. */
  readonly badDocuments: number;
  /** Documents with a key of a type wrapper of Extended JSON, because they read back as a value of that type. */
  readonly lookAlikes: number;
}

/** The findings in a block: what does not read back from an export as it is stored. */
export interface BlockFindings extends FindingCounts {
  /** The first bad values. */
  readonly badValues: readonly BadValue[];
}

/**
 * Checks BSON documents for damage and for values that do not read back as they are stored. A checker keeps its
 * buffers. Each thread has its own, and a call must end before the next one begins.
 */
export interface BlockChecker {
  /**
   * @param bson whole BSON documents, one after another, and nothing else.
   * @param maxBadValues the largest number of bad values to return.
   * @throws BsonError for a damaged document. It has the document's `_id` if that precedes the damage.
   */
  check(bson: Uint8Array, maxBadValues: number): Promise<BlockFindings>;
}

/**
 * Transcodes BSON documents to Extended JSON lines. The two implementations, in WebAssembly and TypeScript, give equal
 * bytes.
 */
export interface Transcoder {
  /**
   * @param bson whole BSON documents, one after another, and nothing else.
   * @returns JSON lines and their number. The bytes are valid until the next call.
   * @throws BsonError
   */
  transcode(bson: Uint8Array): { readonly json: Uint8Array; readonly documents: number };
}

/** Lines of Extended JSON as BSON. */
export interface ParsedLines {
  /** Whole BSON documents, one after another. */
  readonly bson: Uint8Array;
  readonly documents: number;
  /** The number of lines, with those that are empty. A last line without `\n` counts. */
  readonly lines: number;
}

/**
 * What a parser does with an object whose first key is that of a type, and which is no value of that type, such as
 * `{"$numberLong":"twelve"}`: it refuses the line, or it keeps the object as the document that was stored.
 */
export type LookAlikes = 'refuse' | 'keep';

export interface ParserOptions {
  /** Absent: `refuse`. */
  readonly lookAlikes?: LookAlikes;
}

/**
 * Parses lines of Extended JSON to BSON documents, which is the inverse of a transcoder. It takes both modes, and what
 * mongoexport wrote before version 2 of the format (docs/formats/extended-json.md). A parser keeps its buffers. Each
 * thread has its own.
 */
export interface DocumentParser {
  /**
   * @param json whole lines, each with one document or with nothing but white space. `LineChunks` cuts a stream so.
   * @returns the documents. The bytes are valid until the next call.
   * @throws ExtendedJsonError for the first line that is not such a document. No part of the text may be used then.
   */
  parse(json: Uint8Array): ParsedLines;
}
