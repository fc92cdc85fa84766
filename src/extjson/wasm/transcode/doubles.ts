// Doubles as ECMAScript writes them (ECMA-262, Number::toString), but integers below 1e21 with all their digits and `.0`, so that
// the reader sees a double.

import { countDigits, writeEightDigits, writeSmall, writeTwoDigits, writeUnsigned } from './integers';
import { decimalExponent, shortestDecimal } from './schubfach';
import { writeAscii } from './text';

const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
const PLUS: u32 = 0x2b;
const ZERO: u32 = 0x30;
const LOWER_E: u32 = 0x65;
const POINT_ZERO: u32 = 0x302e;
/** `0.000000` */
const ZERO_POINT_ZEROS: u64 = 0x3030303030302e30;

const UINT64_VALUES: f64 = 18446744073709551616.0;
const FIRST_WITH_EXPONENT: f64 = 1e21;
/** With up to 15 digits, no two decimals are the same double: those with two decimal places below this are the shortest. */
const TWO_PLACES_BELOW: f64 = 1e9;

/** @returns the end of the output; up to 8 bytes behind it are written over. */
export function writeDouble(value: f64, out: usize): usize {
  const bits = reinterpret<u64>(value);
  if (bits >> 63) store<u8>(out++, MINUS);
  const magnitude = abs(value);
  if (magnitude < UINT64_VALUES) {
    const integer = <u64>magnitude;
    if (<f64>integer == magnitude) return writePointZero(writeUnsigned(integer, out));
    if (magnitude < TWO_PLACES_BELOW) {
      const hundredths = nearest(magnitude * 100.0);
      if (hundredths / 100.0 == magnitude) return writeHundredths(<u64>hundredths, out);
    }
  } else if (magnitude < FIRST_WITH_EXPONENT) {
    return writePointZero(writeHugeInteger(bits, out));
  }
  return writeShortest(bits & 0x7fffffffffffffff, out);
}

/** Writes what is not finite: `NaN`, `Infinity` or `-Infinity`. */
export function writeNonFinite(value: f64, out: usize): usize {
  return writeAscii(value != value ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity', out);
}

@inline
function writePointZero(out: usize): usize {
  store<u16>(out, POINT_ZERO);
  return out + 2;
}

@inline
function writeHundredths(hundredths: u64, out: usize): usize {
  const integer = hundredths / 100;
  out = writeUnsigned(integer, out);
  store<u8>(out, POINT);
  writeTwoDigits(<u32>(hundredths - integer * 100), out + 1);
  return load<u8>(out + 2) == ZERO ? out + 2 : out + 3;
}

/** Writes an integer from 2^64 to 1e21. */
function writeHugeInteger(bits: u64, out: usize): usize {
  // The 53 bits of the significand moved up by 11 fill 64; the rest of the shift comes after the split in two halves of digits.
  const significand = ((bits & 0xfffffffffffff) | 0x10000000000000) << 11;
  const shift = ((bits >> 52) & 0x7ff) - 1075 - 11;
  const quotient = significand / 10000000000;
  const lower = (significand - quotient * 10000000000) << shift;
  const carry = lower / 10000000000;
  const lastTen = lower - carry * 10000000000;
  out = writeUnsigned((quotient << shift) + carry, out);
  const firstTwo = lastTen / 100000000;
  writeTwoDigits(<u32>firstTwo, out);
  writeEightDigits(<u32>(lastTen - firstTwo * 100000000), out + 2);
  return out + 10;
}

function writeShortest(bits: u64, out: usize): usize {
  let digits = shortestDecimal(bits);
  let exponent = decimalExponent;
  while (true) {
    const tenth = digits / 10;
    if (tenth * 10 != digits) break;
    digits = tenth;
    exponent++;
  }
  const count = countDigits(digits);
  /** Digits before the point. */
  const whole = <i32>count + exponent;
  if (whole <= 0 && whole > -6) {
    store<u64>(out, ZERO_POINT_ZEROS);
    return writeUnsigned(digits, out + 2 - whole);
  }
  // The digits go where those behind the point belong; then those before it move, byte by byte: what was just written in
  // pieces is slow to read in one. Integers with few digits do not come here: there is always something behind the point.
  writeUnsigned(digits, out + 1);
  const isPlain = whole > 0 && whole <= 21;
  const before = isPlain ? whole : 1;
  for (let moved = 0; moved < before; moved++) store<u8>(out + moved, load<u8>(out + moved + 1));
  store<u8>(out + before, POINT);
  if (isPlain) return out + count + 1;
  // A single digit has no point.
  out += count == 1 ? 1 : count + 1;
  store<u8>(out, LOWER_E);
  store<u8>(out + 1, whole > 0 ? PLUS : MINUS);
  return writeSmall(<u32>abs(whole - 1), out + 2);
}
