// Transcodes a block: whole BSON documents to lines of Extended JSON
// (https://github.com/mongodb/specifications/blob/master/source/extended-json.md), in one pass over the bytes.
//
// Every element's template begins with a comma. In the first element of a document, the opening bracket replaces the
// comma when the document ends.

import { prepareBase64 } from './base64';
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
  MIN_CODE_WITH_SCOPE_BYTES,
  MIN_DOCUMENT_BYTES,
  OBJECT_ID,
  REGULAR_EXPRESSION,
  STRING,
  SYMBOL,
  TIMESTAMP,
} from './bson-types';
import { LAST_ISO_DATE_MS, writeIsoDate } from './dates';
import { writeDecimal128 } from './decimal128';
import { writeDouble, writeNonFinite } from './doubles';
import {
  CODE_WITH_SCOPE_LENGTH,
  DOCUMENT_LENGTH,
  INVALID_BOOLEAN,
  KEY_UNTERMINATED,
  NESTED_TOO_DEEP,
  TERMINATOR_EARLY,
  TERMINATOR_MISSING,
  UNKNOWN_TYPE,
  VALUE_TRUNCATED,
  clearFault,
  fault,
  faultAddress,
  raise,
} from './faults';
import { prepareHexadecimal, writeObjectId } from './hexadecimal';
import { prepareIntegers, writeSigned } from './integers';
import {
  IS_ARRAY,
  IS_DOCUMENT,
  IS_SCOPE,
  enter,
  isDeepest,
  isOutermost,
  leave,
  leaveAll,
  outerBracket,
  outerKind,
  outerLimit,
} from './nesting';
import { forgetItemPositions, itemLastPosition, itemTemplate, itemTemplateLength } from './openings';
import { prepareStrings } from './strings';
import {
  copyTemplate,
  findTemplate,
  forgetTemplates,
  headLength,
  lastPosition,
  longHeadEnd,
  prepareTemplates,
  startOfDocument,
  templateLength,
  templateOf,
  writeLongHead,
} from './templates';
import { QUOTE, closeTwoWrappers, closeWrapper, writeAscii } from './text';
import { addHint, forgetValues } from './value-hints';
import {
  valueEnd,
  writeBinary,
  writeDbPointer,
  writeRegularExpression,
  writeStringValue,
  writeTimestamp,
} from './values';

const NEWLINE: u32 = 0x0a;
const OPENING_BRACE: u32 = 0x7b;
const CLOSING_BRACE: u32 = 0x7d;
const OPENING_BRACKET: u32 = 0x5b;
const CLOSING_BRACKET: u32 = 0x5d;
/** `true` and `false` as bytes. */
const TRUE: u32 = 0x65757274;
const FALSE: u64 = 0x65736c6166;

/**
 * The largest growth of a document. An empty regular expression with an empty key is 4 bytes of BSON and 54 bytes of
 * JSON: `,"":{"$regularExpression":{"pattern":"","options":""}}`.
 */
const MAX_GROWTH: usize = 14;
const EXTRA_BYTES: usize = 64;

let isRelaxed: bool = false;
/** The address of the first document that is not transcoded. */
let input: usize = 0;
let documents: u32 = 0;
let hint: usize = 0;

/** Prepares the tables. Call it once, after the powers of ten were stored. */
export function prepareTranscoder(relaxed: bool): void {
  isRelaxed = relaxed;
  prepareHexadecimal();
  prepareIntegers();
  prepareStrings();
  prepareBase64();
  prepareTemplates(relaxed);
}

/**
 * Where the last call stopped: at the end of the block, at a faulty document, or at a document that might not fit the
 * output.
 */
export function inputPosition(): usize {
  return input;
}

/** The number of documents that the last call transcoded. */
export function transcodedDocuments(): u32 {
  return documents;
}

/** The end of the last call's hints. */
export function hintsEnd(): usize {
  return hint;
}

/** The fault of the last call, 0 for none: see ./faults. */
export function faultCode(): i32 {
  return fault;
}

/** The address of the faulty byte of BSON. */
export function faultPosition(): usize {
  return faultAddress;
}

/** Forgets the output and its positions, because equal input must give equal hints whatever came before. */
export function forgetOutput(): void {
  forgetTemplates();
  forgetItemPositions();
  forgetValues();
}

