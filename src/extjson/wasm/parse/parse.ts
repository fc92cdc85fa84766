// Parses lines of Extended JSON to BSON documents, in one pass over the bytes. The usual forms of the usual values are
// read here. Whatever differs from them is read again from its beginning by ./typed-values, which also finds the
// faults.

import { prepareTypeKeys } from '../check/type-keys';
import { prepareUtf8 } from '../check/utf8';
import { DOCUMENT, MAX_NESTING } from '../transcode/bson-types';
import { clearFault, fault, raise } from '../transcode/faults';
import { prepareIntegers, writeSmall, writeUnsigned } from '../transcode/integers';
import { prepareBase64Reader } from './base64';
import {
  COLON_EXPECTED,
  COMMA_EXPECTED,
  DOCUMENT_EXPECTED,
  DOCUMENT_TOO_LARGE,
  KEY_EXPECTED,
  NESTED_TOO_DEEP,
  TEXT_BEHIND_DOCUMENT,
  VALUE_EXPECTED,
  ZERO_IN_KEY,
} from './faults';
import {
  MAX_TEXT_LENGTH,
  copyHead,
  firstRecord,
  guessHead,
  headLength,
  kindOf,
  prepareHeads,
  rememberHead,
  textLength,
  valueOffset,
} from './heads';
import {
  IS_ARRAY,
  IS_DOCUMENT,
  IS_NUMBER,
  IS_STRING,
  OTHER,
  bsonType,
  hasOpening,
  isNumber,
  isPlainDocument,
  openingAt,
  openingLength,
  prepareOpenings,
} from './openings';
import { hasEscapes, prepareStringReader, readString, setTextEnd, stringEnd } from './strings';
import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  LINE_FEED,
  OPENING_BRACE,
  QUOTE,
  expectToken,
  nextToken,
  skipSpace,
} from './tokens';
import { readTypedValue, typedEnd, typedType } from './typed-values';
import { readUsualValue, usualEnd } from './usual-values';
import { cursor, setCursor } from './wrappers';

/** Equals MAX_PARSED_DOCUMENT_BYTES of ../../parser-limits.ts. */
const MAX_DOCUMENT_BYTES: usize = 64 << 20;
/** Indexes up to this one are written from a table. */
const FIRST_LARGE_INDEX: u32 = 10000;

// The stack of open documents and arrays around the current one. A frame of 16 bytes:
//
//   bytes 0..3   the address of its BSON
//   bytes 4..7   the number of items that an array has so far, or that it is a document
const FRAMES = memory.data(200 * 16, 16);
const FRAME_BYTES: usize = 16;
/** The index of an element of a document, which has none. */
const NO_INDEX: u32 = 0xffffffff;

let framesEnd: usize = FRAMES;
let nesting: u32 = 0;
let documents: u32 = 0;
let lines: u32 = 0;
let lineStart: usize = 0;
let documentStart: usize = 0;
/** The record of the head that was read last. */
let previous: usize = 0;
/** The address behind the scope, and behind the document, that was read last. */
let scopeEnd: usize = 0;

/** Prepares the tables. Call it once, after the powers of ten were stored. */
export function prepareParser(): void {
  prepareIntegers();
  prepareUtf8();
  prepareTypeKeys();
  prepareBase64Reader();
  prepareStringReader();
  prepareOpenings();
  prepareHeads();
  previous = firstRecord();
}

/** The number of documents that the last call parsed. */
export function parsedDocuments(): u32 {
  return documents;
}

/** The number of whole lines that the last call passed. */
export function parsedLines(): u32 {
  return lines;
}

/** The address of the line at which the last call stopped. */
export function parsedLineStart(): usize {
  return lineStart;
}

/**
 * Parses the lines from `start` to `end`, where a line feed must follow, and 63 more. The output has at most eight
 * times the bytes of the text.
 * @returns the end of the BSON. `faultCode` and `faultPosition` say what is wrong.
 */
export function parse(start: usize, end: usize, output: usize): usize {
  clearFault();
  setTextEnd(end);
  documents = 0;
  lines = 0;
  lineStart = start;
  let out = output;
  let p = start;
  while (p < end) {
    p = skipSpace(p);
    if (<u32>load<u8>(p) != LINE_FEED) {
      if (<u32>load<u8>(p) != OPENING_BRACE) {
        raise(DOCUMENT_EXPECTED, p);
        return out;
      }
      framesEnd = FRAMES;
      nesting = 0;
      documentStart = out;
      out = parseElements(p, out);
      if (fault) return out;
      documents++;
      p = skipSpace(scopeEnd);
      if (<u32>load<u8>(p) != LINE_FEED) {
        raise(TEXT_BEHIND_DOCUMENT, p);
        return out;
      }
    }
    p++;
    lines++;
    lineStart = p;
  }
  return out;
}

/** Parses the document at the cursor, which is the scope of code, and moves the cursor behind it. */
function parseScope(out: usize): usize {
  const end = parseElements(cursor, out);
  setCursor(scopeEnd);
  return end;
}

