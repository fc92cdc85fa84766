import { FAULT } from '../bson-faults.ts';
import { BSON_TYPE, MAX_NESTING, MIN_CODE_WITH_SCOPE_BYTES, MIN_DOCUMENT_BYTES } from '../bson-types.ts';
import type { ExtendedJsonMode } from '../contract.ts';
import { writeBinary } from './binary.ts';
import type { BsonReader } from './bson-reader.ts';
import { formatIsoDate } from './dates.ts';
import { formatDecimal128 } from './decimal128.ts';
import { MAX_DOUBLE_BYTES, writeDouble } from './doubles.ts';
import { MAX_INTEGER_BYTES, writeInt64, writeInteger } from './integers.ts';
import type { Findings } from './findings.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';
import { writeObjectId } from './object-id.ts';
import { writeRegularExpression } from './regular-expression.ts';
import { writeString } from './strings.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const COLON = 0x3a;
const OBJECT = { open: 0x7b, close: 0x7d };
const ARRAY = { open: 0x5b, close: 0x5d };
const END_OF_WRAPPER = ascii('"}');
/**
 * Room for the parts of an element that have a fixed length: comma, quotes, colon, type wrapper and any value of fixed
 * length.
 */
const ELEMENT_BYTES = 160;

const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');
const UNDEFINED = ascii('{"$undefined":true}');
const MIN_KEY = ascii('{"$minKey":1}');
const MAX_KEY = ascii('{"$maxKey":1}');
const NUMBER_INT = ascii('{"$numberInt":"');
const NUMBER_LONG = ascii('{"$numberLong":"');
const NUMBER_DOUBLE = ascii('{"$numberDouble":"');
const NUMBER_DECIMAL = ascii('{"$numberDecimal":"');
const OID = ascii('{"$oid":"');
const DATE = ascii('{"$date":');
const TIMESTAMP = ascii('{"$timestamp":{"t":');
const TIMESTAMP_INCREMENT = ascii(',"i":');
const SYMBOL = ascii('{"$symbol":"');
const CODE = ascii('{"$code":"');
const SCOPE = ascii('","$scope":');
const DB_POINTER = ascii('{"$dbPointer":{"$ref":"');
const DB_POINTER_ID = ascii('","$id":{"$oid":"');
const DB_POINTER_END = ascii('"}}}');

/** Transcodes one document at a time from a reader to a writer. */
export class ElementTranscoder {
  readonly #reader: BsonReader;
  readonly #writer: ByteWriter;
  readonly #relaxed: boolean;
  readonly #findings: Findings | undefined;
  #nesting = 0;

  /** @param findings collects the values that do not read back as they are stored. */
  constructor(reader: BsonReader, writer: ByteWriter, mode: ExtendedJsonMode, findings?: Findings) {
    this.#reader = reader;
    this.#writer = writer;
    this.#relaxed = mode === 'relaxed';
    this.#findings = findings;
  }

  /**
   * Writes the document at the reader's position and moves the reader behind it.
   * @param end the end of the block, or of the value that contains the document.
   * @throws BsonError
   */
  document(end: number): void {
    const reader = this.#reader;
    const room = end - reader.position;
    const length = room < MIN_DOCUMENT_BYTES ? 0 : reader.int32At(reader.position);
    if (length < MIN_DOCUMENT_BYTES || length > room) throw reader.fault(FAULT.documentLength, reader.position);
    this.#elements(length, OBJECT, true);
  }

