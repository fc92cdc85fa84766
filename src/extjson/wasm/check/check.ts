// Finds the documents that are damaged or that an export cannot show as they are stored. ../../transcoder-ts describes what is wrong
// with a document, because few documents need a description.

import {
  ARRAY,
  BINARY,
  BOOLEAN,
  CODE,
  CODE_WITH_SCOPE,
  DATE,
  DB_POINTER,
  DECIMAL128,
  DOCUMENT,
  DOUBLE,
  INT32,
  INT64,
  MAX_KEY,
  MIN_CODE_WITH_SCOPE_BYTES,
  MIN_DOCUMENT_BYTES,
  MIN_KEY,
  NULL,
  OBJECT_ID,
  OLD_BINARY_SUBTYPE,
  REGULAR_EXPRESSION,
  STRING,
  SYMBOL,
  TIMESTAMP,
  UNDEFINED,
} from '../transcode/bson-types';
import {
  IS_ARRAY,
  IS_DOCUMENT,
  enter,
  isDeepest,
  isOutermost,
  leave,
  leaveAll,
  outerBracket,
  outerKind,
  outerLimit,
} from '../transcode/nesting';
import { isTypeKey, prepareTypeKeys } from './type-keys';
import { isUtf8, prepareUtf8 } from './utf8';

/** The length of a type's values if all have the same length; otherwise VARIABLE or UNKNOWN. */
const VALUE_BYTES = memory.data(256, 16);
const VARIABLE: u8 = 0x80;
const UNKNOWN: u8 = 0xc0;
/** The mask of the bits that are no flags. It exceeds the length of every value of fixed length. */
const MAX_STEP_VALUE: u32 = 0x3f;
const DOLLAR: u32 = 0x24;

/** The document has a value that an export cannot show as it is stored. */
const BAD: u32 = 1;
/** The document has a key of a type wrapper. */
const LOOK_ALIKE: u32 = 2;
/** The document is not BSON. */
const DAMAGED: u32 = 4;

/**
 * For each place in the documents, the distance from an element to the next one in earlier documents, or to its value
 * if its length varies. A place is the number of the element in its document. The items of an array share a place. The
 * processor continues with this guess before it has found the length of the key. A wrong guess costs a step back.
 */
const STEPS = memory.data(1024 * 2, 16);
const LAST_PLACE: u32 = 1023;

/** The addresses of the first bad documents of the last call. */
const NOTED = memory.data(128 * 4, 16);
const MAX_NOTED: u32 = 128;

let input: usize = 0;
let damaged: bool = false;
let documents: u32 = 0;
let badDocuments: u32 = 0;
let lookAlikes: u32 = 0;

/** Prepares the tables. Call it once, before anything else. */
export function prepareChecker(): void {
  prepareUtf8();
  prepareTypeKeys();
  memory.fill(VALUE_BYTES, UNKNOWN, 256);
  setValueBytes(DOUBLE, 8);
  setValueBytes(STRING, VARIABLE);
  setValueBytes(DOCUMENT, VARIABLE);
  setValueBytes(ARRAY, VARIABLE);
  setValueBytes(BINARY, VARIABLE);
  setValueBytes(UNDEFINED, 0);
  setValueBytes(OBJECT_ID, 12);
  setValueBytes(BOOLEAN, 1);
  setValueBytes(DATE, 8);
  setValueBytes(NULL, 0);
  setValueBytes(REGULAR_EXPRESSION, VARIABLE);
  setValueBytes(DB_POINTER, VARIABLE);
  setValueBytes(CODE, VARIABLE);
  setValueBytes(SYMBOL, VARIABLE);
  setValueBytes(CODE_WITH_SCOPE, VARIABLE);
  setValueBytes(INT32, 4);
  setValueBytes(TIMESTAMP, 8);
  setValueBytes(INT64, 8);
  setValueBytes(DECIMAL128, 16);
  setValueBytes(MAX_KEY, 0);
  setValueBytes(MIN_KEY, 0);
}

