// Reads binary data and UUIDs. A function writes its value at `out` and returns its end. There may be a fault.

import { OLD_BINARY_SUBTYPE } from '../transcode/bson-types';
import { fault, raise } from '../transcode/faults';
import { base64End, readBase64 } from './base64';
import { BASE64_VALUE, BINARY_VALUE, SUBTYPE_VALUE, UUID_VALUE } from './faults';
import { readHexadecimal } from './object-ids';
import { MINUS, QUOTE, hexDigit } from './tokens';
import {
  SCRATCH,
  byteAtCursor,
  closeObject,
  cursor,
  moveToEither,
  moveToNextKey,
  openObject,
  readText,
} from './wrappers';

const UUID_CHARACTERS: usize = 36;
const UUID_BYTES: u32 = 16;
const UUID_SUBTYPE: u32 = 4;

/** `{"base64":…,"subType":…}`, or the form of version 1, which is a string and a further key `$type`. */
export function readBinary(out: usize): usize {
  // The data have their place behind the length, the subtype and the inner length of old binaries.
  const data = out + 9;
  let end = data;
  let type: u32 = 0;
  if (byteAtCursor() == QUOTE) {
    end = base64(data);
    if (fault) return out;
    moveToNextKey('$type', end + SCRATCH);
    if (fault) return out;
    type = subtype(end + SCRATCH);
  } else {
    openObject(BINARY_VALUE);
    let first: u32 = 0;
    for (let number: u32 = 0; number < 2; number++) {
      const which = moveToEither('base64', 'subType', number, first, end + SCRATCH);
      if (fault) return out;
      first = which;
      if (which) type = subtype(end + SCRATCH);
      else end = base64(data);
      if (fault) return out;
    }
    closeObject();
  }
  const length = end - data;
  store<u8>(out + 4, type);
  if (type == OLD_BINARY_SUBTYPE) {
    store<u32>(out, <u32>length + 4);
    store<u32>(out + 5, <u32>length);
    return end;
  }
  store<u32>(out, <u32>length);
  memory.copy(out + 5, data, length);
  return end - 4;
}

/** Writes the bytes of the string at the cursor. */
function base64(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, BASE64_VALUE, 0);
  if (fault) return out;
  readBase64(scratch, end, out);
  if (!base64End) raise(BASE64_VALUE, start);
  return base64End;
}

function subtype(scratch: usize): u32 {
  const start = cursor;
  const end = readText(scratch, SUBTYPE_VALUE, 0);
  if (fault) return 0;
  const upper = hexDigit(load<u8>(scratch));
  const lower = hexDigit(load<u8>(scratch + 1));
  if (end - scratch == 1 && upper < 16) return upper;
  if (end - scratch != 2 || (upper | lower) > 15) raise(SUBTYPE_VALUE, start);
  return (upper << 4) | lower;
}

/** The text of a UUID, which is binary data of a subtype of its own. */
export function readUuid(out: usize): usize {
  const start = cursor;
  const scratch = out + SCRATCH;
  const end = readText(scratch, UUID_VALUE, 0);
  if (fault) return out;
  let isUuid = end - scratch == UUID_CHARACTERS;
  for (let hyphen: usize = 8; isUuid && hyphen <= 23; hyphen += 5) isUuid = <u32>load<u8>(scratch + hyphen) == MINUS;
  const bytes = out + 5;
  isUuid = isUuid && readHexadecimal(scratch, 4, bytes) && readHexadecimal(scratch + 9, 2, bytes + 4);
  isUuid = isUuid && readHexadecimal(scratch + 14, 2, bytes + 6) && readHexadecimal(scratch + 19, 2, bytes + 8);
  if (!isUuid || !readHexadecimal(scratch + 24, 6, bytes + 10)) raise(UUID_VALUE, start);
  store<u32>(out, UUID_BYTES);
  store<u8>(out + 4, UUID_SUBTYPE);
  return bytes + UUID_BYTES;
}
