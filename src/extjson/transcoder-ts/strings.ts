import { ascii, type ByteWriter } from '../byte-writer.ts';
import { sequenceLength } from '../utf8.ts';
import type { BsonReader } from './bson-reader.ts';

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const ZERO = 0x30;
/** The first two bytes of U+2028 and U+2029 in UTF-8. The third byte distinguishes the two. */
const SEPARATOR_LEAD = 0xe280;
const ESCAPED_SEPARATORS: ReadonlyMap<number, Uint8Array> = new Map([
  [0xa8, ascii('\\u2028')],
  [0xa9, ascii('\\u2029')],
]);
const ESCAPED_REPLACEMENT = ascii('\\ufffd');
const HEX_DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** The byte after the backslash for characters that JSON escapes (RFC 8259, section 7); 0 for other characters. */
const ESCAPES = new Uint8Array(128).fill(LOWER_U, 0, 0x20);
for (const [character, escape] of Object.entries({
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
})) {
  ESCAPES[character.charCodeAt(0)] = escape.charCodeAt(0);
}

/**
 * Writes UTF-8 text as the inside of a JSON string. Control characters, quotes, backslashes, U+2028 and U+2029 are
 * escaped. The last two are escaped because readers that split lines by Unicode would cut a line there. A byte that is
 * not part of well-formed UTF-8 is written as `\ufffd`, because Go's encoding/json and thus bsondump do so. Overlong
 * forms, surrogates and code points over U+10FFFF are not well-formed (RFC 3629).
 * @returns whether the text is valid UTF-8.
 */
export function writeString(reader: BsonReader, start: number, end: number, writer: ByteWriter): boolean {
  writer.reserve((end - start) * 6);
  const { bytes } = writer;
  let position = writer.position;
  let offset = start;
  let isValid = true;
  while (offset < end) {
    const byte = reader.byteAt(offset);
    if (byte >= 0x80) {
      const length = sequenceLength(reader.bytes, offset, end);
      if (length === 0) isValid = false;
      const escaped = length === 0 ? ESCAPED_REPLACEMENT : length === 3 ? escapedSeparator(reader, offset) : undefined;
      if (escaped === undefined) {
        for (let i = 0; i < length; i++) bytes[position++] = reader.byteAt(offset + i);
      } else {
        bytes.set(escaped, position);
        position += escaped.length;
      }
      offset += length || 1;
      continue;
    }
    const escape = ESCAPES[byte];
    if (escape === 0 || escape === undefined) {
      bytes[position++] = byte;
    } else {
      bytes[position++] = BACKSLASH;
      bytes[position++] = escape;
      if (escape === LOWER_U) {
        bytes[position++] = ZERO;
        bytes[position++] = ZERO;
        bytes[position++] = ZERO + (byte >> 4);
        bytes[position++] = HEX_DIGITS.readUInt8(byte & 15);
      }
    }
    offset++;
  }
  writer.position = position;
  return isValid;
}

/** The escape of the three bytes at `offset`; undefined unless they are U+2028 or U+2029. */
function escapedSeparator(reader: BsonReader, offset: number): Uint8Array | undefined {
  const lead = (reader.byteAt(offset) << 8) | reader.byteAt(offset + 1);
  return lead === SEPARATOR_LEAD ? ESCAPED_SEPARATORS.get(reader.byteAt(offset + 2)) : undefined;
}
