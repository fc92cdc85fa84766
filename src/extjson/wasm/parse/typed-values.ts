// Reads the objects that stand for a value of a BSON type, in any form that is allowed. ./parse reads the usual forms of the
// usual types itself, and faster. An object is such a value if its first key is that of a type, as for MongoDB's driver for
// Go. The other keys must then be those of the type, in any order.
//
// A function writes its value at `out` and returns its end. There may be a fault. Texts are first written behind `out`.

import {
  BINARY_KEY,
  CODE_KEY,
  DATE_KEY,
  DB_POINTER_KEY,
  MAX_KEY_KEY,
  MIN_KEY_KEY,
  NO_TYPE_KEY,
  NUMBER_DECIMAL_KEY,
  NUMBER_DOUBLE_KEY,
  NUMBER_INT_KEY,
  NUMBER_LONG_KEY,
  OID_KEY,
  REGEX_KEY,
  REGULAR_EXPRESSION_KEY,
  SYMBOL_KEY,
  TIMESTAMP_KEY,
  UNDEFINED_KEY,
  UUID_KEY,
  typeKeyAt,
} from '../check/type-keys';
import {
  BINARY,
  CODE,
  CODE_WITH_SCOPE,
  DATE,
  DB_POINTER,
  DECIMAL128,
  DOUBLE,
  INT32,
  INT64,
  MAX_KEY,
  MIN_KEY,
  OBJECT_ID,
  OLD_BINARY_SUBTYPE,
  REGULAR_EXPRESSION,
  SYMBOL,
  TIMESTAMP,
  UNDEFINED,
} from '../transcode/bson-types';
import { fault, raise } from '../transcode/faults';
import { base64End, readBase64 } from './base64';
import { isDate, readIsoDate } from './dates';
import { readDecimal128 } from './decimal128';
import { numberEnd, readDouble } from './doubles';
import {
  BASE64_VALUE,
  BINARY_VALUE,
  DATE_VALUE,
  DB_POINTER_VALUE,
  DECIMAL128_VALUE,
  DOUBLE_VALUE,
  INT32_VALUE,
  INT64_VALUE,
  OBJECT_ID_VALUE,
  ONE_VALUE,
  REGULAR_EXPRESSION_VALUE,
  SCOPE_VALUE,
  SUBTYPE_VALUE,
  TEXT_EXPECTED,
  TIMESTAMP_VALUE,
  TRUE_VALUE,
  UUID_VALUE,
  ZERO_IN_REGULAR_EXPRESSION,
} from './faults';
import { integerEnd, readInteger } from './integers';
import { readHexadecimal, readObjectId } from './object-ids';
import { parseScope, scopeEnd } from './parse';
import {
  BACKSLASH,
  CLOSING_BRACE,
  COLON,
  COMMA,
  DOLLAR,
  MINUS,
  ONE,
  OPENING_BRACE,
  QUOTE,
  ZERO,
  hexDigit,
  isDigit,
  nextToken,
  skipSpace,
} from './tokens';
import {
  byteAtCursor,
  closeObject,
  cursor,
  enterObject,
  isName,
  moveToEither,
  moveToNextKey,
  moveToValue,
  openObject,
  readKey,
  readText,
  setCursor,
} from './wrappers';

/** Texts are written this far behind the value, whose part of fixed length fits before. */
const SCRATCH: usize = 64;
const OBJECT_ID_DIGITS: usize = 24;
const UUID_CHARACTERS: usize = 36;
const UUID_BYTES: u32 = 16;
const UUID_SUBTYPE: u32 = 4;
/** `true` */
const TRUE: u32 = 0x65757274;
const NOT_A_NUMBER: u64 = 0x7ff8000000000000;

/** The BSON type of the value that was read last; 0 if the object is a document, of which nothing was read. */
export let typedType: u32 = 0;
/** The address behind the object of the value that was read last. */
export let typedEnd: usize = 0;

/** Reads the object whose bracket is at `input`, if it stands for a value of a BSON type. */
export function readTypedValue(input: usize, out: usize): usize {
  typedType = 0;
  const type = readTypeKey(input, out + SCRATCH);
  if (fault || type == NO_TYPE_KEY) return out;
  moveToValue();
  if (fault) return out;
  const end = readValue(type, out);
  typedEnd = cursor;
  return end;
}

function readTypeKey(input: usize, scratch: usize): i32 {
  setCursor(skipSpace(input + 1));
  if (byteAtCursor() != QUOTE) return NO_TYPE_KEY;
  const first: u32 = load<u8>(cursor + 1);
  if (first != DOLLAR && first != BACKSLASH) return NO_TYPE_KEY;
  const end = readKey(scratch);
  return fault ? NO_TYPE_KEY : typeKeyAt(scratch, end - scratch);
}

