// A cache of templates. The documents of a collection have the same keys with the same types in mostly the same order.
// Each pair of type and key has a template, which is all text before the value: the comma, the escaped key in quotes,
// the colon and the value's opening. Each record remembers which record came next the last time, so most keys are found
// by one comparison of bytes and without a hash.
//
// A record of the cache:
//
//   bytes  0..3   the record that came next the last time, 0 for none
//   bytes  4..7   length of the element's head: type, key, terminator
//   bytes  8..11  address of a copy of the head
//   bytes 12..15  address of the template
//   bytes 16..19  length of the template
//   bytes 20..23  hash of the head
//   bytes 24..27  address in the output at which the template last began

import { KEY_UNTERMINATED, UNKNOWN_TYPE, raise } from './faults';
import { MAX_OPENING_BYTES, itemTemplateLength, prepareOpenings, writeOpening } from './openings';
import { writeString } from './strings';
import { COLON, COMMA, QUOTE } from './text';

const RECORD_BYTES: usize = 32;
const NEXT: usize = 0;
const HEAD_LENGTH: usize = 4;
const HEAD: usize = 8;
const TEMPLATE: usize = 12;
const TEMPLATE_LENGTH: usize = 16;
const HASH: usize = 20;
const LAST_POSITION: usize = 24;

const MAX_RECORDS: usize = 16384;
const BUCKETS: u32 = 32768;
const HEAD_BYTES: usize = 1 << 20;
const TEMPLATE_BYTES: usize = 2 << 20;
/** The largest length of a head in the cache. */
const MAX_HEAD_LENGTH: usize = 512;
/** The number of bytes that one step copies or compares. */
const STEP: usize = 16;

/** The first record stands for the start of a document. */
const RECORDS = memory.data(16384 * 32, 16);
/** A hash table with open addressing. A bucket holds the address of its record or 0. */
const TABLE = memory.data(32768 * 4, 16);
const HEADS = memory.data(1 << 20, 16);
const TEMPLATES = memory.data(2 << 20, 16);
/** 16 bytes with all bits and 16 without. The mask for the first n bytes is at 16 - n. */
const MASKS = memory.data(32, 16);

let recordsEnd: usize = 0;
let headsEnd: usize = 0;
let templatesEnd: usize = 0;
/** The address of the value behind the long head that was written last. */
export let longHeadEnd: usize = 0;

export function prepareTemplates(relaxed: bool): void {
  memory.fill(MASKS, 0xff, STEP);
  prepareOpenings(relaxed);
  forgetTemplates();
}

/** Empties the cache, because equal input must fill it equally whatever came before. */
export function forgetTemplates(): void {
  memory.fill(TABLE, 0, BUCKETS * 4);
  memory.fill(RECORDS, 0, RECORD_BYTES);
  recordsEnd = RECORDS + RECORD_BYTES;
  headsEnd = HEADS;
  templatesEnd = TEMPLATES;
}

/** The record that precedes the first key of a document. */
@inline
export function startOfDocument(): usize {
  return RECORDS;
}

@inline
export function headLength(record: usize): usize {
  return load<u32>(record, HEAD_LENGTH);
}

@inline
export function templateOf(record: usize): usize {
  return load<u32>(record, TEMPLATE);
}

@inline
export function templateLength(record: usize): usize {
  return load<u32>(record, TEMPLATE_LENGTH);
}

/** The address of the field that holds where the template last began. */
@inline
export function lastPosition(record: usize): usize {
  return record + LAST_POSITION;
}

/**
 * Finds or adds the record of the head at `input`. `previous` is the record before it.
 * @param limit the terminator of the document, which the head must not reach.
 * @returns 0 after a fault, and for a head that is too long for the cache (then there is no fault).
 */
@inline
export function findTemplate(previous: usize, input: usize, limit: usize): usize {
  const guess: usize = load<u32>(previous, NEXT);
  if (guess && isHead(guess, input)) {
    if (input + headLength(guess) > limit) {
      raise(KEY_UNTERMINATED, input);
      return 0;
    }
    return guess;
  }
  return lookUp(previous, input, limit);
}

