/** The two lower-case hexadecimal digits of each byte. */
const HEX_PAIRS = memory.data(256 * 2, 16);

export function prepareHexadecimal(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    store<u8>(HEX_PAIRS + byte * 2, digit(byte >> 4));
    store<u8>(HEX_PAIRS + byte * 2 + 1, digit(byte & 15));
  }
}

function digit(value: u32): u32 {
  return value < 10 ? 48 + value : 87 + value;
}

@inline
export function writeHexByte(byte: u32, out: usize): void {
  store<u16>(out, load<u16>(HEX_PAIRS + byte * 2));
}

/** Writes the 24 digits of an ObjectId. Reads 16 bytes. */
@inline
export function writeObjectId(input: usize, out: usize): void {
  const bytes = v128.load(input);
  const low = i8x16.splat(15);
  const digits = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);
  const upper = v128.swizzle(digits, v128.and(i8x16.shr_u(bytes, 4), low));
  const lower = v128.swizzle(digits, v128.and(bytes, low));
  v128.store(out, v128.shuffle<i8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  const rest = v128.shuffle<i8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  store<u64>(out + 16, i64x2.extract_lane(rest, 0));
}
