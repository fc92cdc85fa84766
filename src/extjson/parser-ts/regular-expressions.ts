import { BSON_TYPE } from '../bson-types.ts';
import { JSON_FAULT } from '../json-faults.ts';
import type { BsonWriter } from './bson-writer.ts';
import type { JsonReader } from './json-reader.ts';
import type { WrapperReader } from './wrapper-reader.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSING_BRACE = 0x7d;

/** Reads the value of `$regularExpression`: `{"pattern":…,"options":…}`. @returns the BSON type. */
export function readRegularExpression(wrapper: WrapperReader, writer: BsonWriter): number {
  let pattern: Uint8Array = new Uint8Array(0);
  let options: Uint8Array = new Uint8Array(0);
  const text = (): Uint8Array =>
    new Uint8Array(wrapper.textBytes(JSON_FAULT.textExpected, JSON_FAULT.zeroInRegularExpression));
  const fields = { pattern: () => (pattern = text()), options: () => (options = text()) };
  wrapper.fields(fields, JSON_FAULT.regularExpression);
  wrapper.close();
  write(pattern, options, writer);
  return BSON_TYPE.regularExpression;
}

/**
 * Reads `{"$regex":…,"$options":…}` of version 1 from the value of `$regex` on. Queries have such documents, too, but
 * with other values or other keys.
 * @returns the BSON type; undefined if the object is a document.
 */
export function readLegacyRegularExpression(
  reader: JsonReader,
  wrapper: WrapperReader,
  writer: BsonWriter,
): number | undefined {
  if (!wrapper.isAtText()) return undefined;
  const pattern = new Uint8Array(wrapper.textBytes(JSON_FAULT.textExpected));
  if (reader.skipSpace() !== COMMA) return undefined;
  reader.position++;
  if (reader.skipSpace() !== QUOTE || wrapper.key() !== '$options') return undefined;
  if (reader.skipSpace() !== COLON) return undefined;
  reader.position++;
  if (reader.skipSpace() !== QUOTE) return undefined;
  const options = new Uint8Array(wrapper.textBytes(JSON_FAULT.textExpected));
  if (reader.skipSpace() !== CLOSING_BRACE || pattern.includes(0) || options.includes(0)) return undefined;
  reader.position++;
  write(pattern, options, writer);
  return BSON_TYPE.regularExpression;
}

/** BSON wants the options in alphabetical order. Options beyond US-ASCII stay as they are, as in an export. */
function write(pattern: Uint8Array, options: Uint8Array, writer: BsonWriter): void {
  if (options.every((byte) => byte < 0x80)) options.sort();
  for (const text of [pattern, options]) {
    writer.data(text);
    writer.reserve(1);
    writer.byte(0);
  }
}
