import type { BsonReader } from './bson-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';

const MINUS = 0x2d;
const ZERO = 0x30;
const UINT32_VALUES = 0x1_0000_0000;
/** JavaScript writes the digits of numbers from this one on. */
const SMALL = 1_000_000_000;
/** The high word of 2^53. */
const SAFE_HIGH = 0x20_0000;

/** The length of the longest 64-bit integer. */
export const MAX_INTEGER_BYTES = 20;

/** Writes an integer between -(2^53) and 2^53. */
export function writeInteger(value: number, writer: ByteWriter): void {
  let rest = value;
  if (rest < 0) {
    writer.byte(MINUS);
    rest = -rest;
  }
  if (rest >= SMALL) {
    writer.text(String(rest));
    return;
  }
  let digits = 1;
  for (let power = 10; power <= rest; power *= 10) digits++;
  for (let i = digits - 1; i >= 0; i--) {
    const tenth = Math.trunc(rest / 10);
    writer.bytes[writer.position + i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  writer.position += digits;
}

/** Writes the signed 64-bit integer at `offset` with all its digits. */
export function writeInt64(reader: BsonReader, offset: number, writer: ByteWriter): void {
  const low = reader.uint32At(offset);
  const high = reader.int32At(offset + 4);
  if (high >= -SAFE_HIGH && high < SAFE_HIGH) writeInteger(high * UINT32_VALUES + low, writer);
  else writer.text(BigInt.asIntN(64, reader.uint64At(offset)).toString());
}
