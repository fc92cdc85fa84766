// Writes doubles as ECMAScript does (ECMA-262, Number::toString). Integers below 1e21 are written with all digits and
// `.0`, because a reader must still see a double.

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
/**
 * Decimals of up to 15 digits are different doubles. So a double below this number that equals a decimal with two
 * places has that decimal as its shortest form.
 */
const TWO_PLACES_BELOW: f64 = 1e9;

/** @returns the end of the output. Up to 8 bytes behind it are overwritten. */
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

/** Writes `NaN`, `Infinity` or `-Infinity`. */
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
  // The significand has 53 bits. A shift by 11 fills 64 bits. The rest of the shift follows after the digits were split
  // in two halves.
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
  /** The number of digits before the point. */
  const whole = <i32>count + exponent;
  if (whole <= 0 && whole > -6) {
    store<u64>(out, ZERO_POINT_ZEROS);
    return writeUnsigned(digits, out + 2 - whole);
  }
  // The digits are first written where those behind the point belong. Then the digits before the point move byte by
  // byte, because reading at once what was just written in pieces is slow. Integers with few digits take another path,
  // so there is always a digit behind the point.
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
