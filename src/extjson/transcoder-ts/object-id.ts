import type { BsonReader } from './bson-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';

export const OBJECT_ID_BYTES = 12;
const HEX_DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** Writes the ObjectId at the reader's position as 24 hexadecimal digits. */
export function writeObjectId(reader: BsonReader, writer: ByteWriter): void {
  reader.need(OBJECT_ID_BYTES);
  for (let i = 0; i < OBJECT_ID_BYTES; i++) {
    const byte = reader.byteAt(reader.position++);
    writer.byte(HEX_DIGITS.readUInt8(byte >> 4));
    writer.byte(HEX_DIGITS.readUInt8(byte & 15));
  }
}
