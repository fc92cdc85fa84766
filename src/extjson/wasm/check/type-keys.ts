// The keys of Extended JSON's type wrappers, of all versions. A parser reads a document with such a key as a value of
// that type (../../type-keys.ts).
import { writeAscii } from '../transcode/text';

const NAME_BYTES: usize = 32;
const LENGTHS = memory.data(32, 16);
const NAMES = memory.data(32 * 32, 16);

let count: usize = 0;

// The numbers of the keys, in the order in which they are added.
export const OID_KEY: i32 = 0;
export const DATE_KEY: i32 = 1;
export const UUID_KEY: i32 = 2;
export const CODE_KEY: i32 = 3;
export const REGEX_KEY: i32 = 4;
export const BINARY_KEY: i32 = 5;
export const SYMBOL_KEY: i32 = 6;
export const MIN_KEY_KEY: i32 = 7;
export const MAX_KEY_KEY: i32 = 8;
export const NUMBER_INT_KEY: i32 = 9;
export const TIMESTAMP_KEY: i32 = 10;
export const DB_POINTER_KEY: i32 = 11;
export const UNDEFINED_KEY: i32 = 12;
export const NUMBER_LONG_KEY: i32 = 13;
export const NUMBER_DOUBLE_KEY: i32 = 14;
export const NUMBER_DECIMAL_KEY: i32 = 15;
export const REGULAR_EXPRESSION_KEY: i32 = 16;
/** No type key. */
export const NO_TYPE_KEY: i32 = -1;

export function prepareTypeKeys(): void {
  count = 0;
  add('$oid');
  add('$date');
  add('$uuid');
  add('$code');
  add('$regex');
  add('$binary');
  add('$symbol');
  add('$minKey');
  add('$maxKey');
  add('$numberInt');
  add('$timestamp');
  add('$dbPointer');
  add('$undefined');
  add('$numberLong');
  add('$numberDouble');
  add('$numberDecimal');
  add('$regularExpression');
}

function add(name: string): void {
  store<u8>(LENGTHS + count, <u8>name.length);
  writeAscii(name, NAMES + count * NAME_BYTES);
  count++;
}

/** Whether a key that begins with `$` is that of a type wrapper. @param length in bytes. */
export function isTypeKey(key: usize, length: usize): bool {
  return typeKeyAt(key, length) != NO_TYPE_KEY;
}

/** Which type key a key that begins with `$` is, as above. @param length in bytes. */
export function typeKeyAt(key: usize, length: usize): i32 {
  for (let i: usize = 0; i < count; i++) {
    if (<usize>load<u8>(LENGTHS + i) == length && memory.compare(NAMES + i * NAME_BYTES, key, length) == 0) return <i32>i;
  }
  return NO_TYPE_KEY;
}
