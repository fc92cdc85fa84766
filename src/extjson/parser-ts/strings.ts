import type { ByteWriter } from '../byte-writer.ts';
import { JSON_FAULT, type JsonFault } from '../json-faults.ts';
import { sequenceLength } from '../utf8.ts';
import { LINE_FEED, type JsonReader } from './json-reader.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const FIRST_PLAIN = 0x20;
const FIRST_BEYOND_ASCII = 0x80;
const HIGH_SURROGATE = 0xd800;
const LOW_SURROGATE = 0xdc00;
const SURROGATES_END = 0xe000;
/** `\u` and four digits. */
const UNICODE_ESCAPE_BYTES = 6;

const ESCAPES: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([escape, character]) => [escape.charCodeAt(0), character.charCodeAt(0)],
  ),
);

/**
 * Reads the string whose opening quote is at the reader's position (RFC 8259, section 7), and writes its text in UTF-8.
 * @param zeroFault the fault of a text with U+0000; absent if the text may have it.
 * @throws ExtendedJsonError
 */
export function readString(reader: JsonReader, writer: ByteWriter, zeroFault?: JsonFault): void {
  const { bytes } = reader;
  reader.position++;
  for (;;) {
    const start = reader.position;
    let byte = reader.byteAt(start);
    while (byte >= FIRST_PLAIN && byte < FIRST_BEYOND_ASCII && byte !== QUOTE && byte !== BACKSLASH) {
      byte = reader.byteAt(++reader.position);
    }
    const offset = reader.position;
    writer.reserve(offset - start + 4);
    writer.token(bytes.subarray(start, offset));
    if (byte === QUOTE) {
      reader.position++;
      return;
    }
    if (byte === BACKSLASH) {
      const character = readEscape(reader);
      if (character === 0 && zeroFault !== undefined) throw reader.fault(zeroFault, offset);
      writeCharacter(character, writer);
    } else if (byte < FIRST_PLAIN) {
      throw reader.fault(byte === LINE_FEED ? JSON_FAULT.lineEnds : JSON_FAULT.controlCharacter, offset);
    } else {
      const length = sequenceLength(bytes, offset, bytes.length);
      if (length === 0) throw reader.fault(JSON_FAULT.invalidUtf8, offset);
      writer.token(bytes.subarray(offset, offset + length));
      reader.position += length;
    }
  }
}

/** Reads the escape at the reader's position. @returns the code point. */
function readEscape(reader: JsonReader): number {
  const offset = reader.position;
  const escape = reader.byteAt(offset + 1);
  const character = ESCAPES.get(escape);
  if (character !== undefined) {
    reader.position += 2;
    return character;
  }
  const unit = escape === LOWER_U ? codeUnitAt(reader, offset) : undefined;
  if (unit === undefined) throw reader.fault(JSON_FAULT.escapeUnknown, offset);
  reader.position += UNICODE_ESCAPE_BYTES;
  if (unit < HIGH_SURROGATE || unit >= SURROGATES_END) return unit;
  return readPair(reader, unit, offset);
}

/** Reads the second half of a surrogate pair. @param start the offset of the first half. */
function readPair(reader: JsonReader, high: number, start: number): number {
  const low = codeUnitAt(reader, reader.position) ?? 0;
  if (high >= LOW_SURROGATE || low < LOW_SURROGATE || low >= SURROGATES_END) {
    throw reader.fault(JSON_FAULT.loneSurrogate, start);
  }
  reader.position += UNICODE_ESCAPE_BYTES;
  return 0x10000 + ((high - HIGH_SURROGATE) << 10) + (low - LOW_SURROGATE);
}

/** The code unit of the escape `\u` with four digits at `offset`; undefined if there is none. */
function codeUnitAt(reader: JsonReader, offset: number): number | undefined {
  if (reader.byteAt(offset) !== BACKSLASH || reader.byteAt(offset + 1) !== LOWER_U) return undefined;
  let unit = 0;
  for (let i = 2; i < UNICODE_ESCAPE_BYTES; i++) {
    const digit = hexDigit(reader.byteAt(offset + i));
    if (digit === undefined) return undefined;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** The value of a hexadecimal digit of either case; undefined for other bytes. */
export function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

/** Writes a code point, which is no surrogate, in UTF-8 (RFC 3629). */
function writeCharacter(character: number, writer: ByteWriter): void {
  if (character < 0x80) {
    writer.byte(character);
    return;
  }
  if (character < 0x800) {
    writer.byte(0xc0 | (character >> 6));
  } else {
    if (character < 0x10000) {
      writer.byte(0xe0 | (character >> 12));
    } else {
      writer.byte(0xf0 | (character >> 18));
      writer.byte(0x80 | ((character >> 12) & 0x3f));
    }
    writer.byte(0x80 | ((character >> 6) & 0x3f));
  }
  writer.byte(0x80 | (character & 0x3f));
}
