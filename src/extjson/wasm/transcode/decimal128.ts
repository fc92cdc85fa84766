// Formats decimal128 in binary integer decimal encoding (IEEE 754-2008, section 3.5) as
// https://github.com/mongodb/specifications/blob/master/source/bson-decimal128/decimal128.md defines.

import { writeEightDigits, writeSmall, writeUnsigned } from './integers';
import { writeAscii } from './text';

const EXPONENT_BIAS: i32 = 6176;
const SMALLEST_PLAIN_EXPONENT: i32 = -6;
const BILLION: u64 = 1000000000;
/**
 * The number of values of the fourth group of nine digits. A coefficient has 34 digits, so the group has at most seven.
 */
const TOP_GROUP_VALUES: u32 = 10000000;

const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
const PLUS: u32 = 0x2b;
const ZERO: u32 = 0x30;
const UPPER_E: u32 = 0x45;
const ZERO_POINT: u32 = 0x2e30;

/** The digits of the current number. */
const DIGITS = memory.data(64, 16);
/** The coefficient in groups of nine digits, the lowest first. */
const GROUPS = memory.data(4 * 4, 16);

/** Writes the decimal128 value at `input`. */
export function writeDecimal128(input: usize, out: usize): usize {
  const low = load<u64>(input);
  const high = load<u64>(input, 8);
  const combination = <u32>(high >> 58) & 31;
  if (combination == 31) return writeAscii('NaN', out);
  if (high >> 63) store<u8>(out++, MINUS);
  if (combination == 30) return writeAscii('Infinity', out);
  // If both upper bits are set, the significand has more digits than the format allows and stands for 0.
  const isOversized = combination >> 3 == 3;
  const exponent = <i32>((high >> (isOversized ? 47 : 49)) & 0x3fff) - EXPONENT_BIAS;
  const end = isOversized ? writeUnsigned(0, DIGITS) : writeCoefficient(low, high & 0x1ffffffffffff);
  return placePoint(<i32>(end - DIGITS), exponent, out);
}

/** Writes the coefficient to DIGITS. @returns the end of the digits. */
function writeCoefficient(low: u64, high: u64): usize {
  if (!high) return writeUnsigned(low, DIGITS);
  let word3 = high >> 32;
  let word2 = high & 0xffffffff;
  let word1 = low >> 32;
  let word0 = low & 0xffffffff;
  for (let group = 0; group < 4; group++) {
    let rest = word3 % BILLION;
    word3 /= BILLION;
    rest = (rest << 32) | word2;
    word2 = rest / BILLION;
    rest = (rest % BILLION << 32) | word1;
    word1 = rest / BILLION;
    rest = (rest % BILLION << 32) | word0;
    word0 = rest / BILLION;
    store<u32>(GROUPS + group * 4, <u32>(rest % BILLION));
  }
  if (word0 || load<u32>(GROUPS, 12) >= TOP_GROUP_VALUES) return writeUnsigned(0, DIGITS);
  let group = 3;
  while (!load<u32>(GROUPS + group * 4)) group--;
  let end = writeUnsigned(load<u32>(GROUPS + group * 4), DIGITS);
  while (group > 0) {
    group--;
    const nine = load<u32>(GROUPS + group * 4);
    const first = nine / 100000000;
    store<u8>(end, ZERO + first);
    writeEightDigits(nine - first * 100000000, end + 1);
    end += 9;
  }
  return end;
}

function placePoint(count: i32, exponent: i32, out: usize): usize {
  const firstDigitExponent = exponent + count - 1;
  if (exponent > 0 || firstDigitExponent < SMALLEST_PLAIN_EXPONENT) {
    store<u8>(out++, load<u8>(DIGITS));
    if (count > 1) {
      store<u8>(out, POINT);
      memory.copy(out + 1, DIGITS + 1, count - 1);
      out += count;
    }
    store<u8>(out, UPPER_E);
    store<u8>(out + 1, firstDigitExponent < 0 ? MINUS : PLUS);
    return writeSmall(<u32>abs(firstDigitExponent), out + 2);
  }
  const whole = count + exponent;
  if (exponent == 0) {
    memory.copy(out, DIGITS, count);
    return out + count;
  }
  if (whole > 0) {
    memory.copy(out, DIGITS, whole);
    store<u8>(out + whole, POINT);
    memory.copy(out + whole + 1, DIGITS + whole, count - whole);
    return out + count + 1;
  }
  store<u16>(out, ZERO_POINT);
  out += 2;
  memory.fill(out, <u8>ZERO, -whole);
  out -= whole;
  memory.copy(out, DIGITS, count);
  return out + count;
}
