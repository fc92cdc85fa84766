// Reads decimals as the nearest doubles, to even if two are equally near. Decimals of few digits are exact in doubles
// (William D. Clinger, "How to Read Floating Point Numbers Accurately", 1990). Others are multiplied with the upper 128
// bits of a power of ten (Daniel Lemire, "Number Parsing at a Gigabyte per Second", 2021). What that does not decide,
// which is rare, the host decides.

import { multiplyHigh, powersOfTen } from '../transcode/schubfach';
import { MINUS, PLUS, POINT, ZERO, isDigit } from './tokens';

/** Reads the number in `length` bytes of US-ASCII at `start`. Its form is that of JSON. */
@external('env', 'parseDouble')
declare function parseDouble(start: usize, length: usize): f64;

const MIN_POWER: i32 = -292;
const MAX_POWER: i32 = 308;
/** Larger powers of ten are no doubles, so they are not exact. */
const MAX_EXACT_POWER: i32 = 22;
const EXACT_POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
const FIRST_INEXACT_INTEGER: u64 = 1 << 53;
/** The number of digits that always fit 64 bits. */
const MAX_DIGITS: u32 = 19;
/** A larger exponent is as good as this one for a text that is not longer than `LONG_TEXT`. */
const LARGE_EXPONENT: i32 = 100000;
const LONG_TEXT: usize = 1000;
const EXPONENT_BIAS: i32 = 1023;
const NO_DOUBLE: f64 = NaN;

/** The end of the number that was read last; 0 if there is none. */
export let numberEnd: usize = 0;

let digits: u64 = 0;
let digitCount: u32 = 0;
/** The number of digits that did not fit. */
let dropped: i32 = 0;
/** Whether one of them is not 0. */
let isCut: bool = false;

/** Reads the JSON number at `start` (RFC 8259, section 6). `numberEnd` is set. */
export function readDouble(start: usize): f64 {
  let p = start;
  const isNegative = <u32>load<u8>(p) == MINUS;
  if (isNegative) p++;
  digits = 0;
  digitCount = 0;
  dropped = 0;
  isCut = false;
  numberEnd = 0;
  if (<u32>load<u8>(p) == ZERO) {
    p++;
  } else {
    const first = p;
    p = readDigits(p);
    if (p == first) return 0;
  }
  // The digits that were dropped before the point count.
  let exponent = dropped;
  if (<u32>load<u8>(p) == POINT) {
    const first = ++p;
    dropped = 0;
    p = readDigits(p);
    if (p == first) return 0;
    exponent -= <i32>(p - first) - dropped;
  }
  if ((<u32>load<u8>(p) | 0x20) == 0x65) {
    const sign: u32 = load<u8>(++p);
    if (sign == PLUS || sign == MINUS) p++;
    const first = p;
    let power: i32 = 0;
    while (isDigit(load<u8>(p))) {
      if (power < LARGE_EXPONENT) power = power * 10 + <i32>(<u32>load<u8>(p) - ZERO);
      p++;
    }
    if (p == first) return 0;
    exponent += sign == MINUS ? -power : power;
  }
  numberEnd = p;
  const value = nearest(start, p, exponent);
  return isNegative ? -value : value;
}

/** Reads digits, and appends them to those that were read. @returns their end. */
@inline
function readDigits(p: usize): usize {
  while (true) {
    const digit = <u32>load<u8>(p) - ZERO;
    if (digit > 9) return p;
    if (digitCount < MAX_DIGITS) {
      digits = digits * 10 + digit;
      // Leading zeros do not count.
      if (digits) digitCount++;
    } else {
      dropped++;
      if (digit) isCut = true;
    }
    p++;
  }
}

/** The absolute value of the double that is nearest to the number from `start` to `end`. */
function nearest(start: usize, end: usize, exponent: i32): f64 {
  if (!digits) return 0;
  if (!isCut && digits < FIRST_INEXACT_INTEGER && exponent >= -MAX_EXACT_POWER && exponent <= MAX_EXACT_POWER) {
    const value = <f64>digits;
    if (exponent < 0) return value / load<f64>(EXACT_POWERS + (<usize>-exponent << 3));
    return value * load<f64>(EXACT_POWERS + (<usize>exponent << 3));
  }
  const value = end - start > LONG_TEXT ? NO_DOUBLE : product(digits, exponent);
  // The number lies between its first 19 digits and the next larger ones.
  if (value == value && (!isCut || product(digits + 1, exponent) == value)) return value;
  return abs(parseDouble(start, end - start));
}

/** The double nearest to `digits` times a power of ten; not a number if this function cannot tell. */
function product(digits: u64, exponent: i32): f64 {
  if (exponent < MIN_POWER || exponent > MAX_POWER) return NO_DOUBLE;
  const power = powersOfTen() + (<usize>(exponent - MIN_POWER) << 4);
  const leadingZeros = <u32>clz(digits);
  const scaled = digits << leadingZeros;
  // The upper 128 bits of the product. The power is rounded up by less than one, and the lowest word is cut, so the
  // exact product lies less than one below and less than one above.
  const carried = multiplyHigh(scaled, load<u64>(power));
  const powerHigh = load<u64>(power, 8);
  const low = scaled * powerHigh + carried;
  const high = multiplyHigh(scaled, powerHigh) + <u64>(low < carried);
  const isLong = <u32>(high >> 63);
  // 53 bits of the double and one more remain.
  const shift: u64 = 9 + isLong;
  const below = high & ((<u64>1 << shift) - 1);
  if (!below && low < 2) return NO_DOUBLE;
  if (below == (<u64>1 << shift) - 1 && low >= <u64>-2) return NO_DOUBLE;
  let significand = high >> shift;
  significand = (significand + (significand & 1)) >> 1;
  // floor(exponent log2 10)
  let binary = ((exponent * 1741647) >> 19) + 63 + <i32>isLong - <i32>leadingZeros + EXPONENT_BIAS;
  if (significand >> 53) {
    significand >>= 1;
    binary++;
  }
  if (binary <= 0 || binary >= 2047) return NO_DOUBLE;
  return reinterpret<f64>((significand & 0xfffffffffffff) | (<u64>binary << 52));
}
