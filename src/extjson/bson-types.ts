/** The type bytes of BSON elements (https://bsonspec.org/spec.html). */
export const BSON_TYPE = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  regularExpression: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const;

/** The binary subtype whose data begins with its own length once more (the old generic binary). */
export const OLD_BINARY_SUBTYPE = 0x02;

/** The largest number of documents and arrays that may be open at once. MongoDB stores at most 100. */
export const MAX_NESTING = 200;

/** Length and terminator. */
export const MIN_DOCUMENT_BYTES = 5;

/** Total length, empty string, empty document. */
export const MIN_CODE_WITH_SCOPE_BYTES = 14;
