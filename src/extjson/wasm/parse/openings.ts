// The openings of values: what comes before the part of a value that differs from one to the next.

import { BOOLEAN, ARRAY, DATE, DOCUMENT, DOUBLE, INT32, INT64, NULL, OBJECT_ID, STRING } from '../transcode/bson-types';
import { writeAscii } from '../transcode/text';
import { isEqual } from './heads';
import { BACKSLASH, CLOSING_BRACE, MINUS, OPENING_BRACE, OPENING_BRACKET, QUOTE, isDigit } from './tokens';

/** A value that only ./typed-values reads, or none. */
export const OTHER: u32 = 0;
export const IS_STRING: u32 = 1;
export const IS_DOCUMENT: u32 = 2;
export const IS_ARRAY: u32 = 3;
export const IS_TRUE: u32 = 4;
export const IS_FALSE: u32 = 5;
export const IS_NULL: u32 = 6;
export const IS_NUMBER: u32 = 7;
/** Type wrappers that come often. The opening reaches into the string: `{"$numberInt":"`. */
export const IS_INT32: u32 = 8;
export const IS_INT64: u32 = 9;
export const IS_DOUBLE: u32 = 10;
export const IS_OBJECT_ID: u32 = 11;
/** `{"$date":{"$numberLong":"` */
export const IS_DATE: u32 = 12;
/** `{"$date":"` */
export const IS_ISO_DATE: u32 = 13;

const FIRST_WRAPPER: u32 = IS_INT32;
const LAST_WRAPPER: u32 = IS_ISO_DATE;

const OPENING_BYTES: usize = 32;
const OPENINGS = memory.data(14 * 32, 16);
const LENGTHS = memory.data(16, 16);
const TYPES = memory.data(16, 16);

/** `true`, and `alse` and `null`. */
const TRUE: u32 = 0x65757274;
const ALSE: u32 = 0x65736c61;
const NULL_WORD: u32 = 0x6c6c756e;
const LOWER_F: u32 = 0x66;
/** `"$` */
const QUOTE_AND_DOLLAR: u32 = 0x2422;

export function prepareOpenings(): void {
  prepare(IS_STRING, '"', STRING);
  prepare(IS_DOCUMENT, '{', DOCUMENT);
  prepare(IS_ARRAY, '[', ARRAY);
  prepare(IS_TRUE, 'true', BOOLEAN);
  prepare(IS_FALSE, 'false', BOOLEAN);
  prepare(IS_NULL, 'null', NULL);
  // The type of a number without a wrapper depends on its digits.
  prepare(IS_NUMBER, '', INT32);
  prepare(IS_INT32, '{"$numberInt":"', INT32);
  prepare(IS_INT64, '{"$numberLong":"', INT64);
  prepare(IS_DOUBLE, '{"$numberDouble":"', DOUBLE);
  prepare(IS_OBJECT_ID, '{"$oid":"', OBJECT_ID);
  prepare(IS_DATE, '{"$date":{"$numberLong":"', DATE);
  prepare(IS_ISO_DATE, '{"$date":"', DATE);
}

function prepare(kind: u32, opening: string, type: u32): void {
  writeAscii(opening, OPENINGS + <usize>kind * OPENING_BYTES);
  store<u8>(LENGTHS + kind, <u8>opening.length);
  store<u8>(TYPES + kind, type);
}

@inline
export function openingLength(kind: u32): usize {
  return load<u8>(LENGTHS + kind);
}

/** The BSON type of a value with this opening. */
@inline
export function bsonType(kind: u32): u32 {
  return load<u8>(TYPES + kind);
}

/** Whether a value begins with the opening of a kind. It still may be another kind. */
@inline
export function hasOpening(kind: u32, input: usize): bool {
  return isEqual(OPENINGS + <usize>kind * OPENING_BYTES, openingLength(kind), input);
}

/** Whether the object whose bracket is before `input` is surely a document: its first key is not that of a type. */
@inline
export function isPlainDocument(input: usize): bool {
  const first: u32 = load<u16>(input);
  const byte = first & 0xff;
  return byte == CLOSING_BRACE || (byte == QUOTE && first != QUOTE_AND_DOLLAR && first >> 8 != BACKSLASH);
}

/** Whether a number begins at `input`. */
@inline
export function isNumber(input: usize): bool {
  const byte: u32 = load<u8>(input);
  return isDigit(byte) || byte == MINUS;
}

/** The kind of the value at `input`. */
export function openingAt(input: usize): u32 {
  const byte: u32 = load<u8>(input);
  if (byte == QUOTE) return IS_STRING;
  if (byte == OPENING_BRACE) return isPlainDocument(input + 1) ? IS_DOCUMENT : wrapperAt(input);
  if (byte == OPENING_BRACKET) return IS_ARRAY;
  if (isNumber(input)) return IS_NUMBER;
  const word = load<u32>(input);
  if (word == TRUE) return IS_TRUE;
  if (word == NULL_WORD) return IS_NULL;
  return byte == LOWER_F && load<u32>(input, 1) == ALSE ? IS_FALSE : OTHER;
}

function wrapperAt(input: usize): u32 {
  for (let kind = FIRST_WRAPPER; kind <= LAST_WRAPPER; kind++) if (hasOpening(kind, input)) return kind;
  return OTHER;
}
