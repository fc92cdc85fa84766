// A cache of heads. The documents of a collection have the same keys with the same types in mostly the same order. A
// record of the cache pairs a text, which is a quoted key, the colon and the opening of the value, such as
// `"a":{"$numberInt":"`, with the BSON that it stands for: type, key, terminator. Each record remembers which record
// came next the last time, so most heads are found by one comparison of bytes, and written by copying.
//
// A record:
//
//   bytes  0..3   the record that came next the last time, 0 for none
//   bytes  4..7   address of a copy of the text
//   bytes  8..11  length of the text
//   bytes 12..15  address of the BSON
//   bytes 16..19  length of the BSON
//   bytes 20..23  length of the text up to the value
//   bytes 24..27  hash of the text
//   bytes 28..31  the kind of the opening (./openings)

const RECORD_BYTES: usize = 32;
const NEXT: usize = 0;
const TEXT: usize = 4;
const TEXT_LENGTH: usize = 8;
const HEAD: usize = 12;
const HEAD_LENGTH: usize = 16;
const VALUE_AT: usize = 20;
const HASH: usize = 24;
const KIND: usize = 28;

const MAX_RECORDS: usize = 4096;
const BUCKETS: u32 = 16384;
/** A text that is not found in so many buckets is not in the cache, because hostile texts may all have one hash. */
const MAX_PROBES: u32 = 16;
const TEXTS_BYTES: usize = 512 << 10;
const HEADS_BYTES: usize = 512 << 10;
/** The largest length of a text in the cache. */
export const MAX_TEXT_LENGTH: usize = 256;
/** The number of bytes that one step copies or compares. */
const STEP: usize = 16;

/** The first record stands for the start of the text. */
const RECORDS = memory.data(4096 * 32, 16);
/** A hash table with open addressing. A bucket holds the address of its record or 0. */
const TABLE = memory.data(16384 * 4, 16);
const TEXTS = memory.data(512 << 10, 16);
const HEADS = memory.data(512 << 10, 16);
/** 16 bytes with all bits and 16 without. The mask for the first n bytes is at 16 - n. */
const MASKS = memory.data(32, 16);

let recordsEnd: usize = 0;
let textsEnd: usize = 0;
let headsEnd: usize = 0;

export function prepareHeads(): void {
  memory.fill(MASKS, 0xff, STEP);
  forgetHeads();
}

function forgetHeads(): void {
  memory.fill(TABLE, 0, BUCKETS * 4);
  memory.fill(RECORDS, 0, RECORD_BYTES);
  recordsEnd = RECORDS + RECORD_BYTES;
  textsEnd = TEXTS;
  headsEnd = HEADS;
}

/** The record that precedes the first head. */
@inline
export function firstRecord(): usize {
  return RECORDS;
}

@inline
export function textLength(record: usize): usize {
  return load<u32>(record, TEXT_LENGTH);
}

@inline
export function headLength(record: usize): usize {
  return load<u32>(record, HEAD_LENGTH);
}

/** The length of the text up to the value. */
@inline
export function valueOffset(record: usize): usize {
  return load<u32>(record, VALUE_AT);
}

@inline
export function kindOf(record: usize): u32 {
  return load<u32>(record, KIND);
}

/** The record that came after `previous` the last time, if its text is at `input`; 0 otherwise. */
@inline
export function guessHead(previous: usize, input: usize): usize {
  const guess: usize = load<u32>(previous, NEXT);
  return guess && isText(guess, input) ? guess : 0;
}

@inline
function isText(record: usize, input: usize): bool {
  return isEqual(load<u32>(record, TEXT), textLength(record), input);
}

/** Whether `length` bytes at two places are equal. Both places are read in steps of 16 bytes. */
@inline
export function isEqual(expected: usize, length: usize, input: usize): bool {
  while (length > STEP) {
    if (v128.any_true(v128.xor(v128.load(input), v128.load(expected)))) return false;
    input += STEP;
    expected += STEP;
    length -= STEP;
  }
  const difference = v128.xor(v128.load(input), v128.load(expected));
  return !v128.any_true(v128.and(difference, v128.load(MASKS + STEP - length)));
}

/** Copies the BSON of a head. It overwrites up to 16 bytes more. */
@inline
export function copyHead(record: usize, out: usize): void {
  const head: usize = load<u32>(record, HEAD);
  const length = headLength(record);
  v128.store(out, v128.load(head));
  for (let copied: usize = 16; copied < length; copied += 16) v128.store(out + copied, v128.load(head + copied));
}

/**
 * Finds or adds the record of the text from `input` on, and remembers that it came after `previous`.
 * @param valueAt the length of the text up to the value. @param length with the value's opening, at most
 * `MAX_TEXT_LENGTH`.
 * @param head the BSON, whose length is `headBytes`.
 * @returns `previous` if the cache does not take the text.
 */
export function rememberHead(
  previous: usize,
  input: usize,
  valueAt: usize,
  length: usize,
  head: usize,
  headBytes: usize,
  kind: u32,
): usize {
  const hash = hashOf(input, length);
  let bucket = hash & (BUCKETS - 1);
  for (let probes: u32 = 0; probes < MAX_PROBES; probes++) {
    const record: usize = load<u32>(TABLE + (<usize>bucket << 2));
    if (!record) break;
    if (load<u32>(record, HASH) == hash && textLength(record) == length && isText(record, input)) {
      store<u32>(previous, <u32>record, NEXT);
      return record;
    }
    bucket = (bucket + 1) & (BUCKETS - 1);
  }
  if (isFull()) {
    forgetHeads();
    previous = firstRecord();
    bucket = hash & (BUCKETS - 1);
  }
  if (load<u32>(TABLE + (<usize>bucket << 2))) return previous;
  const record = recordsEnd;
  store<u32>(record, 0, NEXT);
  store<u32>(record, <u32>textsEnd, TEXT);
  store<u32>(record, <u32>length, TEXT_LENGTH);
  store<u32>(record, <u32>headsEnd, HEAD);
  store<u32>(record, <u32>headBytes, HEAD_LENGTH);
  store<u32>(record, <u32>valueAt, VALUE_AT);
  store<u32>(record, hash, HASH);
  store<u32>(record, kind, KIND);
  memory.copy(textsEnd, input, length);
  memory.copy(headsEnd, head, headBytes);
  recordsEnd += RECORD_BYTES;
  textsEnd = (textsEnd + length + STEP - 1) & ~(STEP - 1);
  headsEnd = (headsEnd + headBytes + STEP - 1) & ~(STEP - 1);
  store<u32>(TABLE + (<usize>bucket << 2), <u32>record);
  store<u32>(previous, <u32>record, NEXT);
  return record;
}

function isFull(): bool {
  return (
    recordsEnd + RECORD_BYTES > RECORDS + MAX_RECORDS * RECORD_BYTES ||
    textsEnd + MAX_TEXT_LENGTH + STEP > TEXTS + TEXTS_BYTES ||
    headsEnd + MAX_TEXT_LENGTH + STEP > HEADS + HEADS_BYTES
  );
}

/** Mixes eight bytes at a time. */
function hashOf(input: usize, length: usize): u32 {
  let hash: u64 = 0x9e3779b97f4a7c15 ^ <u64>length;
  let p = input;
  for (; length >= 8; length -= 8, p += 8) hash = mix(hash ^ load<u64>(p));
  if (length) hash = mix(hash ^ (load<u64>(p) << (64 - (<u64>length << 3))));
  return <u32>(hash >> 32);
}

@inline
function mix(value: u64): u64 {
  value *= 0xff51afd7ed558ccd;
  return value ^ (value >> 32);
}