  #elements(length: number, brackets: typeof OBJECT, keyed: boolean): void {
    const reader = this.#reader;
    const writer = this.#writer;
    if (this.#nesting === MAX_NESTING) throw reader.fault(FAULT.nestedTooDeep, reader.position);
    this.#nesting++;
    const outerLimit = reader.limit;
    reader.limit = reader.position + length - 1;
    reader.position += 4;
    writer.byte(brackets.open);
    for (let index = 0; reader.position < reader.limit; index++) {
      writer.reserve(ELEMENT_BYTES);
      if (index > 0) writer.byte(COMMA);
      if (keyed) this.#findings?.enterField(this.#nesting, reader.position + 1);
      else this.#findings?.enterItem(this.#nesting, index);
      const type = this.#typeAndKey(keyed);
      const start = writer.position;
      this.#value(type);
      if (this.#nesting === 1) this.#findings?.leaveField(writer.bytes.subarray(start, writer.position));
    }
    if (reader.byteAt(reader.limit) !== 0) throw reader.fault(FAULT.terminatorMissing, reader.limit);
    reader.position = reader.limit + 1;
    reader.limit = outerLimit;
    writer.reserve(ELEMENT_BYTES);
    writer.byte(brackets.close);
    this.#nesting--;
  }

  /** The index of an array's item is not written, and may be any text. */
  #typeAndKey(keyed: boolean): number {
    const reader = this.#reader;
    const writer = this.#writer;
    const offset = reader.position;
    const type = reader.byteAt(offset);
    if (type === 0) throw reader.fault(FAULT.terminatorEarly, offset);
    if (!KNOWN_TYPES.has(type)) throw reader.fault(FAULT.unknownType, offset);
    const keyEnd = reader.findTerminator(offset + 1, FAULT.keyUnterminated, offset);
    if (keyed) {
      writer.byte(QUOTE);
      const isValid = writeString(reader, offset + 1, keyEnd, writer);
      this.#findings?.readKey(keyEnd, isValid);
      writer.reserve(ELEMENT_BYTES);
      writer.byte(QUOTE);
      writer.byte(COLON);
    }
    reader.position = keyEnd + 1;
    return type;
  }