function setValueBytes(bsonType: u32, bytes: u8): void {
  store<u8>(VALUE_BYTES + bsonType, bytes);
}

/** Where the last call stopped: at the end, at an incomplete document, or at a document that is not BSON. */
export function checkedPosition(): usize {
  return input;
}

/** Whether the last call stopped at a document that is not BSON. */
export function isDamaged(): bool {
  return damaged;
}

/** The number of documents that the last call passed. */
export function checkedDocuments(): u32 {
  return documents;
}

/** The number of these documents that have values that an export cannot show as they are stored. */
export function badDocumentCount(): u32 {
  return badDocuments;
}

/** The number of these documents that have keys of type wrappers. */
export function lookAlikeCount(): u32 {
  return lookAlikes;
}

/** The address of a bad document. @param number counts from 0. A call notes 128 bad documents. */
export function badDocument(number: u32): usize {
  return load<u32>(NOTED + (<usize>number << 2));
}

/**
 * Checks the whole documents from `start` to `end`.
 * @param blockEnd the end of the block, which no document may exceed. The bytes up to `end` are present.
 */
export function check(start: usize, end: usize, blockEnd: usize): void {
  input = start;
  damaged = false;
  documents = 0;
  badDocuments = 0;
  lookAlikes = 0;
  while (input < end) {
    const room = blockEnd - input;
    if (room >= MIN_DOCUMENT_BYTES && end - input < MIN_DOCUMENT_BYTES) return;
    const length: usize = room < MIN_DOCUMENT_BYTES ? 0 : load<u32>(input);
    if (length < MIN_DOCUMENT_BYTES || length > room) {
      damaged = true;
      return;
    }
    if (length > end - input) return;
    const found = checkDocument(input, length);
    if (found) {
      if (found & DAMAGED) {
        damaged = true;
        return;
      }
      if (found & LOOK_ALIKE) lookAlikes++;
      if (found & BAD) {
        if (badDocuments < MAX_NOTED) store<u32>(NOTED + (<usize>badDocuments << 2), <u32>input);
        badDocuments++;
      }
    }
    input += length;
    documents++;
  }
}

