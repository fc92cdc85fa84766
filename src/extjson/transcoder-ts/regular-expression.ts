import { FAULT } from '../bson-faults.ts';
import type { BsonReader } from './bson-reader.ts';
import { ascii, type JsonWriter } from './json-writer.ts';
import { writeString } from './strings.ts';

const OPEN = ascii('{"$regularExpression":{"pattern":"');
const OPTIONS = ascii('","options":"');
const CLOSE = ascii('"}}');

/** Writes the regular expression at the reader's position; its options come in alphabetical order. */
export function writeRegularExpression(reader: BsonReader, writer: JsonWriter): void {
  const patternEnd = reader.findTerminator(reader.position, FAULT.regularExpressionUnterminated, reader.position);
  writer.token(OPEN);
  writeString(reader, reader.position, patternEnd, writer);
  const start = patternEnd + 1;
  const end = reader.findTerminator(start, FAULT.regularExpressionUnterminated, start);
  const options = reader.bytes.slice(start, end);
  const wrong = options.findIndex((option) => !isLetter(option));
  if (wrong >= 0) throw reader.fault(FAULT.regularExpressionOption, start + wrong);
  writer.reserve(options.length + 64);
  writer.token(OPTIONS);
  writer.token(options.sort());
  writer.token(CLOSE);
  reader.position = end + 1;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
