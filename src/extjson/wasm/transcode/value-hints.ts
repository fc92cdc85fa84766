// Writes the hint of each element (see ../hints), and remembers where elements with an equal value last began.

import { HINT_BYTES, writeHint } from '../hints';
import { BOOLEAN, INT32, STRING } from './bson-types';

const HASH_BITS: u32 = 14;
/** For each hash of template and value, the address at which the template last began with that value. */
const SAME_VALUES = memory.data(4 << 14, 16);
const FIRST_MULTIPLIER: u64 = 0x9e3779b97f4a7c15;
const SECOND_MULTIPLIER: u64 = 0xc2b2ae3d27d4eb4f;
const SHORT_MULTIPLIER: u32 = 0x85ebca6b;
const LAST_MULTIPLIER: u32 = 0x9e3779b1;

export function forgetValues(): void {
  memory.fill(SAME_VALUES, 0, 4 << HASH_BITS);
}

/**
 * @param hint the address of the hint.
 * @param template the template's address, which identifies it. @param last the field that holds where the template last
 * began.
 * @param value the value's BSON, of which up to 12 bytes are read.
 * @returns the address of the next hint.
 */
@inline
export function addHint(
  hint: usize,
  position: usize,
  template: usize,
  templateLength: usize,
  last: usize,
  bsonType: u32,
  value: usize,
): usize {
  const sameValue = SAME_VALUES + (valueHash(template, bsonType, value) << 2);
  writeHint(hint, position, load<u32>(last), templateLength, bsonType, load<u32>(sameValue));
  store<u32>(last, <u32>position);
  store<u32>(sameValue, <u32>position);
  return hint + HINT_BYTES;
}

/**
 * Hashes the beginning of the value. The hash of a short value includes bytes behind the value, which are likely to be
 * equal, too.
 */
@inline
function valueHash(template: usize, bsonType: u32, value: usize): u32 {
  let hash = <u32>template;
  if (bsonType == INT32) {
    hash += load<u32>(value) * SHORT_MULTIPLIER;
  } else if (bsonType == BOOLEAN) {
    hash += <u32>load<u8>(value) * SHORT_MULTIPLIER;
  } else if (bsonType == STRING) {
    hash += <u32>(((load<u64>(value) * FIRST_MULTIPLIER) ^ (load<u64>(value, 4) * SECOND_MULTIPLIER)) >> 32);
  } else {
    hash += <u32>((load<u64>(value) * FIRST_MULTIPLIER) >> 32);
  }
  return (hash * LAST_MULTIPLIER) >> (32 - HASH_BITS);
}