/**
 * Transcodes documents from `start` on. The call ends before a document that might not fit the output, and after the
 * document that reaches `pause`.
 * @param end of the block. No document may exceed it.
 * @param hints room for hints up to `hintsLimit`; both are 0 if no hints are wanted. If the room is full, no more hints
 * are written.
 * @returns the end of the JSON.
 */
export function transcode(
  start: usize,
  end: usize,
  pause: usize,
  output: usize,
  outputLimit: usize,
  hints: usize,
  hintsLimit: usize,
): usize {
  clearFault();
  input = start;
  documents = 0;
  hint = hints;
  let out = output;
  while (input < pause) {
    const room = end - input;
    const length: usize = room < MIN_DOCUMENT_BYTES ? 0 : load<u32>(input);
    if (length < MIN_DOCUMENT_BYTES || length > room) {
      raise(DOCUMENT_LENGTH, input);
      break;
    }
    // A division, because the product could overflow.
    if (outputLimit - out < EXTRA_BYTES || length > (outputLimit - out - EXTRA_BYTES) / MAX_GROWTH) break;
    out = transcodeDocument(input, length, out, hintsLimit);
    if (fault) break;
    store<u8>(out++, NEWLINE);
    input += length;
    documents++;
  }
  return out;
}

function transcodeDocument(start: usize, length: usize, output: usize, hintsLimit: usize): usize {
  leaveAll();
  const relaxed = isRelaxed;
  let p = start + 4;
  let out = output;
  let limit = start + length - 1;
  let bracket = out;
  let kind = IS_DOCUMENT;
  let previous = startOfDocument();
  while (true) {
    const bsonType: u32 = load<u8>(p);
    if (p == limit) {
      if (bsonType) {
        raise(TERMINATOR_MISSING, p);
        return out;
      }
      p++;
      if (out == bracket) out++;
      store<u8>(bracket, kind == IS_ARRAY ? OPENING_BRACKET : OPENING_BRACE);
      store<u8>(out++, kind == IS_ARRAY ? CLOSING_BRACKET : CLOSING_BRACE);
      if (kind == IS_SCOPE) store<u8>(out++, CLOSING_BRACE);
      if (isOutermost()) return out;
      leave();
      limit = outerLimit();
      bracket = outerBracket();
      kind = outerKind();
      continue;
    }

    // The element's head: type and key.
    let template: usize;
    let length: usize;
    let last: usize;
    let value: usize;
    if (kind == IS_ARRAY) {
      length = itemTemplateLength(bsonType);
      if (!length) {
        raise(bsonType ? UNKNOWN_TYPE : TERMINATOR_EARLY, p);
        return out;
      }
      value = indexEnd(p + 1, limit);
      if (value > limit) {
        raise(KEY_UNTERMINATED, p);
        return out;
      }
      template = itemTemplate(bsonType);
      last = itemLastPosition(bsonType);
    } else {
      if (!bsonType) {
        raise(TERMINATOR_EARLY, p);
        return out;
      }
      const record = findTemplate(previous, p, limit);
      if (record) {
        previous = record;
        value = p + headLength(record);
        template = templateOf(record);
        length = templateLength(record);
        last = lastPosition(record);
      } else {
        if (fault) return out;
        out = writeLongHead(p, out);
        value = longHeadEnd;
        template = 0;
        length = 0;
        last = 0;
      }
    }
    if (template) {
      if (hint < hintsLimit) hint = addHint(hint, out, template, length, last, bsonType, value);
      copyTemplate(template, length, out);
      out += length;
    }

    // The value. Its length is checked before it is read.
    p = value;
    const rest = limit - p;
    switch (bsonType) {
      case DOUBLE: {
        if (rest < 8) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        const double = load<f64>(p);
        p += 8;
        if (double - double == 0) {
          out = writeDouble(double, out);
          if (!relaxed) out = closeWrapper(out);
        } else {
          if (relaxed) out = writeAscii('{"$numberDouble":"', out);
          out = closeWrapper(writeNonFinite(double, out));
        }
        break;
      }
      case STRING: {
        out = writeStringValue(p, limit, out);
        if (fault) return out;
        store<u8>(out++, QUOTE);
        p = valueEnd;
        break;
      }
      case DOCUMENT:
      case ARRAY: {
        if (rest < 4) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        const innerLength: usize = load<u32>(p);
        if (innerLength < MIN_DOCUMENT_BYTES || innerLength > rest) {
          raise(DOCUMENT_LENGTH, p);
          return out;
        }
        if (isDeepest()) {
          raise(NESTED_TOO_DEEP, p);
          return out;
        }
        enter(limit, bracket, kind);
        limit = p + innerLength - 1;
        bracket = out;
        kind = bsonType == ARRAY ? IS_ARRAY : IS_DOCUMENT;
        p += 4;
        break;
      }
      case BINARY: {
        out = writeBinary(p, limit, out);
        if (fault) return out;
        p = valueEnd;
        break;
      }
      case OBJECT_ID: {
        if (rest < 12) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        writeObjectId(p, out);
        out = closeWrapper(out + 24);
        p += 12;
        break;
      }
      case BOOLEAN: {
        if (rest < 1) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        const boolean: u32 = load<u8>(p);
        if (boolean > 1) {
          raise(INVALID_BOOLEAN, p);
          return out;
        }
        p++;
        if (boolean) {
          store<u32>(out, TRUE);
          out += 4;
        } else {
          store<u64>(out, FALSE);
          out += 5;
        }
        break;
      }
      case DATE: {
        if (rest < 8) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        const milliseconds = load<i64>(p);
        p += 8;
        if (relaxed && milliseconds >= 0 && milliseconds <= LAST_ISO_DATE_MS) {
          store<u8>(out, QUOTE);
          out = closeWrapper(writeIsoDate(milliseconds, out + 1));
        } else {
          if (relaxed) out = writeAscii('{"$numberLong":"', out);
          out = closeTwoWrappers(writeSigned(milliseconds, out));
        }
        break;
      }
      case REGULAR_EXPRESSION: {
        out = writeRegularExpression(p, limit, out);
        if (fault) return out;
        p = valueEnd;
        break;
      }
      case DB_POINTER: {
        out = writeDbPointer(p, limit, out);
        if (fault) return out;
        p = valueEnd;
        break;
      }
      case CODE:
      case SYMBOL: {
        out = writeStringValue(p, limit, out);
        if (fault) return out;
        out = closeWrapper(out);
        p = valueEnd;
        break;
      }
      case CODE_WITH_SCOPE: {
        if (rest < 4) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        const wholeLength: usize = load<u32>(p);
        if (wholeLength < MIN_CODE_WITH_SCOPE_BYTES || wholeLength > rest) {
          raise(CODE_WITH_SCOPE_LENGTH, p);
          return out;
        }
        const end = p + wholeLength;
        out = writeStringValue(p + 4, end - MIN_DOCUMENT_BYTES, out);
        if (fault) return out;
        out = writeAscii('","$scope":', out);
        p = valueEnd;
        if (<usize>load<u32>(p) != end - p) {
          raise(DOCUMENT_LENGTH, p);
          return out;
        }
        if (isDeepest()) {
          raise(NESTED_TOO_DEEP, p);
          return out;
        }
        enter(limit, bracket, kind);
        limit = end - 1;
        bracket = out;
        kind = IS_SCOPE;
        p += 4;
        break;
      }
      case INT32: {
        if (rest < 4) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        out = writeSigned(load<i32>(p), out);
        if (!relaxed) out = closeWrapper(out);
        p += 4;
        break;
      }
      case TIMESTAMP: {
        if (rest < 8) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        out = writeTimestamp(p, out);
        p += 8;
        break;
      }
      case INT64: {
        if (rest < 8) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        out = writeSigned(load<i64>(p), out);
        if (!relaxed) out = closeWrapper(out);
        p += 8;
        break;
      }
      case DECIMAL128: {
        if (rest < 16) {
          raise(VALUE_TRUNCATED, p);
          return out;
        }
        out = closeWrapper(writeDecimal128(p, out));
        p += 16;
        break;
      }
      default:
        // Null, undefined, MinKey and MaxKey have nothing but their opening.
        break;
    }
  }
}

/**
 * Skips the index of an array's item. @returns the address of the value, or more than `limit` if the index does not end
 * before.
 */
@inline
function indexEnd(start: usize, limit: usize): usize {
  // The first zero byte of eight: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
  const word = load<u64>(start);
  const zeros = (word - 0x0101010101010101) & ~word & 0x8080808080808080;
  if (zeros) return start + <usize>(ctz(zeros) >> 3) + 1;
  let end = start + 8;
  while (end < limit && load<u8>(end)) end++;
  return end + 1;
}
