import { BSON_TYPE, OLD_BINARY_SUBTYPE } from '../bson-types.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';
import { JSON_FAULT } from '../json-faults.ts';
import { bytesOfBase64 } from './base64.ts';
import type { BsonWriter } from './bson-writer.ts';
import { parseIsoDate } from './dates.ts';
import { writeDecimal128 } from './decimal128.ts';
import type { JsonReader } from './json-reader.ts';
import { doubleOf, integerOf, isDigit } from './numbers.ts';
import { readString } from './strings.ts';
import { WrapperReader } from './wrapper-reader.ts';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const ONE = 0x31;
const TRUE = ascii('true');
const MAX_UINT32 = 0xffff_ffff;
const OBJECT_ID = /^[0-9a-f]{24}$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SUBTYPE = /^[0-9a-f]{1,2}$/i;
const UUID_SUBTYPE = 0x04;
const UUID_BYTES = 16;

/**
 * Reads the objects that stand for a value of a BSON type. An object is one if its first key is that of a type, as for
 * MongoDB's driver for Go. The other keys must then be those of the type, in any order.
 */
export class TypedValues {
  readonly #reader: JsonReader;
  readonly #writer: BsonWriter;
  readonly #readDocument: () => void;
  readonly #wrapper: WrapperReader;
  readonly #types: ReadonlyMap<string, () => number | undefined> = new Map<string, () => number | undefined>([
    ['$oid', () => this.#objectId()],
    ['$date', () => this.#date()],
    ['$binary', () => this.#binary()],
    ['$uuid', () => this.#uuid()],
    ['$numberInt', () => this.#int32()],
    ['$numberLong', () => this.#int64(BSON_TYPE.int64)],
    ['$numberDouble', () => this.#double()],
    ['$numberDecimal', () => this.#decimal128()],
    ['$regularExpression', () => this.#regularExpression()],
    ['$regex', () => this.#legacyRegularExpression()],
    ['$timestamp', () => this.#timestamp()],
    ['$symbol', () => this.#symbol()],
    ['$code', () => this.#code()],
    ['$dbPointer', () => this.#dbPointer()],
    ['$minKey', () => this.#one(BSON_TYPE.minKey)],
    ['$maxKey', () => this.#one(BSON_TYPE.maxKey)],
    ['$undefined', () => this.#undefined()],
  ]);

  /** @param text room for texts. @param readDocument reads the document that begins at the reader's position. */
  constructor(reader: JsonReader, writer: BsonWriter, text: ByteWriter, readDocument: () => void) {
    this.#reader = reader;
    this.#writer = writer;
    this.#wrapper = new WrapperReader(reader, text);
    this.#readDocument = readDocument;
  }

  /**
   * Reads the object whose bracket is at the reader's position, if it stands for a value of a BSON type.
   * @returns the type of the value that was written; undefined if the object is a document, of which nothing is read.
   * @throws ExtendedJsonError
   */
  read(): number | undefined {
    const reader = this.#reader;
    const start = reader.position;
    reader.position++;
    const type = this.#readType();
    if (type === undefined) reader.position = start;
    return type;
  }

  #readType(): number | undefined {
    const reader = this.#reader;
    if (reader.skipSpace() !== QUOTE) return undefined;
    const first = reader.byteAt(reader.position + 1);
    if (first !== DOLLAR && first !== BACKSLASH) return undefined;
    const readValue = this.#types.get(this.#wrapper.key());
    if (readValue === undefined) return undefined;
    this.#wrapper.colon();
    return readValue();
  }

  #objectId(): number {
    this.#writer.data(this.#objectIdBytes());
    this.#wrapper.close();
    return BSON_TYPE.objectId;
  }

  #date(): number {
    const reader = this.#reader;
    const start = reader.position;
    if (reader.byteAt(start) === OPENING_BRACE) {
      this.#wrapper.enter('$numberLong', JSON_FAULT.date);
      this.#int64(BSON_TYPE.date);
    } else {
      const milliseconds = parseIsoDate(this.#wrapper.text(JSON_FAULT.date));
      if (milliseconds === undefined) throw reader.fault(JSON_FAULT.date, start);
      this.#writer.int64(BigInt(milliseconds));
    }
    this.#wrapper.close();
    return BSON_TYPE.date;
  }

  /** `{"base64":…,"subType":…}`, or the form of version 1, which is a string and a further key `$type`. */
  #binary(): number {
    const reader = this.#reader;
    let subtype = 0;
    let data: Uint8Array = new Uint8Array(0);
    if (reader.byteAt(reader.position) === QUOTE) {
      data = this.#base64();
      this.#wrapper.nextKey('$type');
      subtype = this.#subtype();
    } else {
      const fields = {
        base64: () => (data = this.#base64()),
        subType: () => (subtype = this.#subtype()),
      };
      this.#wrapper.fields(fields, JSON_FAULT.binary);
    }
    this.#wrapper.close();
    const writer = this.#writer;
    const isOld = subtype === OLD_BINARY_SUBTYPE;
    writer.int32(data.length + (isOld ? 4 : 0));
    writer.reserve(1);
    writer.byte(subtype);
    if (isOld) writer.int32(data.length);
    writer.data(data);
    return BSON_TYPE.binary;
  }

  #base64(): Uint8Array {
    const start = this.#reader.position;
    const data = bytesOfBase64(this.#wrapper.text(JSON_FAULT.base64));
    if (data === undefined) throw this.#reader.fault(JSON_FAULT.base64, start);
    return data;
  }

  #subtype(): number {
    const start = this.#reader.position;
    const text = this.#wrapper.text(JSON_FAULT.subtype);
    if (!SUBTYPE.test(text)) throw this.#reader.fault(JSON_FAULT.subtype, start);
    return parseInt(text, 16);
  }

  #uuid(): number {
    const start = this.#reader.position;
    const text = this.#wrapper.text(JSON_FAULT.uuid);
    if (!UUID.test(text)) throw this.#reader.fault(JSON_FAULT.uuid, start);
    this.#writer.int32(UUID_BYTES);
    this.#writer.reserve(1);
    this.#writer.byte(UUID_SUBTYPE);
    this.#writer.data(Buffer.from(text.replaceAll('-', ''), 'hex'));
    this.#wrapper.close();
    return BSON_TYPE.binary;
  }

  #int32(): number {
    const start = this.#reader.position;
    const value = integerOf(this.#wrapper.text(JSON_FAULT.int32));
    if (value === undefined || BigInt.asIntN(32, value) !== value) throw this.#reader.fault(JSON_FAULT.int32, start);
    this.#writer.int32(Number(value));
    this.#wrapper.close();
    return BSON_TYPE.int32;
  }

  /** @param type Int64, or date, which is stored in the same way. */
  #int64(type: number): number {
    const start = this.#reader.position;
    const value = integerOf(this.#wrapper.text(JSON_FAULT.int64));
    if (value === undefined) throw this.#reader.fault(JSON_FAULT.int64, start);
    this.#writer.int64(value);
    this.#wrapper.close();
    return type;
  }

  #double(): number {
    const start = this.#reader.position;
    const value = doubleOf(this.#wrapper.text(JSON_FAULT.double));
    if (value === undefined) throw this.#reader.fault(JSON_FAULT.double, start);
    this.#writer.float64(value);
    this.#wrapper.close();
    return BSON_TYPE.double;
  }

  #decimal128(): number {
    const start = this.#reader.position;
    const outcome = writeDecimal128(this.#wrapper.text(JSON_FAULT.decimal128), this.#writer);
    if (outcome === 'malformed') throw this.#reader.fault(JSON_FAULT.decimal128, start);
    if (outcome === 'inexact') throw this.#reader.fault(JSON_FAULT.decimal128Inexact, start);
    this.#wrapper.close();
    return BSON_TYPE.decimal128;
  }

  #regularExpression(): number {
    let pattern: Uint8Array = new Uint8Array(0);
    let options: Uint8Array = new Uint8Array(0);
    const text = (): Uint8Array =>
      new Uint8Array(this.#wrapper.textBytes(JSON_FAULT.textExpected, JSON_FAULT.zeroInRegularExpression));
    this.#wrapper.fields(
      { pattern: () => (pattern = text()), options: () => (options = text()) },
      JSON_FAULT.regularExpression,
    );
    this.#wrapper.close();
    this.#writeRegularExpression(pattern, options);
    return BSON_TYPE.regularExpression;
  }

  /**
   * `{"$regex":…,"$options":…}` of version 1. Queries have such documents, too, but with other values or other keys.
   * @returns undefined if the object is a document.
   */
  #legacyRegularExpression(): number | undefined {
    const reader = this.#reader;
    if (reader.byteAt(reader.position) !== QUOTE) return undefined;
    const pattern = new Uint8Array(this.#wrapper.textBytes(JSON_FAULT.textExpected));
    if (reader.skipSpace() !== COMMA) return undefined;
    reader.position++;
    if (reader.skipSpace() !== QUOTE || this.#wrapper.key() !== '$options') return undefined;
    if (reader.skipSpace() !== COLON) return undefined;
    reader.position++;
    if (reader.skipSpace() !== QUOTE) return undefined;
    const options = new Uint8Array(this.#wrapper.textBytes(JSON_FAULT.textExpected));
    if (reader.skipSpace() !== CLOSING_BRACE || pattern.includes(0) || options.includes(0)) return undefined;
    reader.position++;
    this.#writeRegularExpression(pattern, options);
    return BSON_TYPE.regularExpression;
  }

  /** BSON wants the options in alphabetical order. Options beyond US-ASCII stay as they are, as in an export. */
  #writeRegularExpression(pattern: Uint8Array, options: Uint8Array): void {
    const writer = this.#writer;
    if (options.every((byte) => byte < 0x80)) options.sort();
    for (const text of [pattern, options]) {
      writer.data(text);
      writer.reserve(1);
      writer.byte(0);
    }
  }

  #timestamp(): number {
    let seconds = 0;
    let increment = 0;
    this.#wrapper.fields(
      { t: () => (seconds = this.#uint32()), i: () => (increment = this.#uint32()) },
      JSON_FAULT.timestamp,
    );
    this.#wrapper.close();
    this.#writer.uint32(increment);
    this.#writer.uint32(seconds);
    return BSON_TYPE.timestamp;
  }

  #uint32(): number {
    const reader = this.#reader;
    const start = reader.position;
    let value = 0;
    do {
      const byte = reader.byteAt(reader.position);
      if (!isDigit(byte)) throw reader.fault(JSON_FAULT.timestamp, start);
      value = value * 10 + byte - ZERO;
      reader.position++;
      if (value > MAX_UINT32) throw reader.fault(JSON_FAULT.timestamp, start);
    } while (value > 0 && isDigit(reader.byteAt(reader.position)));
    return value;
  }

  #symbol(): number {
    this.#writeString();
    this.#wrapper.close();
    return BSON_TYPE.symbol;
  }

  #code(): number {
    const reader = this.#reader;
    const writer = this.#writer;
    const start = writer.begin();
    this.#writeString();
    if (reader.nextByte() === CLOSING_BRACE) {
      reader.position++;
      // Without a scope, there is no length of the whole.
      writer.bytes.copyWithin(start, start + 4, writer.position);
      writer.position -= 4;
      return BSON_TYPE.code;
    }
    this.#wrapper.nextKey('$scope');
    if (reader.byteAt(reader.position) !== OPENING_BRACE) throw reader.fault(JSON_FAULT.scope, reader.position);
    this.#readDocument();
    writer.bytes.writeInt32LE(writer.position - start, start);
    this.#wrapper.close();
    return BSON_TYPE.codeWithScope;
  }

  #dbPointer(): number {
    let id: Uint8Array = new Uint8Array(0);
    const fields = {
      $ref: () => this.#writeString(),
      $id: () => {
        this.#wrapper.enter('$oid', JSON_FAULT.dbPointer);
        id = this.#objectIdBytes();
        this.#wrapper.close();
      },
    };
    this.#wrapper.fields(fields, JSON_FAULT.dbPointer);
    this.#wrapper.close();
    this.#writer.data(id);
    return BSON_TYPE.dbPointer;
  }

  /** `{"$minKey":1}`, `{"$maxKey":1}`. */
  #one(type: number): number {
    const reader = this.#reader;
    if (reader.byteAt(reader.position) !== ONE) throw reader.fault(JSON_FAULT.one, reader.position);
    reader.position++;
    this.#wrapper.close();
    return type;
  }

  #undefined(): number {
    const reader = this.#reader;
    if (!reader.has(TRUE)) throw reader.fault(JSON_FAULT.true, reader.position);
    reader.position += TRUE.length;
    this.#wrapper.close();
    return BSON_TYPE.undefined;
  }

  #objectIdBytes(): Uint8Array {
    const start = this.#reader.position;
    const text = this.#wrapper.text(JSON_FAULT.objectId);
    if (!OBJECT_ID.test(text)) throw this.#reader.fault(JSON_FAULT.objectId, start);
    return Buffer.from(text, 'hex');
  }

  #writeString(): void {
    const reader = this.#reader;
    if (reader.byteAt(reader.position) !== QUOTE) throw reader.fault(JSON_FAULT.textExpected, reader.position);
    const start = this.#writer.begin();
    readString(reader, this.#writer);
    this.#writer.endString(start);
  }
}
