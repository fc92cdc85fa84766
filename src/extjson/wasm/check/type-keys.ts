// The keys of Extended JSON's type wrappers, of all versions. A parser reads a document with such a key as a value of
// that type (../../type-keys.ts).
import { writeAscii } from '../transcode/text';

const NAME_BYTES: usize = 32;
const LENGTHS = memory.data(32, 16);
const NAMES = memory.data(32 * 32, 16);

let count: usize = 0;

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
  for (let i: usize = 0; i < count; i++) {
    if (<usize>load<u8>(LENGTHS + i) == length && memory.compare(NAMES + i * NAME_BYTES, key, length) == 0) return true;
  }
  return false;
}