function readValue(type: i32, out: usize): usize {
  switch (type) {
    case OID_KEY: {
      typedType = OBJECT_ID;
      out = objectId(out);
      break;
    }
    case DATE_KEY: {
      typedType = DATE;
      out = date(out);
      break;
    }
    case BINARY_KEY: {
      typedType = BINARY;
      out = binary(out);
      break;
    }
    case UUID_KEY: {
      typedType = BINARY;
      out = uuid(out);
      break;
    }
    case NUMBER_INT_KEY: {
      typedType = INT32;
      out = int32(out);
      break;
    }
    case NUMBER_LONG_KEY: {
      typedType = INT64;
      out = int64(out);
      break;
    }
    case NUMBER_DOUBLE_KEY: {
      typedType = DOUBLE;
      out = double(out);
      break;
    }
    case NUMBER_DECIMAL_KEY: {
      typedType = DECIMAL128;
      out = decimal128(out);
      break;
    }
    case REGULAR_EXPRESSION_KEY: {
      typedType = REGULAR_EXPRESSION;
      out = regularExpression(out);
      break;
    }
    case REGEX_KEY:
      return legacyRegularExpression(out);
    case TIMESTAMP_KEY: {
      typedType = TIMESTAMP;
      out = timestamp(out);
      break;
    }
    case SYMBOL_KEY: {
      typedType = SYMBOL;
      out = stringValue(out);
      break;
    }
    case CODE_KEY:
      return code(out);
    case DB_POINTER_KEY: {
      typedType = DB_POINTER;
      out = dbPointer(out);
      break;
    }
    case MIN_KEY_KEY:
    case MAX_KEY_KEY: {
      typedType = type == MIN_KEY_KEY ? MIN_KEY : MAX_KEY;
      if (byteAtCursor() != ONE) raise(ONE_VALUE, cursor);
      setCursor(cursor + 1);
      break;
    }
    case UNDEFINED_KEY: {
      typedType = UNDEFINED;
      if (load<u32>(cursor) != TRUE) raise(TRUE_VALUE, cursor);
      setCursor(cursor + 4);
      break;
    }
    default:
      break;
  }
  closeObject();
  return out;
}

function objectId(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, OBJECT_ID_VALUE, 0);
  if (end - scratch != OBJECT_ID_DIGITS || !readObjectId(scratch, out)) raise(OBJECT_ID_VALUE, start);
  return out + 12;
}

function date(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  if (byteAtCursor() == OPENING_BRACE) {
    enterObject('$numberLong', scratch, DATE_VALUE);
    if (fault) return out;
    out = int64(out);
    closeObject();
    return out;
  }
  const end = readText(scratch, DATE_VALUE, 0);
  const milliseconds = readIsoDate(scratch, end);
  if (!isDate) raise(DATE_VALUE, start);
  store<i64>(out, milliseconds);
  return out + 8;
}

/** `{"base64":…,"subType":…}`, or the form of version 1, which is a string and a further key `$type`. */
function binary(out: usize): usize {
  // The data have their place behind the length, the subtype and the inner length of old binaries.
  const data = out + 9;
  let end = data;
  let type: u32 = 0;
  if (byteAtCursor() == QUOTE) {
    end = base64(data);
    if (fault) return out;
    moveToNextKey('$type', end + SCRATCH);
    if (fault) return out;
    type = subtype(end + SCRATCH);
  } else {
    openObject(BINARY_VALUE);
    let first: u32 = 0;
    for (let number: u32 = 0; number < 2; number++) {
      const which = moveToEither('base64', 'subType', number, first, end + SCRATCH);
      if (fault) return out;
      first = which;
      if (which) type = subtype(end + SCRATCH);
      else end = base64(data);
      if (fault) return out;
    }
    closeObject();
  }
  const length = end - data;
  store<u8>(out + 4, type);
  if (type == OLD_BINARY_SUBTYPE) {
    store<u32>(out, <u32>length + 4);
    store<u32>(out + 5, <u32>length);
    return end;
  }
  store<u32>(out, <u32>length);
  memory.copy(out + 5, data, length);
  return end - 4;
}

/** Writes the bytes of the string at the cursor. */
function base64(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, BASE64_VALUE, 0);
  if (fault) return out;
  readBase64(scratch, end, out);
  if (!base64End) raise(BASE64_VALUE, start);
  return base64End;
}

function subtype(scratch: usize): u32 {
  const start = cursor;
  const end = readText(scratch, SUBTYPE_VALUE, 0);
  if (fault) return 0;
  const upper = hexDigit(load<u8>(scratch));
  const lower = hexDigit(load<u8>(scratch + 1));
  if (end - scratch == 1 && upper < 16) return upper;
  if (end - scratch != 2 || (upper | lower) > 15) raise(SUBTYPE_VALUE, start);
  return (upper << 4) | lower;
}

