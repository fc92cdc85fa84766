// Reads JSON strings (RFC 8259, section 7) and writes their text in UTF-8 (RFC 3629), 16 bytes at a time up to the next
// quote, escape or control character. A text beyond US-ASCII is checked as a whole when it has ended.

import { isUtf8 } from '../check/utf8';
import { raise } from '../transcode/faults';
import { sequenceLength } from '../transcode/strings';
import { CONTROL_CHARACTER, ESCAPE_UNKNOWN, INVALID_UTF8, LINE_ENDS, LONE_SURROGATE } from './faults';
import { BACKSLASH, LINE_FEED, LOWER_U, QUOTE, hexDigit } from './tokens';

const FIRST_PLAIN: u32 = 0x20;
const HIGH_SURROGATE: u32 = 0xd800;
const LOW_SURROGATE: u32 = 0xdc00;
const SURROGATES_END: u32 = 0xe000;
/** What is no code point: an escape that JSON does not have, and half of a surrogate pair. */
const UNKNOWN: u32 = 0xffffffff;
const LONE: u32 = 0xfffffffe;
/** `\u` and four digits. */
const UNICODE_ESCAPE_BYTES: usize = 6;
/** The character of each escape; 0 for bytes that are none. */
const ESCAPED = memory.data(256, 16);

/** The address behind the closing quote of the string that was read last. */
export let stringEnd: usize = 0;
/** Whether the string that was read last has escapes. */
export let hasEscapes: bool = false;
/** The end of all text. */
let textEnd: usize = 0;

export function prepareStringReader(): void {
  store<u8>(ESCAPED + 0x22, 0x22);
  store<u8>(ESCAPED + 0x5c, 0x5c);
  store<u8>(ESCAPED + 0x2f, 0x2f);
  store<u8>(ESCAPED + 0x62, 0x08);
  store<u8>(ESCAPED + 0x66, 0x0c);
  store<u8>(ESCAPED + 0x6e, 0x0a);
  store<u8>(ESCAPED + 0x72, 0x0d);
  store<u8>(ESCAPED + 0x74, 0x09);
}

/** Tells where all text ends. No sequence of UTF-8 may exceed it. */
export function setTextEnd(end: usize): void {
  textEnd = end;
}

/**
 * Reads the string behind the quote before `input`, and writes its text. Up to 16 bytes behind the text are
 * overwritten.
 * @param zeroFault the fault of a text with U+0000; 0 if the text may have it.
 * @returns the end of the text. `stringEnd` is set.
 */
export function readString(input: usize, out: usize, zeroFault: i32): usize {
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  const firstPlain = i8x16.splat(0x20);
  const start = input;
  const outStart = out;
  let beyondAscii: u32 = 0;
  hasEscapes = false;
  while (true) {
    const bytes = v128.load(input);
    const special = v128.or(i8x16.lt_u(bytes, firstPlain), v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)));
    const mask = i8x16.bitmask(special);
    v128.store(out, bytes);
    if (!mask) {
      beyondAscii |= i8x16.bitmask(bytes);
      input += 16;
      out += 16;
      continue;
    }
    const plain: u32 = ctz(mask);
    beyondAscii |= i8x16.bitmask(bytes) & ((1 << plain) - 1);
    input += plain;
    out += plain;
    const byte: u32 = load<u8>(input);
    if (byte == QUOTE) break;
    if (byte != BACKSLASH) {
      raiseFirst(start, input, byte == LINE_FEED ? LINE_ENDS : CONTROL_CHARACTER);
      return out;
    }
    hasEscapes = true;
    const character: u32 = load<u8>(ESCAPED + <u32>load<u8>(input + 1));
    if (character) {
      store<u8>(out++, character);
      input += 2;
      continue;
    }
    const codePoint = codePointAt(input);
    if (codePoint >= LONE || (!codePoint && zeroFault)) {
      raiseFirst(start, input, codePoint == UNKNOWN ? ESCAPE_UNKNOWN : codePoint ? LONE_SURROGATE : zeroFault);
      return out;
    }
    out = writeCodePoint(codePoint, out);
    input += codePoint < 0x10000 ? UNICODE_ESCAPE_BYTES : 2 * UNICODE_ESCAPE_BYTES;
  }
  if (beyondAscii && !isUtf8(outStart, out)) raiseFirst(start, input, 0);
  stringEnd = input + 1;
  return out;
}

/** Raises the first fault of the string behind `start`: a sequence that is not UTF-8, or else `code` at `end`. */
function raiseFirst(start: usize, end: usize, code: i32): void {
  let input = start;
  while (input < end) {
    const length: usize = <u32>load<u8>(input) < 0x80 ? 1 : sequenceLength(input, textEnd);
    if (!length) {
      raise(INVALID_UTF8, input);
      return;
    }
    input += length;
  }
  raise(code, end);
}

/** The code point of the escape at `input`, or of the two that are a surrogate pair; `UNKNOWN` or `LONE`. */
function codePointAt(input: usize): u32 {
  const high = codeUnitAt(input);
  if (high < HIGH_SURROGATE || high >= SURROGATES_END) return high;
  const low = codeUnitAt(input + UNICODE_ESCAPE_BYTES);
  if (high >= LOW_SURROGATE || low < LOW_SURROGATE || low >= SURROGATES_END) return LONE;
  return 0x10000 + ((high - HIGH_SURROGATE) << 10) + (low - LOW_SURROGATE);
}

/** The code unit of the escape `\u` with four digits at `input`; `UNKNOWN` if there is none. */
function codeUnitAt(input: usize): u32 {
  if (<u32>load<u8>(input) != BACKSLASH || <u32>load<u8>(input + 1) != LOWER_U) return UNKNOWN;
  let unit: u32 = 0;
  for (let i: usize = 2; i < UNICODE_ESCAPE_BYTES; i++) {
    const digit = hexDigit(load<u8>(input + i));
    if (digit > 15) return UNKNOWN;
    unit = (unit << 4) | digit;
  }
  return unit;
}

/** Writes a code point, which is no surrogate, in UTF-8. */
function writeCodePoint(codePoint: u32, out: usize): usize {
  if (codePoint < 0x80) {
    store<u8>(out, codePoint);
    return out + 1;
  }
  if (codePoint < 0x800) {
    store<u8>(out++, 0xc0 | (codePoint >> 6));
  } else {
    if (codePoint < 0x10000) {
      store<u8>(out++, 0xe0 | (codePoint >> 12));
    } else {
      store<u8>(out++, 0xf0 | (codePoint >> 18));
      store<u8>(out++, 0x80 | ((codePoint >> 12) & 0x3f));
    }
    store<u8>(out++, 0x80 | ((codePoint >> 6) & 0x3f));
  }
  store<u8>(out, 0x80 | (codePoint & 0x3f));
  return out + 1;
}
