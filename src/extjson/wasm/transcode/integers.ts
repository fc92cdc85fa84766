// Writes the decimal digits of integers. A table gives four digits at a time.

/** The digits of 0 to 9999, with leading zeros. */
const FOUR_DIGITS = memory.data(10000 * 4, 16);
/** The digits of 0 to 99, with a leading zero. */
const TWO_DIGITS = memory.data(100 * 2, 16);
/** The powers of ten from 0 to 19. */
const POWERS_OF_TEN = memory.data(20 * 8, 16);
const ZERO: u32 = 0x30;
const MINUS: u32 = 0x2d;

export function prepareIntegers(): void {
  for (let value: u32 = 0; value < 10000; value++) {
    const digits = FOUR_DIGITS + value * 4;
    store<u8>(digits, ZERO + value / 1000);
    store<u8>(digits + 1, ZERO + ((value / 100) % 10));
    store<u8>(digits + 2, ZERO + ((value / 10) % 10));
    store<u8>(digits + 3, ZERO + (value % 10));
  }
  for (let value: u32 = 0; value < 100; value++) {
    store<u8>(TWO_DIGITS + value * 2, ZERO + value / 10);
    store<u8>(TWO_DIGITS + value * 2 + 1, ZERO + (value % 10));
  }
  for (let exponent: u32 = 0, power: u64 = 1; exponent < 20; exponent++, power *= 10) {
    store<u64>(POWERS_OF_TEN + exponent * 8, power);
  }
}

/** The number of decimal digits of a value, 1 for 0. */
@inline
export function countDigits(value: u64): u32 {
  // The number of bits times log10(2), rounded down. It is exact or one too small.
  const digits = ((64 - <u32>clz(value | 1)) * 1233) >> 12;
  return digits + <u32>(value >= load<u64>(POWERS_OF_TEN + digits * 8) || digits == 0);
}

/** Writes two digits of a value below 100. */
@inline
export function writeTwoDigits(value: u32, out: usize): void {
  store<u16>(out, load<u16>(TWO_DIGITS + value * 2));
}

/** Writes four digits of a value below 10000. */
@inline
export function writeFourDigits(value: u32, out: usize): void {
  store<u32>(out, load<u32>(FOUR_DIGITS + value * 4));
}

/** Writes eight digits of a value below 10^8. */
@inline
export function writeEightDigits(value: u32, out: usize): void {
  const upper = value / 10000;
  writeFourDigits(upper, out);
  writeFourDigits(value - upper * 10000, out + 4);
}

/** Writes a value below 10000 without leading zeros. */
@inline
export function writeSmall(value: u32, out: usize): usize {
  const leading: u32 = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
  store<u32>(out, load<u32>(FOUR_DIGITS + value * 4) >> (leading << 3));
  return out + 4 - leading;
}

/** Writes a value below 10^8 without leading zeros. */
@inline
function writeMedium(value: u32, out: usize): usize {
  if (value < 10000) return writeSmall(value, out);
  const upper = value / 10000;
  out = writeSmall(upper, out);
  writeFourDigits(value - upper * 10000, out);
  return out + 4;
}

export function writeUnsigned(value: u64, out: usize): usize {
  if (value < 100000000) return writeMedium(<u32>value, out);
  const upper = value / 100000000;
  if (upper < 100000000) {
    out = writeMedium(<u32>upper, out);
  } else {
    const top = upper / 100000000;
    out = writeMedium(<u32>top, out);
    writeEightDigits(<u32>(upper - top * 100000000), out);
    out += 8;
  }
  writeEightDigits(<u32>(value - upper * 100000000), out);
  return out + 8;
}

@inline
export function writeSigned(value: i64, out: usize): usize {
  let magnitude: u64 = value;
  if (value < 0) {
    store<u8>(out++, MINUS);
    magnitude = 0 - magnitude;
  }
  return writeUnsigned(magnitude, out);
}
