// Reads regular expressions. A function writes its value at `out` and returns its end. There may be a fault.

import { fault } from '../transcode/faults';
import { REGULAR_EXPRESSION_VALUE, TEXT_EXPECTED, ZERO_IN_REGULAR_EXPRESSION } from './faults';
import { CLOSING_BRACE, COLON, COMMA, QUOTE, skipSpace } from './tokens';
import {
  SCRATCH,
  byteAtCursor,
  closeObject,
  cursor,
  isName,
  moveToEither,
  openObject,
  readKey,
  readText,
  setCursor,
} from './wrappers';

/** `{"pattern":…,"options":…}` */
export function readRegularExpression(out: usize): usize {
  openObject(REGULAR_EXPRESSION_VALUE);
  // The texts are written in the order in which they come, and then put in the order of BSON.
  let scratch = out + SCRATCH;
  let first: u32 = 0;
  let pattern: usize = 0;
  let patternEnd: usize = 0;
  let options: usize = 0;
  let optionsEnd: usize = 0;
  for (let number: u32 = 0; number < 2; number++) {
    const which = moveToEither('pattern', 'options', number, first, scratch);
    if (fault) return out;
    first = which;
    const end = readText(scratch, TEXT_EXPECTED, ZERO_IN_REGULAR_EXPRESSION);
    if (fault) return out;
    if (which) {
      options = scratch;
      optionsEnd = end;
    } else {
      pattern = scratch;
      patternEnd = end;
    }
    scratch = end + SCRATCH;
  }
  closeObject();
  return writeRegularExpression(pattern, patternEnd, options, optionsEnd, scratch, out);
}

/**
 * `{"$regex":…,"$options":…}` of version 1. Queries have such documents, too, but with other values or other keys.
 * @returns 0 for a document.
 */
export function readLegacyRegularExpression(out: usize): usize {
  if (byteAtCursor() != QUOTE) return 0;
  const pattern = out + SCRATCH;
  const patternEnd = readText(pattern, TEXT_EXPECTED, 0);
  if (fault) return 0;
  setCursor(skipSpace(cursor));
  if (byteAtCursor() != COMMA) return 0;
  setCursor(skipSpace(cursor + 1));
  if (byteAtCursor() != QUOTE) return 0;
  const options = patternEnd + SCRATCH;
  const keyEnd = readKey(options);
  if (fault || !isName(options, keyEnd, '$options')) return 0;
  setCursor(skipSpace(cursor));
  if (byteAtCursor() != COLON) return 0;
  setCursor(skipSpace(cursor + 1));
  if (byteAtCursor() != QUOTE) return 0;
  const optionsEnd = readText(options, TEXT_EXPECTED, 0);
  if (fault) return 0;
  setCursor(skipSpace(cursor));
  if (byteAtCursor() != CLOSING_BRACE || hasZero(pattern, patternEnd) || hasZero(options, optionsEnd)) return 0;
  setCursor(cursor + 1);
  return writeRegularExpression(pattern, patternEnd, options, optionsEnd, optionsEnd + SCRATCH, out);
}

function hasZero(start: usize, end: usize): bool {
  for (let p = start; p < end; p++) if (!load<u8>(p)) return true;
  return false;
}

/** The number of times that each ASCII character occurs in the current options. */
const OPTION_COUNTS = memory.data(128 * 4, 16);

/** BSON wants the options in alphabetical order. Options beyond US-ASCII stay as they are, as in an export. */
function writeRegularExpression(
  pattern: usize,
  patternEnd: usize,
  options: usize,
  optionsEnd: usize,
  scratch: usize,
  out: usize,
): usize {
  const optionBytes = optionsEnd - options;
  sortOptions(options, optionsEnd);
  // The options may lie where the pattern goes.
  memory.copy(scratch, options, optionBytes);
  memory.copy(out, pattern, patternEnd - pattern);
  out += patternEnd - pattern;
  store<u8>(out++, 0);
  memory.copy(out, scratch, optionBytes);
  out += optionBytes;
  store<u8>(out, 0);
  return out + 1;
}

function sortOptions(start: usize, end: usize): void {
  for (let p = start; p < end; p++) if (<u32>load<u8>(p) >= 0x80) return;
  memory.fill(OPTION_COUNTS, 0, 128 * 4);
  for (let p = start; p < end; p++) {
    const count = OPTION_COUNTS + (<usize>load<u8>(p) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  for (let character: u32 = 0; character < 0x80; character++) {
    const count = load<u32>(OPTION_COUNTS + (<usize>character << 2));
    memory.fill(start, <u8>character, count);
    start += count;
  }
}
