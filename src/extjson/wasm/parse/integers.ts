// Reads decimal integers, eight digits at a time.

import { MINUS, ZERO } from './tokens';

const ZEROS: u64 = 0x3030303030303030;
const MAX_DIGITS: u32 = 19;

/** The end of the integer that was read last; 0 if there is none in 64 bits. */
export let integerEnd: usize = 0;

/** Reads the JSON integer at `p`: a minus sign perhaps, and digits without leading zeros. Sets `integerEnd`. */
@inline
export function readInteger(p: usize): i64 {
  const isNegative = <u32>load<u8>(p) == MINUS;
  if (isNegative) p++;
  const magnitude = readDigits(p);
  if (!integerEnd) return 0;
  if (magnitude >> 63) {
    // The smallest integer has no positive counterpart.
    if (!isNegative || magnitude != <u64>1 << 63) integerEnd = 0;
    return <i64>magnitude;
  }
  return isNegative ? -<i64>magnitude : <i64>magnitude;
}

/** Reads digits that fit 64 bits without a sign. */
@inline
function readDigits(p: usize): u64 {
  const text = load<u64>(p) ^ ZEROS;
  const others = ((text + 0x7676767676767676) | text) & 0x8080808080808080;
  if (!others) return readManyDigits(p);
  const bits = <u64>ctz(others) - 7;
  // No digit, or a leading zero.
  if (!bits || (!(text & 0xff) && bits != 8)) {
    integerEnd = 0;
    return 0;
  }
  integerEnd = p + <usize>(bits >> 3);
  return valueOfEight(text << (64 - bits));
}

/** Reads eight digits and those that follow. */
function readManyDigits(p: usize): u64 {
  integerEnd = 0;
  if (<u32>load<u8>(p) == ZERO) return 0;
  let value = valueOfEight(load<u64>(p) ^ ZEROS);
  let count: u32 = 8;
  p += 8;
  while (true) {
    const digit = <u32>load<u8>(p) - ZERO;
    if (digit > 9) break;
    if (count == MAX_DIGITS) return 0;
    value = value * 10 + digit;
    count++;
    p++;
  }
  integerEnd = p;
  return value;
}

/** The value of eight digits, the first of them in the lowest byte, each from 0 to 9. */
@inline
function valueOfEight(digits: u64): u64 {
  // Pairs, then groups of four, then all eight: each step multiplies the upper part and adds the lower one.
  const pairs = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ff;
  const fours = (pairs * 100 + (pairs >> 16)) & 0x0000ffff0000ffff;
  return (fours * 10000 + (fours >> 32)) & 0xffffffff;
}
