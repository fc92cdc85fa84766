import { FAULT } from '../bson-faults.ts';
import { BsonReader } from './bson-reader.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';
import { writeString } from './strings.ts';

const OPEN = ascii('{"$regularExpression":{"pattern":"');
const OPTIONS = ascii('","options":"');
const CLOSE = ascii('"}}');
/** Room for the text around the options and behind the value. */
const CLOSING_BYTES = 64;

/**
 * Writes the regular expression at the reader's position. ASCII options are written in alphabetical order, and
 * MongoDB's options are ASCII. Other options are written as they are stored.
 * @returns whether its texts are valid UTF-8.
 */
export function writeRegularExpression(reader: BsonReader, writer: ByteWriter): boolean {
  const patternEnd = reader.findTerminator(reader.position, FAULT.regularExpressionUnterminated, reader.position);
  writer.token(OPEN);
  const isPatternValid = writeString(reader, reader.position, patternEnd, writer);
  const start = patternEnd + 1;
  const end = reader.findTerminator(start, FAULT.regularExpressionUnterminated, start);
  const options = reader.bytes.slice(start, end);
  if (options.every((byte) => byte < 0x80)) options.sort();
  writer.reserve(CLOSING_BYTES);
  writer.token(OPTIONS);
  const areOptionsValid = writeString(new BsonReader(options), 0, options.length, writer);
  writer.reserve(CLOSING_BYTES);
  writer.token(CLOSE);
  reader.position = end + 1;
  return isPatternValid && areOptionsValid;
}
