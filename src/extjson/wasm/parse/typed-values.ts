// Reads the objects that stand for a value of a BSON type, in any form that is allowed. ./parse reads the usual forms
// of the usual types itself, and faster. An object is such a value if its first key is that of a type, as for MongoDB's
// driver for Go. The other keys must then be those of the type, in any order.
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
  REGULAR_EXPRESSION,
  SYMBOL,
  TIMESTAMP,
  UNDEFINED,
} from '../transcode/bson-types';
import { fault, raise } from '../transcode/faults';
import { readBinary, readUuid } from './binaries';
import { isDate, readIsoDate } from './dates';
import { readDecimal128 } from './decimal128';
import { numberEnd, readDouble } from './doubles';
import {
  DATE_VALUE,
  DB_POINTER_VALUE,
  DECIMAL128_VALUE,
  DOUBLE_VALUE,
  INT32_VALUE,
  INT64_VALUE,
  OBJECT_ID_VALUE,
  ONE_VALUE,
  SCOPE_VALUE,
  TEXT_EXPECTED,
  TIMESTAMP_VALUE,
  TRUE_VALUE,
} from './faults';
import { integerEnd, readInteger } from './integers';
import { readObjectId } from './object-ids';
import { readLegacyRegularExpression, readRegularExpression } from './regular-expressions';
import {
  BACKSLASH,
  CLOSING_BRACE,
  DOLLAR,
  ONE,
  OPENING_BRACE,
  QUOTE,
  ZERO,
  isDigit,
  nextToken,
  skipSpace,
} from './tokens';
import {
  SCRATCH,
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

const OBJECT_ID_DIGITS: usize = 24;
const OBJECT_ID_BYTES: usize = 12;
/** `true` */
const TRUE: u32 = 0x65757274;
const NOT_A_NUMBER: u64 = 0x7ff8000000000000;

/** The BSON type of the value that was read last; 0 if the object is a document, of which nothing was read. */
export let typedType: u32 = 0;
/** The address behind the object of the value that was read last. */
export let typedEnd: usize = 0;

/** Parses the document at the cursor to BSON at `out`, moves the cursor behind it, and returns the end of the BSON. */
type ScopeParser = (out: usize) => usize;

/**
 * Reads the object whose bracket is at `input`, if it stands for a value of a BSON type.
 * @param parseScope parses the scope of code. It is a parameter because a scope holds any values.
 */
export function readTypedValue(input: usize, out: usize, parseScope: ScopeParser): usize {
  typedType = 0;
  const type = readTypeKey(input, out + SCRATCH);
  if (fault || type == NO_TYPE_KEY) return out;
  moveToValue();
  if (fault) return out;
  const end = readValue(type, out, parseScope);
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

function readValue(type: i32, out: usize, parseScope: ScopeParser): usize {
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
      out = readBinary(out);
      break;
    }
    case UUID_KEY: {
      typedType = BINARY;
      out = readUuid(out);
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
      out = readRegularExpression(out);
      break;
    }
    case REGEX_KEY: {
      const end = readLegacyRegularExpression(out);
      if (end) typedType = REGULAR_EXPRESSION;
      return end;
    }
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
      return code(out, parseScope);
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
  return out + OBJECT_ID_BYTES;
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
function code(out: usize, parseScope: ScopeParser): usize {
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
  const wholeEnd = parseScope(end);
  // The scope may hold typed values, too.
  typedType = CODE_WITH_SCOPE;
  store<u32>(out, <u32>(wholeEnd - out));
  closeObject();
  return wholeEnd;
}

/** The ObjectId of the current DBPointer. */
const POINTER_ID = memory.data(16, 16);

function dbPointer(out: usize): usize {
  openObject(DB_POINTER_VALUE);
  // The ObjectId may be written before its place is known.
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
      memory.copy(POINTER_ID, end, OBJECT_ID_BYTES);
      closeObject();
    } else {
      end = stringValue(out);
    }
    if (fault) return out;
  }
  closeObject();
  memory.copy(end, POINTER_ID, OBJECT_ID_BYTES);
  return end + OBJECT_ID_BYTES;
}