@inline
function isHead(record: usize, input: usize): bool {
  let rest = headLength(record);
  let head: usize = load<u32>(record, HEAD);
  while (rest > STEP) {
    if (v128.any_true(v128.xor(v128.load(input), v128.load(head)))) return false;
    input += STEP;
    head += STEP;
    rest -= STEP;
  }
  const difference = v128.xor(v128.load(input), v128.load(head));
  return !v128.any_true(v128.and(difference, v128.load(MASKS + STEP - rest)));
}

function lookUp(previous: usize, input: usize, limit: usize): usize {
  const bsonType: u32 = load<u8>(input);
  if (!itemTemplateLength(bsonType)) {
    raise(UNKNOWN_TYPE, input);
    return 0;
  }
  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
  let hash: u32 = 0x811c9dc5;
  let end = input;
  do {
    hash = (hash ^ load<u8>(end)) * 0x01000193;
    end++;
    if (end >= limit) {
      raise(KEY_UNTERMINATED, input);
      return 0;
    }
  } while (load<u8>(end));
  const length = end + 1 - input;
  if (length > MAX_HEAD_LENGTH) return 0;
  hash ^= hash >> 15;
  let bucket = hash & (BUCKETS - 1);
  let record: usize = load<u32>(TABLE + bucket * 4);
  while (record) {
    if (load<u32>(record, HASH) == hash && headLength(record) == length) {
      if (memory.compare(load<u32>(record, HEAD), input, length) == 0) break;
    }
    bucket = (bucket + 1) & (BUCKETS - 1);
    record = load<u32>(TABLE + bucket * 4);
  }
  if (!record) {
    if (isFull()) {
      forgetTemplates();
      previous = startOfDocument();
    }
    record = add(input, length, hash);
  }
  store<u32>(previous, <u32>record, NEXT);
  return record;
}

function isFull(): bool {
  return (
    recordsEnd + RECORD_BYTES > RECORDS + MAX_RECORDS * RECORD_BYTES ||
    headsEnd + MAX_HEAD_LENGTH + STEP > HEADS + HEAD_BYTES ||
    templatesEnd + MAX_HEAD_LENGTH * 6 + MAX_OPENING_BYTES + 4 * STEP > TEMPLATES + TEMPLATE_BYTES
  );
}

function add(input: usize, length: usize, hash: u32): usize {
  const template = templatesEnd;
  const end = writeHead(input, length, template);
  const record = recordsEnd;
  store<u32>(record, 0, NEXT);
  store<u32>(record, <u32>length, HEAD_LENGTH);
  store<u32>(record, <u32>headsEnd, HEAD);
  store<u32>(record, <u32>template, TEMPLATE);
  store<u32>(record, <u32>(end - template), TEMPLATE_LENGTH);
  store<u32>(record, hash, HASH);
  store<u32>(record, 0, LAST_POSITION);
  memory.copy(headsEnd, input, length);
  recordsEnd += RECORD_BYTES;
  headsEnd = (headsEnd + length + STEP - 1) & ~(STEP - 1);
  // Copying a template takes at least two steps.
  templatesEnd = (max(end, template + STEP) + 2 * STEP - 1) & ~(STEP - 1);
  let bucket = hash & (BUCKETS - 1);
  while (load<u32>(TABLE + bucket * 4)) bucket = (bucket + 1) & (BUCKETS - 1);
  store<u32>(TABLE + bucket * 4, <u32>record);
  return record;
}

/** Writes the template for a head. */
function writeHead(input: usize, length: usize, out: usize): usize {
  store<u8>(out, COMMA);
  store<u8>(out + 1, QUOTE);
  out = writeString(input + 1, input + length - 1, out + 2);
  store<u8>(out, QUOTE);
  store<u8>(out + 1, COLON);
  return writeOpening(load<u8>(input), out + 2);
}

/** Writes the template for a head that is too long for the cache. Sets `longHeadEnd`. */
export function writeLongHead(input: usize, out: usize): usize {
  let end = input;
  while (load<u8>(end)) end++;
  longHeadEnd = end + 1;
  return writeHead(input, end + 1 - input, out);
}

/** Copies a template. It overwrites up to 32 bytes even if the template is short. */
@inline
export function copyTemplate(template: usize, length: usize, out: usize): void {
  v128.store(out, v128.load(template));
  v128.store(out + 16, v128.load(template + 16));
  for (let copied: usize = 32; copied < length; copied += 16) {
    v128.store(out + copied, v128.load(template + copied));
  }
}
