// The text before a value, such as `{"$oid":"` before the digits of an ObjectId. Values without a variable part consist
// of their opening. Each type has a cell with the template of an array's item: the comma and the opening.
//
//   bytes  0..47  the template
//   bytes 48..51  its length, 0 for types that do not exist
//   bytes 52..55  the address in the output at which it last began

import {
  BINARY,
  ARRAY,
  BOOLEAN,
  CODE,
  CODE_WITH_SCOPE,
  DATE,
  DB_POINTER,
  DECIMAL128,
  DOCUMENT,
  DOUBLE,
  INT32,
  INT64,
  MAX_KEY,
  MIN_KEY,
  NULL,
  OBJECT_ID,
  REGULAR_EXPRESSION,
  STRING,
  SYMBOL,
  TIMESTAMP,
  UNDEFINED,
} from './bson-types';
import { COMMA, writeAscii } from './text';

const CELL_BYTES: usize = 64;
const LENGTH: usize = 48;
const LAST_POSITION: usize = 52;
const CELLS = memory.data(256 * 64, 16);

export const MAX_OPENING_BYTES: usize = 40;

export function prepareOpenings(relaxed: bool): void {
  memory.fill(CELLS, 0, 256 * CELL_BYTES);
  setOpening(DOUBLE, relaxed ? '' : '{"$numberDouble":"');
  setOpening(STRING, '"');
  setOpening(DOCUMENT, '');
  setOpening(ARRAY, '');
  setOpening(BINARY, '{"$binary":{"base64":"');
  setOpening(UNDEFINED, '{"$undefined":true}');
  setOpening(OBJECT_ID, '{"$oid":"');
  setOpening(BOOLEAN, '');
  setOpening(DATE, relaxed ? '{"$date":' : '{"$date":{"$numberLong":"');
  setOpening(NULL, 'null');
  setOpening(REGULAR_EXPRESSION, '{"$regularExpression":{"pattern":"');
  setOpening(DB_POINTER, '{"$dbPointer":{"$ref":"');
  setOpening(CODE, '{"$code":"');
  setOpening(SYMBOL, '{"$symbol":"');
  setOpening(CODE_WITH_SCOPE, '{"$code":"');
  setOpening(INT32, relaxed ? '' : '{"$numberInt":"');
  setOpening(TIMESTAMP, '{"$timestamp":{"t":');
  setOpening(INT64, relaxed ? '' : '{"$numberLong":"');
  setOpening(DECIMAL128, '{"$numberDecimal":"');
  setOpening(MAX_KEY, '{"$maxKey":1}');
  setOpening(MIN_KEY, '{"$minKey":1}');
}

function setOpening(bsonType: u32, opening: string): void {
  const template = itemTemplate(bsonType);
  store<u8>(template, COMMA);
  store<u32>(template, <u32>(writeAscii(opening, template + 1) - template), LENGTH);
}

@inline
export function itemTemplate(bsonType: u32): usize {
  return CELLS + <usize>bsonType * CELL_BYTES;
}

/** 0 for a type that does not exist. */
@inline
export function itemTemplateLength(bsonType: u32): usize {
  return load<u32>(itemTemplate(bsonType), LENGTH);
}

/** The address of the field that holds where the template last began. */
@inline
export function itemLastPosition(bsonType: u32): usize {
  return itemTemplate(bsonType) + LAST_POSITION;
}

/** Writes the text between a key and its value. */
export function writeOpening(bsonType: u32, out: usize): usize {
  const length = itemTemplateLength(bsonType) - 1;
  memory.copy(out, itemTemplate(bsonType) + 1, length);
  return out + length;
}

export function forgetItemPositions(): void {
  for (let bsonType: u32 = 0; bsonType < 256; bsonType++) store<u32>(itemLastPosition(bsonType), 0);
}
