import { ExtendedJsonError } from './extended-json-error.ts';

/**
 * The ways in which a line can fail to be a document. The WebAssembly parser reports the same numbers
 * (`wasm/parse/faults.ts`). The comment of a fault says where its column points, unless it is the byte that is wrong.
 */
export const JSON_FAULT = {
  documentExpected: 1,
  textBehindDocument: 2,
  /** The line feed, or the end of the text. */
  lineEnds: 3,
  keyExpected: 4,
  colonExpected: 5,
  /** The first byte of the value. */
  valueExpected: 6,
  commaExpected: 7,
  /** The first byte of the number. */
  numberMalformed: 8,
  /** The first byte of the number. */
  numberTooLarge: 9,
  controlCharacter: 10,
  /** The backslash. */
  escapeUnknown: 11,
  /** The backslash of the surrogate. */
  loneSurrogate: 12,
  /** The first byte of the sequence. */
  invalidUtf8: 13,
  /** The escape. */
  zeroInKey: 14,
  /** The escape. */
  zeroInRegularExpression: 15,
  /** The bracket of the first document or array that is nested too deep. */
  nestedTooDeep: 16,
  /** The byte behind the value that made it too large. */
  documentTooLarge: 17,
  /** The first byte of the line. */
  lineTooLong: 18,
  /** The key that should not be there, or the bracket that comes before a key that should. */
  wrapperKeys: 19,
  // The rest point at the first byte of the value.
  objectId: 20,
  binary: 21,
  base64: 22,
  subtype: 23,
  uuid: 24,
  date: 25,
  int32: 26,
  int64: 27,
  double: 28,
  decimal128: 29,
  decimal128Inexact: 30,
  regularExpression: 31,
  timestamp: 32,
  dbPointer: 33,
  textExpected: 34,
  scope: 35,
  one: 36,
  true: 37,
} as const;

export type JsonFault = (typeof JSON_FAULT)[keyof typeof JSON_FAULT];

const REASONS: Readonly<Record<JsonFault, string>> = {
  [JSON_FAULT.documentExpected]: 'a line must be one document, which begins with {',
  [JSON_FAULT.textBehindDocument]: 'there is text behind the document of the line',
  [JSON_FAULT.lineEnds]: 'the line ends within its document',
  [JSON_FAULT.keyExpected]: 'a key in double quotes is missing',
  [JSON_FAULT.colonExpected]: 'there is no colon behind a key',
  [JSON_FAULT.valueExpected]: 'there is no JSON value',
  [JSON_FAULT.commaExpected]: 'there is neither a comma nor the closing bracket behind a value',
  [JSON_FAULT.numberMalformed]: 'a number does not have the form of JSON numbers',
  [JSON_FAULT.numberTooLarge]: 'a number is larger than the largest double',
  [JSON_FAULT.controlCharacter]: 'a string has a control character that is not escaped',
  [JSON_FAULT.escapeUnknown]: 'a string has a backslash that does not begin a JSON escape',
  [JSON_FAULT.loneSurrogate]: 'a string has half of a surrogate pair, which no UTF-8 text can hold',
  [JSON_FAULT.invalidUtf8]: 'a string has bytes that are not UTF-8',
  [JSON_FAULT.zeroInKey]: 'a key has the character U+0000, which no BSON key can hold',
  [JSON_FAULT.zeroInRegularExpression]: 'a regular expression has the character U+0000, which BSON cannot hold there',
  [JSON_FAULT.nestedTooDeep]: 'documents are nested deeper than 200 levels',
  [JSON_FAULT.documentTooLarge]: 'the document has more than 64 MiB of BSON',
  [JSON_FAULT.lineTooLong]: 'the line is longer than 256 MiB',
  [JSON_FAULT.wrapperKeys]: 'a value with a type of Extended JSON has a key too many, too few or twice',
  [JSON_FAULT.objectId]: 'the value of $oid is not a string of 24 hexadecimal digits',
  [JSON_FAULT.binary]: 'the value of $binary is neither an object nor a string',
  [JSON_FAULT.base64]: 'the data of $binary is not a string in base64 with padding',
  [JSON_FAULT.subtype]: 'the subtype of $binary is not a string of one or two hexadecimal digits',
  [JSON_FAULT.uuid]: 'the value of $uuid is not a string like 00112233-4455-6677-8899-aabbccddeeff',
  [JSON_FAULT.date]: 'the value of $date is neither an ISO 8601 time to the millisecond nor a $numberLong',
  [JSON_FAULT.int32]: 'the value of $numberInt is not a string with a 32-bit integer',
  [JSON_FAULT.int64]: 'the value of $numberLong is not a string with a 64-bit integer',
  [JSON_FAULT.double]: 'the value of $numberDouble is not a string with a double',
  [JSON_FAULT.decimal128]: 'the value of $numberDecimal is not a string with a decimal128',
  [JSON_FAULT.decimal128Inexact]: 'the value of $numberDecimal has more digits or a larger exponent than a decimal128',
  [JSON_FAULT.regularExpression]: 'the value of $regularExpression is not an object',
  [JSON_FAULT.timestamp]: 'the parts of $timestamp are not whole numbers from 0 to 4294967295',
  [JSON_FAULT.dbPointer]: 'the value of $dbPointer is not an object with $ref and $id',
  [JSON_FAULT.textExpected]: 'the value is not a string',
  [JSON_FAULT.scope]: 'the value of $scope is not an object',
  [JSON_FAULT.one]: 'the value of $minKey and $maxKey is not 1',
  [JSON_FAULT.true]: 'the value of $undefined is not true',
};

/**
 * Creates the error for a fault.
 * @param line within the text, from 1. @param column the number of the byte within the line, from 1.
 */
export function jsonError(fault: JsonFault, line: number, column: number): ExtendedJsonError {
  return new ExtendedJsonError(REASONS[fault], line, column);
}

/** Narrows a number that WebAssembly reported. */
export function isJsonFault(value: number): value is JsonFault {
  return Object.hasOwn(REASONS, value);
}
