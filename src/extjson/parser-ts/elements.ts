import { BSON_TYPE, MAX_NESTING } from '../bson-types.ts';
import { ascii, type ByteWriter } from '../byte-writer.ts';
import type { LookAlikes } from '../contract.ts';
import { ExtendedJsonError } from '../extended-json-error.ts';
import { JSON_FAULT } from '../json-faults.ts';
import { MAX_PARSED_DOCUMENT_BYTES } from '../parser-limits.ts';
import type { BsonWriter } from './bson-writer.ts';
import type { JsonReader } from './json-reader.ts';
import { isDigit, readNumber } from './numbers.ts';
import { readString } from './strings.ts';
import { TypedValues } from './typed-values.ts';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');

/** A look-alike in the scope of another one is read twice, so their number limits the work that a hostile line makes. */
const MAX_LOOK_ALIKES = 10_000;

/** Reads one document at a time from a reader and writes it as BSON. */
export class ElementParser {
  readonly #reader: JsonReader;
  readonly #writer: BsonWriter;
  readonly #typedValues: TypedValues;
  readonly #lookAlikes: LookAlikes;
  #documentStart = 0;
  #nesting = 0;
  /** Look-alikes that may still be taken for documents in this line. */
  #lookAlikesLeft = 0;

  /** @param text room for texts that are not written as they are. */
  constructor(reader: JsonReader, writer: BsonWriter, text: ByteWriter, lookAlikes: LookAlikes) {
    this.#lookAlikes = lookAlikes;
    this.#reader = reader;
    this.#writer = writer;
    this.#typedValues = new TypedValues(reader, writer, text, () => this.#elements(CLOSING_BRACE));
  }

  /**
   * Reads the document whose bracket is at the reader's position, and moves the reader behind it. A line is a document
   * even if its first key is that of a type.
   * @throws ExtendedJsonError
   */
  document(): void {
    this.#documentStart = this.#writer.position;
    this.#lookAlikesLeft = this.#lookAlikes === 'keep' ? MAX_LOOK_ALIKES : 0;
    this.#elements(CLOSING_BRACE);
  }

  /** @param closing the bracket that ends the document or the array whose first bracket is at the reader's position. */
  #elements(closing: number): void {
    const reader = this.#reader;
    const writer = this.#writer;
    if (this.#nesting === MAX_NESTING) throw reader.fault(JSON_FAULT.nestedTooDeep, reader.position);
    this.#nesting++;
    const start = writer.begin();
    reader.position++;
    if (reader.nextByte() === closing) {
      reader.position++;
    } else {
      let index = 0;
      do {
        const typeAt = writer.type(0);
        if (closing === CLOSING_BRACE) this.#key();
        else this.#index(index++);
        reader.nextByte();
        const type = this.#value();
        // The value may have moved the writer's bytes.
        writer.bytes[typeAt] = type;
        if (writer.position - this.#documentStart > MAX_PARSED_DOCUMENT_BYTES) {
          throw reader.fault(JSON_FAULT.documentTooLarge, reader.position);
        }
      } while (this.#isFollowed(closing));
    }
    writer.endDocument(start);
    this.#nesting--;
  }

  /** Moves behind the comma or the closing bracket. @returns whether it is a comma. */
  #isFollowed(closing: number): boolean {
    const reader = this.#reader;
    const byte = reader.nextByte();
    if (byte !== COMMA && byte !== closing) throw reader.fault(JSON_FAULT.commaExpected, reader.position);
    reader.position++;
    return byte === COMMA;
  }

  #key(): void {
    const reader = this.#reader;
    if (reader.nextByte() !== QUOTE) throw reader.fault(JSON_FAULT.keyExpected, reader.position);
    readString(reader, this.#writer, JSON_FAULT.zeroInKey);
    this.#writer.byte(0);
    reader.expect(COLON, JSON_FAULT.colonExpected);
  }

  #index(index: number): void {
    this.#writer.text(String(index));
    this.#writer.byte(0);
  }

  /** Reads the value at the reader's position. @returns its BSON type. */
  #value(): number {
    const reader = this.#reader;
    const byte = reader.byteAt(reader.position);
    switch (byte) {
      case QUOTE: {
        const start = this.#writer.begin();
        readString(reader, this.#writer);
        this.#writer.endString(start);
        return BSON_TYPE.string;
      }
      case OPENING_BRACE: {
        const type = this.#typedValue();
        if (type !== undefined) return type;
        this.#elements(CLOSING_BRACE);
        return BSON_TYPE.document;
      }
      case OPENING_BRACKET:
        this.#elements(CLOSING_BRACKET);
        return BSON_TYPE.array;
      default:
        return byte === MINUS || isDigit(byte) ? readNumber(reader, this.#writer) : this.#literal();
    }
  }

  /** @returns undefined for a document, of which nothing is read or written. */
  #typedValue(): number | undefined {
    const reader = this.#reader;
    const [readerAt, writerAt, nesting] = [reader.position, this.#writer.position, this.#nesting];
    try {
      return this.#typedValues.read();
    } catch (thrown) {
      if (!(thrown instanceof ExtendedJsonError) || this.#lookAlikesLeft-- <= 0) throw thrown;
      reader.position = readerAt;
      this.#writer.position = writerAt;
      this.#nesting = nesting;
      return undefined;
    }
  }

  #literal(): number {
    const reader = this.#reader;
    if (reader.has(NULL)) {
      reader.position += NULL.length;
      return BSON_TYPE.null;
    }
    const isTrue = reader.has(TRUE);
    if (!isTrue && !reader.has(FALSE)) throw reader.fault(JSON_FAULT.valueExpected, reader.position);
    reader.position += (isTrue ? TRUE : FALSE).length;
    this.#writer.reserve(1);
    this.#writer.byte(isTrue ? 1 : 0);
    return BSON_TYPE.boolean;
  }
}
