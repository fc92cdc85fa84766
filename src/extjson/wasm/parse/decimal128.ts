// Reads decimal128 in binary integer decimal encoding (IEEE 754-2008, section 3.5) as
// https://github.com/mongodb/specifications/blob/master/source/bson-decimal128/decimal128.md defines.

import { DECIMAL128_INEXACT, DECIMAL128_VALUE } from './faults';
import { MINUS, PLUS, POINT, ZERO, isDigit } from './tokens';

const EXPONENT_BIAS: i64 = 6176;
const MIN_EXPONENT: i64 = -6176;
const MAX_EXPONENT: i64 = 6111;
const MAX_DIGITS: i64 = 34;
/** A larger exponent is as good as this one, because texts have fewer digits. */
const HUGE_EXPONENT: i64 = 1000000000000;
const NOT_A_NUMBER: u64 = 0x1f << 58;
const POSITIVE_INFINITY: u64 = 0x1e << 58;
const LOWER_E: u32 = 0x65;

let coefficientLow: u64 = 0;
let coefficientHigh: u64 = 0;

/** Writes the 16 bytes of the number that the text from `input` to `end` shows. @returns the fault, 0 for none. */
export function readDecimal128(input: usize, end: usize, out: usize): i32 {
  let p = input;
  const isNegative = p < end && <u32>load<u8>(p) == MINUS;
  if (isNegative || (p < end && <u32>load<u8>(p) == PLUS)) p++;
  if (isWord(p, end, 'nan')) return write(0, NOT_A_NUMBER, false, out);
  if (isWord(p, end, 'inf') || isWord(p, end, 'infinity')) return write(0, POSITIVE_INFINITY, isNegative, out);

  const first = p;
  while (p < end && isDigit(load<u8>(p))) p++;
  let digitsEnd = p;
  let point: usize = 0;
  if (p < end && <u32>load<u8>(p) == POINT) {
    point = p++;
    while (p < end && isDigit(load<u8>(p))) p++;
    digitsEnd = p;
  }
  // A point alone is no number.
  if (digitsEnd - first == <usize>(point ? 1 : 0)) return DECIMAL128_VALUE;
  let exponent: i64 = point ? -<i64>(digitsEnd - point - 1) : 0;
  if (p < end) {
    if ((<u32>load<u8>(p) | 0x20) != LOWER_E) return DECIMAL128_VALUE;
    p++;
    const isSmall = p < end && <u32>load<u8>(p) == MINUS;
    if (isSmall || (p < end && <u32>load<u8>(p) == PLUS)) p++;
    if (p == end) return DECIMAL128_VALUE;
    let power: i64 = 0;
    for (; p < end; p++) {
      if (!isDigit(load<u8>(p))) return DECIMAL128_VALUE;
      power = min(power * 10 + <i64>(<u32>load<u8>(p) - ZERO), HUGE_EXPONENT);
    }
    exponent += isSmall ? -power : power;
  }
  return fit(first, digitsEnd, exponent, isNegative, out);
}

/** Moves zeros between the digits from `first` to `end` and the exponent until both are in range. */
function fit(first: usize, end: usize, exponent: i64, isNegative: bool, out: usize): i32 {
  let p = first;
  while (p < end && (<u32>load<u8>(p) == ZERO || <u32>load<u8>(p) == POINT)) p++;
  let count: i64 = 0;
  for (let digit = p; digit < end; digit++) if (<u32>load<u8>(digit) != POINT) count++;
  coefficientLow = 0;
  coefficientHigh = 0;
  if (!count) {
    exponent = max(min(exponent, MAX_EXPONENT), MIN_EXPONENT);
    return write(0, <u64>(exponent + EXPONENT_BIAS) << 49, isNegative, out);
  }
  const surplus = max(max(count - MAX_DIGITS, MIN_EXPONENT - exponent), 0);
  let padding: i64 = 0;
  if (!surplus && exponent > MAX_EXPONENT) {
    padding = exponent - MAX_EXPONENT;
    if (count + padding > MAX_DIGITS) return DECIMAL128_INEXACT;
    exponent = MAX_EXPONENT;
  }
  exponent += surplus;
  if (surplus >= count || exponent > MAX_EXPONENT) return DECIMAL128_INEXACT;
  for (let left = count; left; p++) {
    const byte: u32 = load<u8>(p);
    if (byte == POINT) continue;
    if (left > surplus) appendDigit(byte - ZERO);
    else if (byte != ZERO) return DECIMAL128_INEXACT;
    left--;
  }
  for (; padding; padding--) appendDigit(0);
  return write(coefficientLow, (<u64>(exponent + EXPONENT_BIAS) << 49) | coefficientHigh, isNegative, out);
}

@inline
function appendDigit(digit: u32): void {
  // Ten times the coefficient: the lower word in two halves, because a product of two words has no upper half here.
  const below = (coefficientLow & 0xffffffff) * 10 + digit;
  const above = (coefficientLow >> 32) * 10 + (below >> 32);
  coefficientLow = (above << 32) | (below & 0xffffffff);
  coefficientHigh = coefficientHigh * 10 + (above >> 32);
}

function write(low: u64, high: u64, isNegative: bool, out: usize): i32 {
  store<u64>(out, low);
  store<u64>(out, high | (<u64>isNegative << 63), 8);
  return 0;
}

/** Whether the text from `p` to `end` is a word, in either case. */
function isWord(p: usize, end: usize, word: string): bool {
  if (end - p != <usize>word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if ((<u32>load<u8>(p + i) | 0x20) != <u32>word.charCodeAt(i)) return false;
  }
  return true;
}
