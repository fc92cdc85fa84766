// Reads base64 with padding (RFC 4648, section 4).

const PADDING: u32 = 0x3d;
/** No digit. */
const NONE: u32 = 0xff;
/** The value of each digit. */
const DIGITS = memory.data(256, 16);

/** The end of the bytes that were written last; 0 if the text is not in base64. */
export let base64End: usize = 0;

export function prepareBase64Reader(): void {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  memory.fill(DIGITS, <u8>NONE, 256);
  for (let value = 0; value < 64; value++) store<u8>(DIGITS + alphabet.charCodeAt(value), value);
}

/**
 * Writes the bytes of the text from `input` to `end`, which may be behind the place where it writes. The unused bits of
 * the last digit must be 0. Sets `base64End`.
 */
export function readBase64(input: usize, end: usize, out: usize): void {
  base64End = 0;
  if ((end - input) & 3) return;
  let padding: usize = 0;
  if (end > input && <u32>load<u8>(end - 1) == PADDING) padding = <u32>load<u8>(end - 2) == PADDING ? 2 : 1;
  const whole = padding ? end - 4 : end;
  for (; input < whole; input += 4) {
    const a = digit(input);
    const b = digit(input + 1);
    const c = digit(input + 2);
    const d = digit(input + 3);
    if ((a | b | c | d) > 63) return;
    store<u8>(out, (a << 2) | (b >> 4));
    store<u8>(out + 1, (b << 4) | (c >> 2));
    store<u8>(out + 2, (c << 6) | d);
    out += 3;
  }
  if (padding) {
    const a = digit(input);
    const b = digit(input + 1);
    const c = padding == 2 ? 0 : digit(input + 2);
    if ((a | b | c) > 63 || (padding == 2 ? b & 15 : c & 3)) return;
    store<u8>(out++, (a << 2) | (b >> 4));
    if (padding == 1) store<u8>(out++, (b << 4) | (c >> 2));
  }
  base64End = out;
}

@inline
function digit(input: usize): u32 {
  return load<u8>(DIGITS + <u32>load<u8>(input));
}
