import { BSON_TYPE } from '../bson-types.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';
import { JSON_FAULT } from '../json-faults.ts';
import { readBinary, readUuid } from './binaries.ts';
import type { BsonWriter } from './bson-writer.ts';
import { parseIsoDate } from './dates.ts';
import { writeDecimal128 } from './decimal128.ts';
import type { JsonReader } from './json-reader.ts';
import { doubleOf, integerOf, isDigit } from './numbers.ts';
import { readLegacyRegularExpression, readRegularExpression } from './regular-expressions.ts';
import { readString } from './strings.ts';
import { WrapperReader } from './wrapper-reader.ts';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const ZERO = 0x30;
const ONE = 0x31;
const TRUE = ascii('true');
const MAX_UINT32 = 0xffff_ffff;
const OBJECT_ID = /^[0-9a-f]{24}$/i;

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
    ['$binary', () => readBinary(this.#wrapper, this.#writer)],
    ['$uuid', () => readUuid(this.#wrapper, this.#writer)],
    ['$numberInt', () => this.#int32()],
    ['$numberLong', () => this.#int64(BSON_TYPE.int64)],
    ['$numberDouble', () => this.#double()],
    ['$numberDecimal', () => this.#decimal128()],
    ['$regularExpression', () => readRegularExpression(this.#wrapper, this.#writer)],
    ['$regex', () => readLegacyRegularExpression(this.#reader, this.#wrapper, this.#writer)],
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
    if (this.#reader.byteAt(this.#reader.position) === OPENING_BRACE) {
      this.#wrapper.enter('$numberLong', JSON_FAULT.date);
      this.#int64(BSON_TYPE.date);
    } else {
      this.#writer.int64(BigInt(this.#wrapper.parsedText(JSON_FAULT.date, parseIsoDate)));
    }
    this.#wrapper.close();
    return BSON_TYPE.date;
  }

  #int32(): number {
    this.#writer.int32(this.#wrapper.parsedText(JSON_FAULT.int32, int32Of));
    this.#wrapper.close();
    return BSON_TYPE.int32;
  }

  /** @param type Int64, or date, which is stored in the same way. */
  #int64(type: number): number {
    this.#writer.int64(this.#wrapper.parsedText(JSON_FAULT.int64, integerOf));
    this.#wrapper.close();
    return type;
  }

  #double(): number {
    this.#writer.float64(this.#wrapper.parsedText(JSON_FAULT.double, doubleOf));
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
    return this.#wrapper.parsedText(JSON_FAULT.objectId, (text) =>
      OBJECT_ID.test(text) ? Buffer.from(text, 'hex') : undefined,
    );
  }

  #writeString(): void {
    const reader = this.#reader;
    if (!this.#wrapper.isAtText()) throw reader.fault(JSON_FAULT.textExpected, reader.position);
    const start = this.#writer.begin();
    readString(reader, this.#writer);
    this.#writer.endString(start);
  }
}

function int32Of(text: string): number | undefined {
  const value = integerOf(text);
  return value === undefined || BigInt.asIntN(32, value) !== value ? undefined : Number(value);
}