function uuid(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, UUID_VALUE, 0);
  if (fault) return out;
  let isUuid = end - scratch == UUID_CHARACTERS;
  for (let hyphen: usize = 8; isUuid && hyphen <= 23; hyphen += 5) isUuid = <u32>load<u8>(scratch + hyphen) == MINUS;
  const bytes = out + 5;
  isUuid = isUuid && readHexadecimal(scratch, 4, bytes) && readHexadecimal(scratch + 9, 2, bytes + 4);
  isUuid = isUuid && readHexadecimal(scratch + 14, 2, bytes + 6) && readHexadecimal(scratch + 19, 2, bytes + 8);
  if (!isUuid || !readHexadecimal(scratch + 24, 6, bytes + 10)) raise(UUID_VALUE, start);
  store<u32>(out, UUID_BYTES);
  store<u8>(out + 4, UUID_SUBTYPE);
  return bytes + UUID_BYTES;
}

/** The integer that the string at the cursor shows. It is the fault `code` if it shows none. */
function integer(scratch: usize, code: i32): i64 {
  const start = cursor;
  const end = readText(scratch, code, 0);
  if (fault) return 0;
  store<u8>(end, 0);
  const value = readInteger(scratch);
  if (integerEnd != end || (code == INT32_VALUE && <i64>(<i32>value) != value)) raise(code, start);
  return value;
}

function int32(out: usize): usize {
  store<i32>(out, <i32>integer(out + SCRATCH, INT32_VALUE));
  return out + 4;
}

function int64(out: usize): usize {
  store<i64>(out, integer(out + SCRATCH, INT64_VALUE));
  return out + 8;
}

function double(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, DOUBLE_VALUE, 0);
  if (fault) return out;
  store<u8>(end, 0);
  let value = readDouble(scratch);
  if (numberEnd != end || value - value != 0) {
    if (isName(scratch, end, 'Infinity')) value = Infinity;
    else if (isName(scratch, end, '-Infinity')) value = -Infinity;
    else if (isName(scratch, end, 'NaN')) value = reinterpret<f64>(NOT_A_NUMBER);
    else raise(DOUBLE_VALUE, start);
  }
  store<f64>(out, value);
  return out + 8;
}

function decimal128(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, DECIMAL128_VALUE, 0);
  if (fault) return out;
  const code = readDecimal128(scratch, end, out);
  if (code) raise(code, start);
  return out + 16;
}

function regularExpression(out: usize): usize {
  openObject(REGULAR_EXPRESSION_VALUE);
  // The texts are written in the order in which they come, and then put in the order of BSON.
  let scratch = out + SCRATCH;
  let first: u32 = 0;
  let pattern: usize = 0;
  let patternEnd: usize = 0;
  let options: usize = 0;
  let optionsEnd: usize = 0;
  for (let number: u32 = 0; number < 2; number++) {
    const which = moveToEither('pattern', 'options', number, first, scratch);
    if (fault) return out;
    first = which;
    const end = readText(scratch, TEXT_EXPECTED, ZERO_IN_REGULAR_EXPRESSION);
    if (fault) return out;
    if (which) {
      options = scratch;
      optionsEnd = end;
    } else {
      pattern = scratch;
      patternEnd = end;
    }
    scratch = end + SCRATCH;
  }
  closeObject();
  return writeRegularExpression(pattern, patternEnd, options, optionsEnd, scratch, out);
}

/**
 * `{"$regex":…,"$options":…}` of version 1. Queries have such documents, too, but with other values or other keys. Leaves
 * `typedType` 0 for a document.
 */
function legacyRegularExpression(out: usize): usize {
  if (byteAtCursor() != QUOTE) return out;
  const pattern = out + SCRATCH;
  const patternEnd = readText(pattern, TEXT_EXPECTED, 0);
  if (fault) return out;
  setCursor(skipSpace(cursor));
  if (byteAtCursor() != COMMA) return out;
  setCursor(skipSpace(cursor + 1));
  if (byteAtCursor() != QUOTE) return out;
  const options = patternEnd + SCRATCH;
  const keyEnd = readKey(options);
  if (fault || !isName(options, keyEnd, '$options')) return out;
  setCursor(skipSpace(cursor));
  if (byteAtCursor() != COLON) return out;
  setCursor(skipSpace(cursor + 1));
  if (byteAtCursor() != QUOTE) return out;
  const optionsEnd = readText(options, TEXT_EXPECTED, 0);
  if (fault) return out;
  setCursor(skipSpace(cursor));
  if (byteAtCursor() != CLOSING_BRACE || hasZero(pattern, patternEnd) || hasZero(options, optionsEnd)) return out;
  setCursor(cursor + 1);
  typedType = REGULAR_EXPRESSION;
  return writeRegularExpression(pattern, patternEnd, options, optionsEnd, optionsEnd + SCRATCH, out);
}

