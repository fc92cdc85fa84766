import { FAULT } from '../bson-faults.ts';
import { OLD_BINARY_SUBTYPE } from '../bson-types.ts';
import type { BsonReader } from './bson-reader.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';

const OPEN = ascii('{"$binary":{"base64":"');
const SUBTYPE = ascii('","subType":"');
const CLOSE = ascii('"}}');

/**
 * Writes the binary value at the reader's position in base64 with padding (RFC 4648, section 4). MongoDB also stores
 * old binaries whose inner length is missing or wrong. Of these, all bytes are written.
 * @returns whether the inner length of an old binary is right; true for other subtypes.
 */
export function writeBinary(reader: BsonReader, writer: ByteWriter): boolean {
  reader.need(5);
  const length = reader.int32At(reader.position);
  const subtype = reader.byteAt(reader.position + 4);
  let start = reader.position + 5;
  const end = start + length;
  if (length < 0 || end > reader.limit) throw reader.fault(FAULT.binaryLength, reader.position);
  const isOld = subtype === OLD_BINARY_SUBTYPE;
  const hasInnerLength = isOld && length >= 4 && reader.int32At(start) === length - 4;
  if (hasInnerLength) start += 4;
  const data = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + start, end - start).toString('base64');
  writer.reserve(data.length + 64);
  writer.token(OPEN);
  writer.text(data);
  writer.token(SUBTYPE);
  writer.text(subtype.toString(16).padStart(2, '0'));
  writer.token(CLOSE);
  reader.position = end;
  return isOld === hasInnerLength;
}
