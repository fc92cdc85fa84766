import { BsonError } from './bson-error.ts';

/**
 * The ways in which BSON can be wrong. The WebAssembly transcoder reports the same numbers
 * (`wasm/transcode/faults.ts`). The comment of a fault says where its offset points.
 */
export const FAULT = {
  /** The length field. */
  documentLength: 1,
  /** The expected place of the terminator. */
  terminatorMissing: 2,
  /** The zero byte. */
  terminatorEarly: 3,
  /** The element's type byte. */
  unknownType: 4,
  /** The element's type byte. */
  keyUnterminated: 5,
  /** The value's first byte. */
  valueTruncated: 6,
  /** The length field. */
  stringLength: 7,
  /** The expected place of the terminator. */
  stringUnterminated: 8,
  /** The length field. */
  binaryLength: 9,
  /** The value. */
  invalidBoolean: 10,
  /** The first byte of the text. */
  regularExpressionUnterminated: 11,
  /** The length field. */
  codeWithScopeLength: 12,
  /** The length field of the first document that is nested too deep. */
  nestedTooDeep: 13,
} as const;

export type BsonFault = (typeof FAULT)[keyof typeof FAULT];

const REASONS: Readonly<Record<BsonFault, string>> = {
  [FAULT.documentLength]: 'the length of a document does not fit the bytes that are there',
  [FAULT.terminatorMissing]: 'a document does not end with a zero byte',
  [FAULT.terminatorEarly]: 'a document ends before its length says so',
  [FAULT.unknownType]: 'the type of an element is unknown',
  [FAULT.keyUnterminated]: 'a key does not end within its document',
  [FAULT.valueTruncated]: 'a value does not end within its document',
  [FAULT.stringLength]: 'the length of a string does not fit its document',
  [FAULT.stringUnterminated]: 'a string does not end with a zero byte',
  [FAULT.binaryLength]: 'the length of a binary value does not fit',
  [FAULT.invalidBoolean]: 'a boolean is neither 0 nor 1',
  [FAULT.regularExpressionUnterminated]: 'a regular expression does not end within its document',
  [FAULT.codeWithScopeLength]: 'the length of code with scope does not fit',
  [FAULT.nestedTooDeep]: 'documents are nested deeper than 200 levels',
};

/**
 * Creates the error for a fault.
 * @param offset bytes from the start of the block.
 * @param document the number of the document within the block, from 0.
 */
export function bsonError(fault: BsonFault, offset: number, document: number): BsonError {
  return new BsonError(REASONS[fault], offset, document);
}

/** Narrows a number that WebAssembly reported. */
export function isBsonFault(value: number): value is BsonFault {
  return Object.hasOwn(REASONS, value);
}