/** Parses the document whose bracket is at `input`. `scopeEnd` is set. */
function parseElements(input: usize, output: usize): usize {
  const outermost = framesEnd;
  let p = input;
  let out = output;
  let start = out;
  let index = NO_INDEX;
  /** The kind of the item before, because items are mostly of one kind. */
  let itemKind = OTHER;

  // Behind an opening bracket, there may be a closing one at once.
  let isFirst = true;
  if (nesting == MAX_NESTING) {
    raise(NESTED_TOO_DEEP, p);
    return out;
  }
  nesting++;
  p++;
  out += 4;
  while (true) {
    let isEnd = false;
    if (isFirst) {
      isFirst = false;
      p = nextToken(p);
      if (fault) return out;
      isEnd = <u32>load<u8>(p) == (index == NO_INDEX ? CLOSING_BRACE : CLOSING_BRACKET);
    }
    if (!isEnd) {
      // The element's head: type, and key or index.
      const typeAt = out;
      let kind: u32;
      let valueAt: usize;
      if (index == NO_INDEX) {
        const record = guessHead(previous, p);
        if (record && hasValueOf(kindOf(record), p + textLength(record))) {
          previous = record;
          copyHead(record, out);
          out += headLength(record);
          kind = kindOf(record);
          valueAt = p + valueOffset(record);
        } else {
          p = nextToken(p);
          if (fault) return out;
          if (<u32>load<u8>(p) != QUOTE) {
            raise(KEY_EXPECTED, p);
            return out;
          }
          const keyAt = p;
          out = readString(p + 1, out + 1, ZERO_IN_KEY);
          if (fault) return out;
          store<u8>(out++, 0);
          const isPlain = !hasEscapes && <u32>load<u8>(stringEnd) == COLON;
          p = expectToken(stringEnd, COLON, COLON_EXPECTED);
          if (fault) return out;
          valueAt = nextToken(p);
          if (fault) return out;
          kind = openingAt(valueAt);
          store<u8>(typeAt, bsonType(kind));
          const length = valueAt + openingLength(kind) - keyAt;
          if (isPlain && valueAt == p && kind != OTHER && length <= MAX_TEXT_LENGTH) {
            previous = rememberHead(previous, keyAt, valueAt - keyAt, length, typeAt, out - typeAt, kind);
          }
        }
      } else {
        out = index < FIRST_LARGE_INDEX ? writeSmall(index, out + 1) : writeUnsigned(index, out + 1);
        store<u8>(out++, 0);
        index++;
        valueAt = nextToken(p);
        if (fault) return out;
        kind = itemKind > IS_NUMBER && hasOpening(itemKind, valueAt) ? itemKind : openingAt(valueAt);
        itemKind = kind;
        store<u8>(typeAt, bsonType(kind));
      }
      p = valueAt + openingLength(kind);

      // The value.
      if (kind == IS_STRING) {
        const end = readString(p, out + 4, 0);
        if (fault) return out;
        store<u8>(end, 0);
        store<u32>(out, <u32>(end - out - 3));
        out = end + 1;
        p = stringEnd;
      } else if (kind != IS_DOCUMENT && kind != IS_ARRAY) {
        const usual = readUsualValue(kind, p, typeAt, out);
        if (fault) return out;
        if (usualEnd) {
          out = usual;
          p = usualEnd;
        } else {
          if (<u32>load<u8>(valueAt) != OPENING_BRACE) {
            raise(VALUE_EXPECTED, valueAt);
            return out;
          }
          const typed = readTypedValue(valueAt, out, parseScope);
          if (fault) return out;
          if (typedType) {
            store<u8>(typeAt, typedType);
            out = typed;
            p = typedEnd;
          } else {
            store<u8>(typeAt, DOCUMENT);
            kind = IS_DOCUMENT;
            p = valueAt + 1;
          }
        }
      }

      if (kind == IS_DOCUMENT || kind == IS_ARRAY) {
        if (nesting == MAX_NESTING) {
          raise(NESTED_TOO_DEEP, valueAt);
          return out;
        }
        nesting++;
        store<u32>(framesEnd, <u32>start);
        store<u32>(framesEnd, index, 4);
        framesEnd += FRAME_BYTES;
        start = out;
        index = kind == IS_ARRAY ? 0 : NO_INDEX;
        out += 4;
        isFirst = true;
        continue;
      }
    }

    // What follows the value, and the ends of documents and arrays.
    while (true) {
      if (isEnd) {
        store<u8>(out++, 0);
        store<u32>(start, <u32>(out - start));
        nesting--;
        p++;
        if (framesEnd == outermost) {
          scopeEnd = p;
          return out;
        }
        framesEnd -= FRAME_BYTES;
        start = load<u32>(framesEnd);
        index = load<u32>(framesEnd, 4);
      }
      if (out - documentStart > MAX_DOCUMENT_BYTES) {
        raise(DOCUMENT_TOO_LARGE, p);
        return out;
      }
      let byte: u32 = load<u8>(p);
      if (byte == COMMA) {
        p++;
        break;
      }
      const closing = index == NO_INDEX ? CLOSING_BRACE : CLOSING_BRACKET;
      isEnd = byte == closing;
      if (isEnd) continue;
      p = nextToken(p);
      if (fault) return out;
      byte = load<u8>(p);
      if (byte == COMMA) {
        p++;
        break;
      }
      isEnd = byte == closing;
      if (!isEnd) {
        raise(COMMA_EXPECTED, p);
        return out;
      }
    }
  }
}

/** Whether the value of a kind follows behind the text of a head that fits. There may be more or less than that. */
@inline
function hasValueOf(kind: u32, input: usize): bool {
  if (kind == IS_DOCUMENT) return isPlainDocument(input);
  return kind != IS_NUMBER || isNumber(input);
}