function hasZero(start: usize, end: usize): bool {
  for (let p = start; p < end; p++) if (!load<u8>(p)) return true;
  return false;
}

/** The number of times that each ASCII character occurs in the current options. */
const OPTION_COUNTS = memory.data(128 * 4, 16);

/** BSON wants the options in alphabetical order. Options beyond US-ASCII stay as they are, as in an export. */
function writeRegularExpression(
  pattern: usize,
  patternEnd: usize,
  options: usize,
  optionsEnd: usize,
  scratch: usize,
  out: usize,
): usize {
  const optionBytes = optionsEnd - options;
  sortOptions(options, optionsEnd);
  // The options may lie where the pattern goes.
  memory.copy(scratch, options, optionBytes);
  memory.copy(out, pattern, patternEnd - pattern);
  out += patternEnd - pattern;
  store<u8>(out++, 0);
  memory.copy(out, scratch, optionBytes);
  out += optionBytes;
  store<u8>(out, 0);
  return out + 1;
}

function sortOptions(start: usize, end: usize): void {
  for (let p = start; p < end; p++) if (<u32>load<u8>(p) >= 0x80) return;
  memory.fill(OPTION_COUNTS, 0, 128 * 4);
  for (let p = start; p < end; p++) {
    const count = OPTION_COUNTS + (<usize>load<u8>(p) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  for (let character: u32 = 0; character < 0x80; character++) {
    const count = load<u32>(OPTION_COUNTS + (<usize>character << 2));
    memory.fill(start, <u8>character, count);
    start += count;
  }
}

function timestamp(out: usize): usize {
  openObject(TIMESTAMP_VALUE);
  let first: u32 = 0;
  for (let number: u32 = 0; number < 2; number++) {
    const which = moveToEither('i', 't', number, first, out + SCRATCH);
    if (fault) return out;
    first = which;
    store<u32>(out + (<usize>which << 2), uint32());
    if (fault) return out;
  }
  closeObject();
  return out + 8;
}

function uint32(): u32 {
  const start = cursor;
  let p = start;
  let value: u64 = 0;
  do {
    const byte: u32 = load<u8>(p);
    value = value * 10 + (byte - ZERO);
    if (!isDigit(byte) || value > <u64>u32.MAX_VALUE) {
      raise(TIMESTAMP_VALUE, start);
      return 0;
    }
    p++;
  } while (value && isDigit(load<u8>(p)));
  setCursor(p);
  return <u32>value;
}

/** Writes the string at the cursor as BSON does: with its length and a terminator. */
function stringValue(out: usize): usize {
  const end = readText(out + 4, TEXT_EXPECTED, 0);
  store<u8>(end, 0);
  store<u32>(out, <u32>(end - out - 3));
  return end + 1;
}

/** Code with scope begins with the length of the whole. */
function code(out: usize): usize {
  const end = stringValue(out + 4);
  if (fault) return out;
  setCursor(nextToken(cursor));
  if (fault) return out;
  if (byteAtCursor() == CLOSING_BRACE) {
    setCursor(cursor + 1);
    typedType = CODE;
    memory.copy(out, out + 4, end - out - 4);
    return end - 4;
  }
  typedType = CODE_WITH_SCOPE;
  moveToNextKey('$scope', end + SCRATCH);
  if (fault) return out;
  if (byteAtCursor() != OPENING_BRACE) {
    raise(SCOPE_VALUE, cursor);
    return out;
  }
  const wholeEnd = parseScope(cursor, end);
  typedType = CODE_WITH_SCOPE;
  setCursor(scopeEnd);
  store<u32>(out, <u32>(wholeEnd - out));
  closeObject();
  return wholeEnd;
}

function dbPointer(out: usize): usize {
  openObject(DB_POINTER_VALUE);
  // The ObjectId is written before its place is known.
  const id = OPTION_COUNTS;
  let end = out;
  let first: u32 = 0;
  for (let number: u32 = 0; number < 2; number++) {
    const which = moveToEither('$ref', '$id', number, first, end + SCRATCH);
    if (fault) return out;
    first = which;
    if (which) {
      enterObject('$oid', end + SCRATCH, DB_POINTER_VALUE);
      if (fault) return out;
      objectId(end);
      if (fault) return out;
      memory.copy(id, end, 12);
      closeObject();
    } else {
      end = stringValue(out);
    }
    if (fault) return out;
  }
  closeObject();
  memory.copy(end, id, 12);
  return end + 12;
}
