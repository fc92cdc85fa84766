// Reads the keys, the texts and the punctuation of objects that stand for a value of a BSON type. A cursor says how far
// the object was read.

import { fault, raise } from '../transcode/faults';
import { COLON_EXPECTED, COMMA_EXPECTED, KEY_EXPECTED, WRAPPER_KEYS, ZERO_IN_KEY } from './faults';
import { readString, stringEnd } from './strings';
import { CLOSING_BRACE, COLON, COMMA, OPENING_BRACE, QUOTE, expectToken, nextToken } from './tokens';

/** Texts are written this far behind the value that they belong to, whose part of fixed length fits before. */
export const SCRATCH: usize = 64;

/** The address of the next byte to read. */
export let cursor: usize = 0;

export function setCursor(address: usize): void {
  cursor = address;
}

/** The byte at the cursor. */
@inline
export function byteAtCursor(): u32 {
  return load<u8>(cursor);
}

/**
 * Writes the text of the string at the cursor. @param code the fault of any other value.
 * @param zeroFault the fault of a text with U+0000; 0 if it may have it.
 * @returns the end of the text.
 */
export function readText(out: usize, code: i32, zeroFault: i32): usize {
  if (byteAtCursor() != QUOTE) {
    raise(code, cursor);
    return out;
  }
  const end = readString(cursor + 1, out, zeroFault);
  cursor = stringEnd;
  return end;
}

/** Writes the text of the key that follows. @returns its end. */
export function readKey(out: usize): usize {
  cursor = nextToken(cursor);
  return fault ? out : readText(out, KEY_EXPECTED, ZERO_IN_KEY);
}

/** Moves behind the colon and to the value. */
export function moveToValue(): void {
  cursor = expectToken(cursor, COLON, COLON_EXPECTED);
  if (!fault) cursor = nextToken(cursor);
}

/** Moves to the value of the next key, which must be `name`. @param scratch room for the key. */
export function moveToNextKey(name: string, scratch: usize): void {
  moveBehindComma();
  if (fault) return;
  cursor = nextToken(cursor);
  moveToNamed(name, scratch);
}

/** Moves into the object at the cursor and to the value of its only key, which must be `name`. */
export function enterObject(name: string, scratch: usize, code: i32): void {
  openObject(code);
  if (!fault) moveToNamed(name, scratch);
}

function moveToNamed(name: string, scratch: usize): void {
  if (fault) return;
  const start = cursor;
  const end = readKey(scratch);
  if (fault) return;
  if (!isName(scratch, end, name)) raise(WRAPPER_KEYS, start);
  moveToValue();
}

/** Whether the text from `start` to `end` is `name`. */
export function isName(start: usize, end: usize, name: string): bool {
  if (end - start != <usize>name.length) return false;
  for (let i = 0; i < name.length; i++) if (<i32>load<u8>(start + i) != name.charCodeAt(i)) return false;
  return true;
}

/** Moves behind the bracket that opens an object and to its first key. */
export function openObject(code: i32): void {
  cursor = expectToken(cursor, OPENING_BRACE, code);
  if (fault) return;
  cursor = nextToken(cursor);
  if (byteAtCursor() == CLOSING_BRACE) raise(WRAPPER_KEYS, cursor);
}

/** Moves behind the comma that announces a further key. */
export function moveBehindComma(): void {
  cursor = nextToken(cursor);
  if (fault) return;
  if (byteAtCursor() == CLOSING_BRACE) raise(WRAPPER_KEYS, cursor);
  cursor = expectToken(cursor, COMMA, COMMA_EXPECTED);
}

/** Moves behind the bracket that ends an object without further keys. */
export function closeObject(): void {
  if (fault) return;
  cursor = nextToken(cursor);
  if (fault) return;
  if (byteAtCursor() == COMMA) raise(WRAPPER_KEYS, cursor);
  cursor = expectToken(cursor, CLOSING_BRACE, COMMA_EXPECTED);
}

/**
 * Moves to the value of the next of two keys, which come in any order and each once.
 * @param number 0 for the first that comes, 1 for the other. @param other the one that came first, then.
 * @returns 0 or 1: which of the names it is. There may be a fault.
 */
export function moveToEither(name0: string, name1: string, number: u32, other: u32, scratch: usize): u32 {
  if (number) moveBehindComma();
  if (fault) return 0;
  cursor = nextToken(cursor);
  if (fault) return 0;
  const start = cursor;
  const end = readKey(scratch);
  if (fault) return 0;
  const which: u32 = isName(scratch, end, name0) ? 0 : isName(scratch, end, name1) ? 1 : 2;
  if (which > 1 || (number && which == other)) raise(WRAPPER_KEYS, start);
  moveToValue();
  return which;
}
