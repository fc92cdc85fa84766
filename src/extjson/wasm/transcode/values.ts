// Writes values of variable length and rare values. Each function takes the value's address and the open document's
// limit, sets `valueEnd`, and returns the end of its output. The value's opening was written before.

import { writeBase64 } from './base64';
import { OLD_BINARY_SUBTYPE } from './bson-types';
import {
  BINARY_LENGTH,
  REGULAR_EXPRESSION_UNTERMINATED,
  STRING_LENGTH,
  STRING_UNTERMINATED,
  VALUE_TRUNCATED,
  fault,
  raise,
} from './faults';
import { writeHexByte, writeObjectId } from './hexadecimal';
import { writeUnsigned } from './integers';
import { writeCharacter, writeString } from './strings';
import { closeTwoWrappers, writeAscii } from './text';

/** The end of the value that was written last. */
export let valueEnd: usize = 0;

/** Writes a string's text, and checks its length and terminator. The string must end before `limit`. */
@inline
export function writeStringValue(input: usize, limit: usize, out: usize): usize {
  if (limit - input < 4) {
    raise(VALUE_TRUNCATED, input);
    return out;
  }
  const length: usize = load<u32>(input);
  const start = input + 4;
  // A negative length is a huge unsigned number, and so refused.
  if (length - 1 >= limit - start) {
    raise(STRING_LENGTH, input);
    return out;
  }
  const end = start + length - 1;
  if (load<u8>(end)) {
    raise(STRING_UNTERMINATED, end);
    return out;
  }
  valueEnd = end + 1;
  return writeString(start, end, out);
}

export function writeBinary(input: usize, limit: usize, out: usize): usize {
  if (limit - input < 5) {
    raise(VALUE_TRUNCATED, input);
    return out;
  }
  let length: usize = load<u32>(input);
  const subtype: u32 = load<u8>(input, 4);
  let start = input + 5;
  if (length > limit - start) {
    raise(BINARY_LENGTH, input);
    return out;
  }
  valueEnd = start + length;
  if (subtype == OLD_BINARY_SUBTYPE) {
    // MongoDB does not require the inner length. Without it, all bytes are the data.
    if (length >= 4 && <usize>load<u32>(start) == length - 4) {
      start += 4;
      length -= 4;
    }
  }
  out = writeBase64(start, length, out);
  out = writeAscii('","subType":"', out);
  writeHexByte(subtype, out);
  return closeTwoWrappers(out + 2);
}

/** The number of times that each ASCII character occurs in the current options. */
const OPTION_COUNTS = memory.data(128 * 4, 16);

/** Writes pattern and options. ASCII options are written in alphabetical order, other options as they are stored. */
export function writeRegularExpression(input: usize, limit: usize, out: usize): usize {
  const patternEnd = findTerminator(input, limit);
  if (fault) return out;
  out = writeString(input, patternEnd, out);
  const start = patternEnd + 1;
  const end = findTerminator(start, limit);
  if (fault) return out;
  out = writeAscii('","options":"', out);
  out = isAscii(start, end) ? writeSorted(start, end, out) : writeString(start, end, out);
  valueEnd = end + 1;
  return closeTwoWrappers(out);
}

function isAscii(start: usize, end: usize): bool {
  for (let byte = start; byte < end; byte++) if (load<u8>(byte) >= 0x80) return false;
  return true;
}

function writeSorted(start: usize, end: usize, out: usize): usize {
  memory.fill(OPTION_COUNTS, 0, 128 * 4);
  for (let option = start; option < end; option++) {
    const count = OPTION_COUNTS + (<usize>load<u8>(option) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  for (let character: u32 = 1; character < 0x80; character++) {
    for (let count = load<u32>(OPTION_COUNTS + (character << 2)); count; count--) out = writeCharacter(character, out);
  }
  return out;
}

function findTerminator(start: usize, limit: usize): usize {
  let end = start;
  while (end < limit && load<u8>(end)) end++;
  if (end >= limit) raise(REGULAR_EXPRESSION_UNTERMINATED, start);
  return end;
}

export function writeDbPointer(input: usize, limit: usize, out: usize): usize {
  out = writeStringValue(input, limit, out);
  if (fault) return out;
  const id = valueEnd;
  if (limit - id < 12) {
    raise(VALUE_TRUNCATED, id);
    return out;
  }
  out = writeAscii('","$id":{"$oid":"', out);
  writeObjectId(id, out);
  valueEnd = id + 12;
  return writeAscii('"}}}', out + 24);
}

/** Writes a timestamp's seconds and increment. Reads eight bytes. */
export function writeTimestamp(input: usize, out: usize): usize {
  out = writeUnsigned(load<u32>(input, 4), out);
  out = writeAscii(',"i":', out);
  out = writeUnsigned(load<u32>(input), out);
  return writeAscii('}}', out);
}
