// Writes text of BSON as the inside of a JSON string (RFC 8259, section 7). Control characters, quotes, backslashes,
// U+2028 and U+2029 are escaped. A byte that is not part of well-formed UTF-8 (RFC 3629) is written as `\ufffd`,
// because Go's encoding/json does so.

import { writeHexByte } from './hexadecimal';

/** The byte behind the backslash for each character below 128; 0 for characters that need no escape. */
const ESCAPES = memory.data(128, 16);
const BACKSLASH: u32 = 0x5c;
const LOWER_U: u32 = 0x75;
const ZEROS: u32 = 0x3030;
/** U+2028 as three bytes of UTF-8. U+2029 differs in the last bit. */
const LINE_SEPARATOR: u32 = 0xa880e2;
const LINE_OR_PARAGRAPH_SEPARATOR_MASK: u32 = 0xfeffff;
/** `\u202` and the digit 8. */
const ESCAPED_LINE_SEPARATOR: u64 = 0x38323032755c;
/** `\ufffd` */
const ESCAPED_REPLACEMENT: u64 = 0x64666666755c;

export function prepareStrings(): void {
  memory.fill(ESCAPES, <u8>LOWER_U, 32);
  store<u8>(ESCAPES + 0x08, 0x62);
  store<u8>(ESCAPES + 0x09, 0x74);
  store<u8>(ESCAPES + 0x0a, 0x6e);
  store<u8>(ESCAPES + 0x0c, 0x66);
  store<u8>(ESCAPES + 0x0d, 0x72);
  store<u8>(ESCAPES + 0x22, 0x22);
  store<u8>(ESCAPES + 0x5c, 0x5c);
}

/**
 * Writes the text from `input` to `end`, 16 bytes at a time if they need no escape.
 * @returns the end of the output, which is at most six times the text. Up to 16 bytes behind it are overwritten.
 */
export function writeString(input: usize, end: usize, out: usize): usize {
  const firstPlain = i8x16.splat(0x20);
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  while (input < end) {
    const bytes = v128.load(input);
    // Bytes from 0x80 on are negative as signed numbers, and thus below 0x20, too.
    const special = v128.or(i8x16.lt_s(bytes, firstPlain), v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)));
    const mask = i8x16.bitmask(special);
    v128.store(out, bytes);
    const plain: usize = mask ? <usize>ctz(mask) : 16;
    const rest = end - input;
    if (plain >= rest) return out + rest;
    input += plain;
    out += plain;
    if (!mask) continue;
    if (load<u8>(input) < 0x80) {
      out = writeEscape(load<u8>(input), out);
      input++;
    } else {
      do {
        const length = sequenceLength(input, end);
        if (!length) {
          store<u64>(out, ESCAPED_REPLACEMENT);
          out += 6;
          input++;
          continue;
        }
        const sequence = load<u32>(input);
        if ((sequence & LINE_OR_PARAGRAPH_SEPARATOR_MASK) == LINE_SEPARATOR) {
          store<u64>(out, ESCAPED_LINE_SEPARATOR + (<u64>((sequence >> 16) & 1) << 40));
          out += 6;
        } else {
          store<u32>(out, sequence);
          out += length;
        }
        input += length;
      } while (input < end && load<u8>(input) >= 0x80);
    }
  }
  return out;
}

/** Writes one ASCII character, and escapes it if necessary. */
export function writeCharacter(character: u32, out: usize): usize {
  if (load<u8>(ESCAPES + character)) return writeEscape(character, out);
  store<u8>(out, character);
  return out + 1;
}

@inline
function writeEscape(character: u32, out: usize): usize {
  const escape: u32 = load<u8>(ESCAPES + character);
  store<u8>(out, BACKSLASH);
  store<u8>(out + 1, escape);
  if (escape != LOWER_U) return out + 2;
  store<u16>(out + 2, ZEROS);
  writeHexByte(character, out + 4);
  return out + 6;
}

/** The length of the well-formed sequence at `input`; 0 if it is not well-formed (Unicode, table 3-7). */
@inline
export function sequenceLength(input: usize, end: usize): u32 {
  const first: u32 = load<u8>(input);
  const second: u32 = load<u8>(input + 1);
  if (first < 0xe0) return first >= 0xc2 && input + 2 <= end && isContinuation(second) ? 2 : 0;
  if (!isContinuation(second) || !isContinuation(load<u8>(input + 2))) return 0;
  if (first < 0xf0) {
    if (input + 3 > end || (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
    return 3;
  }
  if (first > 0xf4 || input + 4 > end || !isContinuation(load<u8>(input + 3))) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  return 4;
}

@inline
function isContinuation(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}
