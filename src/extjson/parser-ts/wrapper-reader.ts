import type { ByteWriter } from '../byte-writer.ts';
import { JSON_FAULT, type JsonFault } from '../json-faults.ts';
import type { JsonReader } from './json-reader.ts';
import { readString } from './strings.ts';

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Reads the keys, the texts and the punctuation of objects that stand for a value of a BSON type. */
export class WrapperReader {
  readonly #reader: JsonReader;
  readonly #text: ByteWriter;

  /** @param text room for texts, which is used again for each of them. */
  constructor(reader: JsonReader, text: ByteWriter) {
    this.#reader = reader;
    this.#text = text;
  }

  /**
   * The text of the string at the reader's position, in UTF-8. It is valid until the next call.
   * @param fault the fault of any other value. @param zeroFault the fault of a text with U+0000; absent if it may have it.
   */
  textBytes(fault: JsonFault, zeroFault?: JsonFault): Uint8Array {
    const reader = this.#reader;
    if (!this.isAtText()) throw reader.fault(fault, reader.position);
    this.#text.restart();
    readString(reader, this.#text, zeroFault);
    return this.#text.written();
  }

  /** The text of the string at the reader's position, with a character for each byte. @param fault that of other values. */
  text(fault: JsonFault, zeroFault?: JsonFault): string {
    return Buffer.from(this.textBytes(fault, zeroFault)).toString('latin1');
  }

  /** Whether a string is at the reader's position. */
  isAtText(): boolean {
    return this.#reader.byteAt(this.#reader.position) === QUOTE;
  }

  /**
   * What the text of the string at the reader's position shows.
   * @param fault that of other values, and of texts for which `parse` gives undefined.
   */
  parsedText<T>(fault: JsonFault, parse: (text: string) => T | undefined): T {
    const start = this.#reader.position;
    const parsed = parse(this.text(fault));
    if (parsed === undefined) throw this.#reader.fault(fault, start);
    return parsed;
  }

  /** Reads the key that follows. */
  key(): string {
    this.#reader.nextByte();
    return this.text(JSON_FAULT.keyExpected, JSON_FAULT.zeroInKey);
  }

  /** Moves behind the colon and to the value. */
  colon(): void {
    this.#reader.expect(COLON, JSON_FAULT.colonExpected);
    this.#reader.nextByte();
  }

  /** Moves to the value of the next key, which must be this one. */
  nextKey(name: string): void {
    const reader = this.#reader;
    this.#comma();
    reader.nextByte();
    const start = reader.position;
    if (this.key() !== name) throw reader.fault(JSON_FAULT.wrapperKeys, start);
    this.colon();
  }

  /** Moves into the object at the reader's position and to the value of its only key, which must be this one. */
  enter(name: string, fault: JsonFault): void {
    const reader = this.#reader;
    this.#open(fault);
    const start = reader.position;
    if (this.key() !== name) throw reader.fault(JSON_FAULT.wrapperKeys, start);
    this.colon();
  }

  /** Reads the object at the reader's position, which has exactly these keys, in any order. */
  fields(readers: Readonly<Record<string, () => void>>, fault: JsonFault): void {
    const reader = this.#reader;
    const left = new Map(Object.entries(readers));
    this.#open(fault);
    while (left.size > 0) {
      reader.nextByte();
      const start = reader.position;
      const name = this.key();
      const readValue = left.get(name);
      if (readValue === undefined) throw reader.fault(JSON_FAULT.wrapperKeys, start);
      left.delete(name);
      this.colon();
      readValue();
      if (left.size > 0) this.#comma();
    }
    this.close();
  }

  /** Moves behind the bracket that ends an object without further keys. */
  close(): void {
    const reader = this.#reader;
    if (reader.nextByte() === COMMA) throw reader.fault(JSON_FAULT.wrapperKeys, reader.position);
    reader.expect(CLOSING_BRACE, JSON_FAULT.commaExpected);
  }

  /** Moves behind the bracket that opens an object and to its first key. */
  #open(fault: JsonFault): void {
    const reader = this.#reader;
    reader.expect(OPENING_BRACE, fault);
    if (reader.nextByte() === CLOSING_BRACE) throw reader.fault(JSON_FAULT.wrapperKeys, reader.position);
  }

  /** Moves behind the comma that announces a further key. */
  #comma(): void {
    const reader = this.#reader;
    if (reader.nextByte() === CLOSING_BRACE) throw reader.fault(JSON_FAULT.wrapperKeys, reader.position);
    reader.expect(COMMA, JSON_FAULT.commaExpected);
  }
}