/** @returns the findings, 0 for a good document. */
function checkDocument(start: usize, length: usize): u32 {
  leaveAll();
  const zero = i8x16.splat(0);
  let found: u32 = 0;
  let p = start + 4;
  let limit = start + length - 1;
  let kind = IS_DOCUMENT;
  let place: u32 = 0;
  while (true) {
    const bsonType: u32 = load<u8>(p);
    if (p == limit) {
      if (bsonType) return DAMAGED;
      if (isOutermost()) return found;
      p++;
      leave();
      limit = outerLimit();
      kind = outerKind();
      place = <u32>outerBracket();
      continue;
    }

    const bytes: u32 = load<u8>(VALUE_BYTES + bsonType);
    const key = p + 1;
    const text = v128.load(key);
    const zeros = i8x16.bitmask(i8x16.eq(text, zero));
    if (zeros) {
      const keyBytes: u32 = ctz(zeros);
      const stepAt = STEPS + (<usize>(place & LAST_PLACE) << 1);
      if (kind != IS_ARRAY) place++;
      // The type, the key, the terminator, and the value if its length is fixed.
      const rightStep = keyBytes + 2 + (bytes & MAX_STEP_VALUE);
      let step: u32 = load<u16>(stepAt);
      if (step != rightStep) {
        step = rightStep;
        store<u16>(stepAt, step);
      }
      // The bytes before the first zero that are not ASCII.
      const beyondAscii = i8x16.bitmask(text) & (zeros - 1) & ~zeros;
      if ((beyondAscii || <u32>load<u8>(key) == DOLLAR) && kind != IS_ARRAY) {
        const end = key + keyBytes;
        if (beyondAscii && !isUtf8(key, end)) found |= BAD;
        if (isTypeKey(key, keyBytes)) found |= LOOK_ALIKE;
      }
      p += step;
      if (p > limit) return DAMAGED;
    } else {
      p = key + 16;
      while (p < limit && load<u8>(p)) p++;
      if (p >= limit) return DAMAGED;
      if (kind != IS_ARRAY) {
        if (!isUtf8(key, p)) found |= BAD;
        if (isTypeKey(key, p - key)) found |= LOOK_ALIKE;
      }
      p++;
      const fixed = bytes & MAX_STEP_VALUE;
      if (limit - p < fixed) return DAMAGED;
      p += fixed;
    }

    if (bytes <= MAX_STEP_VALUE) {
      if (bsonType == BOOLEAN && <u32>load<u8>(p - 1) > 1) return DAMAGED;
      continue;
    }
    switch (bsonType) {
      case STRING:
      case CODE:
      case SYMBOL: {
        const end = stringEnd(p, limit);
        if (!end) return DAMAGED;
        if (!isUtf8(p + 4, end)) found |= BAD;
        p = end + 1;
        break;
      }
      case DOCUMENT:
      case ARRAY: {
        if (limit - p < 4) return DAMAGED;
        const inner: usize = load<u32>(p);
        if (inner < MIN_DOCUMENT_BYTES || inner > limit - p || isDeepest()) return DAMAGED;
        enter(limit, place, kind);
        place = innerPlace(place);
        limit = p + inner - 1;
        kind = bsonType == ARRAY ? IS_ARRAY : IS_DOCUMENT;
        p += 4;
        break;
      }
      case BINARY: {
        if (limit - p < 5) return DAMAGED;
        const dataBytes: usize = load<u32>(p);
        const data = p + 5;
        if (dataBytes > limit - data) return DAMAGED;
        if (<u32>load<u8>(p, 4) == OLD_BINARY_SUBTYPE) {
          if (dataBytes < 4 || <usize>load<u32>(data) != dataBytes - 4) found |= BAD;
        }
        p = data + dataBytes;
        break;
      }
      case REGULAR_EXPRESSION: {
        // Pattern and options.
        for (let i = 0; i < 2; i++) {
          let end = p;
          while (end < limit && load<u8>(end)) end++;
          if (end >= limit) return DAMAGED;
          if (!isUtf8(p, end)) found |= BAD;
          p = end + 1;
        }
        break;
      }
      case DB_POINTER: {
        const end = stringEnd(p, limit);
        if (!end) return DAMAGED;
        if (!isUtf8(p + 4, end)) found |= BAD;
        p = end + 1;
        if (limit - p < 12) return DAMAGED;
        p += 12;
        break;
      }
      case CODE_WITH_SCOPE: {
        if (limit - p < 4) return DAMAGED;
        const whole: usize = load<u32>(p);
        if (whole < MIN_CODE_WITH_SCOPE_BYTES || whole > limit - p) return DAMAGED;
        const wholeEnd = p + whole;
        p += 4;
        const end = stringEnd(p, wholeEnd - MIN_DOCUMENT_BYTES);
        if (!end) return DAMAGED;
        if (!isUtf8(p + 4, end)) found |= BAD;
        p = end + 1;
        if (<usize>load<u32>(p) != wholeEnd - p || isDeepest()) return DAMAGED;
        enter(limit, place, kind);
        place = innerPlace(place);
        limit = wholeEnd - 1;
        kind = IS_DOCUMENT;
        p += 4;
        break;
      }
      default:
        return DAMAGED;
    }
  }
}

/** The place of the first element of a document that is nested at this place. */
@inline
function innerPlace(place: u32): u32 {
  return place * 37 + 11;
}

/** The address of the terminator of the string at `input`; 0 if the string does not end before `limit`. */
@inline
function stringEnd(input: usize, limit: usize): usize {
  if (limit - input < 4) return 0;
  const length: usize = load<u32>(input);
  const start = input + 4;
  // A negative length is a huge unsigned number, and so refused.
  if (length - 1 >= limit - start) return 0;
  const end = start + length - 1;
  return load<u8>(end) ? 0 : end;
}