  #value(type: number): void {
    const reader = this.#reader;
    const writer = this.#writer;
    switch (type) {
      case BSON_TYPE.double:
        this.#double();
        break;
      case BSON_TYPE.string:
        writer.byte(QUOTE);
        this.#string(reader.limit);
        writer.byte(QUOTE);
        break;
      case BSON_TYPE.document:
        this.#nested(OBJECT, true);
        break;
      case BSON_TYPE.array:
        this.#nested(ARRAY, false);
        break;
      case BSON_TYPE.binary:
        if (!writeBinary(reader, writer)) this.#findings?.addBadValue('oldBinaryLength');
        break;
      case BSON_TYPE.undefined:
        writer.token(UNDEFINED);
        break;
      case BSON_TYPE.objectId:
        writer.token(OID);
        writeObjectId(reader, writer);
        writer.token(END_OF_WRAPPER);
        break;
      case BSON_TYPE.boolean:
        this.#boolean();
        break;
      case BSON_TYPE.date:
        this.#date();
        break;
      case BSON_TYPE.null:
        writer.token(NULL);
        break;
      case BSON_TYPE.regularExpression:
        if (!writeRegularExpression(reader, writer)) this.#findings?.addBadValue('invalidUtf8');
        break;
      case BSON_TYPE.dbPointer:
        this.#dbPointer();
        break;
      case BSON_TYPE.code:
        writer.token(CODE);
        this.#string(reader.limit);
        writer.token(END_OF_WRAPPER);
        break;
      case BSON_TYPE.symbol:
        writer.token(SYMBOL);
        this.#string(reader.limit);
        writer.token(END_OF_WRAPPER);
        break;
      case BSON_TYPE.codeWithScope:
        this.#codeWithScope();
        break;
      case BSON_TYPE.int32:
        this.#int32();
        break;
      case BSON_TYPE.timestamp:
        this.#timestamp();
        break;
      case BSON_TYPE.int64:
        this.#int64();
        break;
      case BSON_TYPE.decimal128:
        this.#decimal128();
        break;
      case BSON_TYPE.maxKey:
        writer.token(MAX_KEY);
        break;
      case BSON_TYPE.minKey:
        writer.token(MIN_KEY);
        break;
    }
  }

  #nested(brackets: typeof OBJECT, keyed: boolean): void {
    const reader = this.#reader;
    reader.need(4);
    const length = reader.int32At(reader.position);
    if (length < MIN_DOCUMENT_BYTES || length > reader.limit - reader.position) {
      throw reader.fault(FAULT.documentLength, reader.position);
    }
    this.#elements(length, brackets, keyed);
  }

  #string(limit: number): void {
    const reader = this.#reader;
    const end = reader.enterString(limit);
    if (!writeString(reader, reader.position, end, this.#writer)) this.#findings?.addBadValue('invalidUtf8');
    reader.position = end + 1;
    this.#writer.reserve(ELEMENT_BYTES);
  }

  #double(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.need(8);
    const value = reader.float64At(reader.position);
    reader.position += 8;
    writer.reserve(MAX_DOUBLE_BYTES + ELEMENT_BYTES);
    const bare = this.#relaxed && Number.isFinite(value);
    if (!bare) writer.token(NUMBER_DOUBLE);
    writeDouble(value, writer);
    if (!bare) writer.token(END_OF_WRAPPER);
  }

  #int32(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.need(4);
    const value = reader.int32At(reader.position);
    reader.position += 4;
    if (!this.#relaxed) writer.token(NUMBER_INT);
    writeInteger(value, writer);
    if (!this.#relaxed) writer.token(END_OF_WRAPPER);
  }

  #int64(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.need(8);
    writer.reserve(MAX_INTEGER_BYTES + ELEMENT_BYTES);
    if (!this.#relaxed) writer.token(NUMBER_LONG);
    writeInt64(reader, reader.position, writer);
    if (!this.#relaxed) writer.token(END_OF_WRAPPER);
    reader.position += 8;
  }

  #decimal128(): void {
    const reader = this.#reader;
    reader.need(16);
    this.#writer.token(NUMBER_DECIMAL);
    this.#writer.text(formatDecimal128(reader.uint64At(reader.position), reader.uint64At(reader.position + 8)));
    this.#writer.token(END_OF_WRAPPER);
    reader.position += 16;
  }

  #boolean(): void {
    const reader = this.#reader;
    reader.need(1);
    const value = reader.byteAt(reader.position);
    if (value > 1) throw reader.fault(FAULT.invalidBoolean, reader.position);
    this.#writer.token(value === 1 ? TRUE : FALSE);
    reader.position++;
  }

  #date(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.need(8);
    const milliseconds = reader.int32At(reader.position + 4) * 0x1_0000_0000 + reader.uint32At(reader.position);
    const iso = this.#relaxed ? formatIsoDate(milliseconds) : undefined;
    writer.token(DATE);
    if (iso === undefined) {
      writer.token(NUMBER_LONG);
      writeInt64(reader, reader.position, writer);
      writer.token(END_OF_WRAPPER);
    } else {
      writer.byte(QUOTE);
      writer.text(iso);
      writer.byte(QUOTE);
    }
    writer.byte(OBJECT.close);
    reader.position += 8;
  }

  #timestamp(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.need(8);
    writer.token(TIMESTAMP);
    writeInteger(reader.uint32At(reader.position + 4), writer);
    writer.token(TIMESTAMP_INCREMENT);
    writeInteger(reader.uint32At(reader.position), writer);
    writer.byte(OBJECT.close);
    writer.byte(OBJECT.close);
    reader.position += 8;
  }

  #dbPointer(): void {
    const writer = this.#writer;
    writer.token(DB_POINTER);
    this.#string(this.#reader.limit);
    writer.token(DB_POINTER_ID);
    writeObjectId(this.#reader, writer);
    writer.token(DB_POINTER_END);
  }

  #codeWithScope(): void {
    const reader = this.#reader;
    const writer = this.#writer;
    reader.need(4);
    const start = reader.position;
    const length = reader.int32At(start);
    if (length < MIN_CODE_WITH_SCOPE_BYTES || length > reader.limit - start) {
      throw reader.fault(FAULT.codeWithScopeLength, start);
    }
    reader.position = start + 4;
    writer.token(CODE);
    this.#string(start + length - MIN_DOCUMENT_BYTES);
    writer.token(SCOPE);
    const scopeLength = start + length - reader.position;
    if (reader.int32At(reader.position) !== scopeLength) throw reader.fault(FAULT.documentLength, reader.position);
    this.#elements(scopeLength, OBJECT, true);
    writer.byte(OBJECT.close);
  }
}

const KNOWN_TYPES = new Set<number>(Object.values(BSON_TYPE));
