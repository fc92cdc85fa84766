import { BSON_TYPE } from '../bson-types.ts';
import { JSON_FAULT } from '../json-faults.ts';
import type { BsonWriter } from './bson-writer.ts';
import type { JsonReader } from './json-reader.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;
/** A sign and 19 digits. Longer texts are no 64-bit integers, and are not read because that could take long. */
const MAX_INT64_CHARACTERS = 20;

const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * Reads the JSON number at the reader's position (RFC 8259, section 6), as relaxed Extended JSON means it: a number
 * with a fraction or an exponent is a double, any other number is the smallest of Int32, Int64 and double that holds
 * it. `-0` is a double, because no integer has a negative zero.
 * @returns the BSON type of the value that was written.
 * @throws ExtendedJsonError
 */
export function readNumber(reader: JsonReader, writer: BsonWriter): number {
  const start = reader.position;
  const isWhole = skipNumber(reader);
  const text = Buffer.from(reader.bytes.subarray(start, reader.position)).toString('latin1');
  const integer = isWhole && text !== '-0' ? integerOf(text) : undefined;
  if (integer === undefined) {
    const double = Number(text);
    if (!Number.isFinite(double)) throw reader.fault(JSON_FAULT.numberTooLarge, start);
    writer.float64(double);
    return BSON_TYPE.double;
  }
  if (BigInt.asIntN(32, integer) === integer) {
    writer.int32(Number(integer));
    return BSON_TYPE.int32;
  }
  writer.int64(integer);
  return BSON_TYPE.int64;
}

/** Moves behind the number. @returns whether it has neither a fraction nor an exponent. */
function skipNumber(reader: JsonReader): boolean {
  const start = reader.position;
  let isWhole = true;
  if (reader.byteAt(reader.position) === MINUS) reader.position++;
  if (reader.byteAt(reader.position) === ZERO) reader.position++;
  else skipDigits(reader, start);
  if (reader.byteAt(reader.position) === POINT) {
    isWhole = false;
    reader.position++;
    skipDigits(reader, start);
  }
  const byte = reader.byteAt(reader.position);
  if (byte === LOWER_E || byte === UPPER_E) {
    isWhole = false;
    reader.position++;
    const sign = reader.byteAt(reader.position);
    if (sign === PLUS || sign === MINUS) reader.position++;
    skipDigits(reader, start);
  }
  return isWhole;
}

/** @throws ExtendedJsonError if there is no digit. */
function skipDigits(reader: JsonReader, start: number): void {
  const first = reader.position;
  while (isDigit(reader.byteAt(reader.position))) reader.position++;
  if (reader.position === first) throw reader.fault(JSON_FAULT.numberMalformed, start);
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** The 64-bit integer that a text shows; undefined if it shows none. */
export function integerOf(text: string): bigint | undefined {
  if (text.length > MAX_INT64_CHARACTERS || !INTEGER.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** The double that the text of `$numberDouble` shows; undefined if it shows none. */
export function doubleOf(text: string): number | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text);
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
