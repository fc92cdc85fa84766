// The characters of JSON, and the space between its tokens.

import { fault, raise } from '../transcode/faults';
import { LINE_ENDS } from './faults';

export const LINE_FEED: u32 = 0x0a;
export const SPACE: u32 = 0x20;
export const QUOTE: u32 = 0x22;
export const DOLLAR: u32 = 0x24;
export const PLUS: u32 = 0x2b;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const POINT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const ONE: u32 = 0x31;
export const COLON: u32 = 0x3a;
export const OPENING_BRACKET: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const CLOSING_BRACKET: u32 = 0x5d;
export const LOWER_U: u32 = 0x75;
export const OPENING_BRACE: u32 = 0x7b;
export const CLOSING_BRACE: u32 = 0x7d;
/** The two bytes that end a string in a type wrapper: `"}`. */
export const QUOTE_AND_BRACE: u32 = 0x7d22;

const TAB: u32 = 0x09;
const CARRIAGE_RETURN: u32 = 0x0d;

/** The address behind the white space at `p`. */
@inline
export function skipSpace(p: usize): usize {
  let byte: u32 = load<u8>(p);
  // Most texts have no space between tokens.
  if (byte > SPACE) return p;
  while (byte == SPACE || byte == TAB || byte == CARRIAGE_RETURN) byte = load<u8>(++p);
  return p;
}

/** The address of the next token. It is a fault if the line ends before. */
@inline
export function nextToken(p: usize): usize {
  p = skipSpace(p);
  if (<u32>load<u8>(p) == LINE_FEED) raise(LINE_ENDS, p);
  return p;
}

/** The address behind the token that must come next. It is the fault `code` if another one comes. */
@inline
export function expectToken(p: usize, token: u32, code: i32): usize {
  p = nextToken(p);
  if (fault) return p;
  if (<u32>load<u8>(p) != token) raise(code, p);
  return p + 1;
}

@inline
export function isDigit(byte: u32): bool {
  return byte - ZERO < 10;
}

/** The value of a hexadecimal digit of either case; 16 or more for other bytes. */
@inline
export function hexDigit(byte: u32): u32 {
  const digit = byte - ZERO;
  if (digit < 10) return digit;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}
