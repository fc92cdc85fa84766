// Reads the usual forms of usual values of fixed length.

import { DOUBLE, INT32, INT64 } from '../transcode/bson-types';
import { raise } from '../transcode/faults';
import { MAX_DATE_BYTES, isDate, readIsoDate } from './dates';
import { numberEnd, readDouble } from './doubles';
import { NUMBER_MALFORMED, NUMBER_TOO_LARGE } from './faults';
import { integerEnd, readInteger } from './integers';
import { readObjectId } from './object-ids';
import {
  IS_DATE,
  IS_DOUBLE,
  IS_FALSE,
  IS_INT32,
  IS_INT64,
  IS_ISO_DATE,
  IS_NULL,
  IS_NUMBER,
  IS_OBJECT_ID,
  IS_TRUE,
} from './openings';
import { MINUS, POINT, QUOTE, QUOTE_AND_BRACE } from './tokens';

const LOWER_E: u32 = 0x65;
/** `"}}` */
const QUOTE_AND_TWO_BRACES: u32 = 0x7d7d22;

/** The address behind the value that was read last; 0 if it does not have the usual form, or is none. */
export let usualEnd: usize = 0;

/**
 * Reads the value of a kind, if it has the usual form, and writes it. `usualEnd` is set. Numbers without a wrapper have
 * no other form, so there may be a fault.
 * @param p behind the opening. @param typeAt the address of the element's type. @returns the end of the BSON.
 */
@inline
export function readUsualValue(kind: u32, p: usize, typeAt: usize, out: usize): usize {
  usualEnd = 0;
  switch (kind) {
    case IS_TRUE:
    case IS_FALSE: {
      store<u8>(out, kind == IS_TRUE ? 1 : 0);
      usualEnd = p;
      return out + 1;
    }
    case IS_NULL: {
      usualEnd = p;
      return out;
    }
    case IS_INT32: {
      const value = readInteger(p);
      if (!integerEnd || <i64>(<i32>value) != value || <u32>load<u16>(integerEnd) != QUOTE_AND_BRACE) return out;
      store<i32>(out, <i32>value);
      usualEnd = integerEnd + 2;
      return out + 4;
    }
    case IS_INT64: {
      const value = readInteger(p);
      if (!integerEnd || <u32>load<u16>(integerEnd) != QUOTE_AND_BRACE) return out;
      store<i64>(out, value);
      usualEnd = integerEnd + 2;
      return out + 8;
    }
    case IS_DATE: {
      const value = readInteger(p);
      if (!integerEnd || (load<u32>(integerEnd) & 0xffffff) != QUOTE_AND_TWO_BRACES) return out;
      store<i64>(out, value);
      usualEnd = integerEnd + 3;
      return out + 8;
    }
    case IS_DOUBLE: {
      const value = readDouble(p);
      if (!numberEnd || value - value != 0 || <u32>load<u16>(numberEnd) != QUOTE_AND_BRACE) return out;
      store<f64>(out, value);
      usualEnd = numberEnd + 2;
      return out + 8;
    }
    case IS_OBJECT_ID: {
      if (!readObjectId(p, out) || <u32>load<u16>(p + 24) != QUOTE_AND_BRACE) return out;
      usualEnd = p + 26;
      return out + 12;
    }
    case IS_ISO_DATE: {
      let end = p + 20;
      while (<u32>load<u8>(end) != QUOTE && end < p + MAX_DATE_BYTES) end++;
      const value = readIsoDate(p, end);
      if (!isDate || <u32>load<u16>(end) != QUOTE_AND_BRACE) return out;
      store<i64>(out, value);
      usualEnd = end + 2;
      return out + 8;
    }
    case IS_NUMBER:
      return readNumber(p, typeAt, out);
    default:
      return out;
  }
}

/**
 * Reads a number without a type wrapper, as relaxed Extended JSON means it: a number with a fraction or an exponent is
 * a double, any other number is the smallest of Int32, Int64 and double that holds it. `-0` is a double, because no
 * integer has a negative zero. `usualEnd` is set.
 */
function readNumber(p: usize, typeAt: usize, out: usize): usize {
  const integer = readInteger(p);
  if (integerEnd && (integer || <u32>load<u8>(p) != MINUS)) {
    const byte: u32 = load<u8>(integerEnd);
    if (byte != POINT && (byte | 0x20) != LOWER_E) {
      usualEnd = integerEnd;
      if (<i64>(<i32>integer) == integer) {
        store<u8>(typeAt, INT32);
        store<i32>(out, <i32>integer);
        return out + 4;
      }
      store<u8>(typeAt, INT64);
      store<i64>(out, integer);
      return out + 8;
    }
  }
  const value = readDouble(p);
  if (!numberEnd) {
    raise(NUMBER_MALFORMED, p);
    return out;
  }
  if (value - value != 0) {
    raise(NUMBER_TOO_LARGE, p);
    return out;
  }
  usualEnd = numberEnd;
  store<u8>(typeAt, DOUBLE);
  store<f64>(out, value);
  return out + 8;
}
