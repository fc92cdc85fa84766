// Reads hexadecimal digits of either case.

import { hexDigit } from './tokens';

/**
 * Writes the 12 bytes of 24 hexadecimal digits. Reads 32 bytes and writes 16.
 * @returns whether all 24 are such digits.
 */
@inline
export function readObjectId(input: usize, out: usize): bool {
  const first = v128.load(input);
  const last = v128.load(input, 8);
  const firstDigits = valuesOf(first);
  const lastDigits = valuesOf(last);
  // Values of other bytes have the upper bit set.
  if (i8x16.bitmask(v128.or(firstDigits, lastDigits))) return false;
  // The last eight bytes of `first` are the first eight of `last`.
  store<u64>(out, pairUp(firstDigits));
  store<u64>(out + 4, pairUp(lastDigits));
  return true;
}

/** The value of each digit; 0x80 or more for a byte that is none. */
@inline
function valuesOf(text: v128): v128 {
  const lower = v128.or(text, i8x16.splat(0x20));
  const digit = i8x16.sub(text, i8x16.splat(0x30));
  const letter = i8x16.sub(lower, i8x16.splat(0x61));
  const isDigit = i8x16.lt_u(digit, i8x16.splat(10));
  const isLetter = i8x16.lt_u(letter, i8x16.splat(6));
  const value = v128.or(
    v128.and(digit, isDigit),
    v128.and(i8x16.add(letter, i8x16.splat(10)), isLetter),
  );
  return v128.or(value, v128.andnot(i8x16.splat(<i8>0x80), v128.or(isDigit, isLetter)));
}

/** The eight bytes of 16 digits. */
@inline
function pairUp(digits: v128): u64 {
  const upper = i8x16.shuffle(digits, digits, 0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14);
  const lower = i8x16.shuffle(digits, digits, 1, 3, 5, 7, 9, 11, 13, 15, 1, 3, 5, 7, 9, 11, 13, 15);
  return i64x2.extract_lane(v128.or(i8x16.shl(upper, 4), lower), 0);
}

/** Writes the bytes of pairs of hexadecimal digits. @returns whether all of them are such digits. */
export function readHexadecimal(input: usize, pairs: usize, out: usize): bool {
  for (let i: usize = 0; i < pairs; i++) {
    const upper = hexDigit(load<u8>(input + 2 * i));
    const lower = hexDigit(load<u8>(input + 2 * i + 1));
    if ((upper | lower) > 15) return false;
    store<u8>(out + i, (upper << 4) | lower);
  }
  return true;
}
