// Base64 with padding (RFC 4648, section 4). A table gives two characters at a time.

/** The two characters of each 12 bits. */
const PAIRS = memory.data(4096 * 2, 16);
const PADDING: u32 = 0x3d;

export function prepareBase64(): void {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let bits: u32 = 0; bits < 4096; bits++) {
    store<u8>(PAIRS + bits * 2, <u8>alphabet.charCodeAt(bits >> 6));
    store<u8>(PAIRS + bits * 2 + 1, <u8>alphabet.charCodeAt(bits & 63));
  }
}

export function writeBase64(input: usize, length: usize, out: usize): usize {
  const end = input + length;
  for (; input + 2 < end; input += 3) {
    const a: u32 = load<u8>(input);
    const b: u32 = load<u8>(input + 1);
    const c: u32 = load<u8>(input + 2);
    store<u16>(out, pair((a << 4) | (b >> 4)));
    store<u16>(out + 2, pair(((b & 15) << 8) | c));
    out += 4;
  }
  if (input == end) return out;
  const a: u32 = load<u8>(input);
  const b: u32 = input + 1 < end ? load<u8>(input + 1) : 0;
  store<u16>(out, pair((a << 4) | (b >> 4)));
  store<u8>(out + 2, input + 1 < end ? pair((b & 15) << 8) & 255 : PADDING);
  store<u8>(out + 3, PADDING);
  return out + 4;
}

@inline
function pair(bits: u32): u32 {
  return load<u16>(PAIRS + bits * 2);
}
