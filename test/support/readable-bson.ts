import { isUtf8 } from 'node:buffer';
import { BSON_TYPE, OLD_BINARY_SUBTYPE } from '../../src/extjson/bson-types.ts';
import { TYPE_KEYS } from '../../src/extjson/type-keys.ts';
import { sequenceLength } from '../../src/extjson/utf8.ts';

/** What canonical Extended JSON cannot say (docs/formats/extended-json.md). */
export const LOSSES = [
  'text that is not UTF-8',
  'old binary without its inner length',
  'NaN with another payload',
  'decimal128 that is no canonical one',
  'options out of order',
  'array with other indexes',
] as const;

export type Loss = (typeof LOSSES)[number];

/** A document as it reads back from canonical Extended JSON. */
export interface ReadableDocument {
  readonly bson: Buffer;
  /** Why it differs from the document that was stored. */
  readonly losses: ReadonlySet<Loss>;
  /** Whether a document inside of it looks like a value of a type, so that nothing is known of what it reads back as. */
  readonly isLookAlike: boolean;
}

const REPLACEMENT = Buffer.from('\ufffd');
const MAX_DECIMAL128_COEFFICIENT = 10n ** 34n - 1n;

/** Room for documents, which is used again for each of them. */
let room = Buffer.alloc(1 << 20);

/** The document as it reads back. @param bson one valid document. @returns bytes that are valid until the next call. */
export function readableDocument(bson: Buffer): ReadableDocument {
  return new Rewriter(bson).rewritten();
}

/** Copies a document and replaces what does not read back. */
class Rewriter {
  readonly #bson: Buffer;
  readonly #out: Buffer;
  readonly #losses = new Set<Loss>();
  #isLookAlike = false;
  #position = 0;
  #end = 0;

  constructor(bson: Buffer) {
    this.#bson = bson;
    // At most three times the input, because a byte that is not UTF-8 becomes three.
    if (room.length < bson.length * 3 + 1024) room = Buffer.alloc(bson.length * 4 + 1024);
    this.#out = room;
  }

  rewritten(): ReadableDocument {
    this.#document(false);
    return { bson: this.#out.subarray(0, this.#end), losses: this.#losses, isLookAlike: this.#isLookAlike };
  }

  /** @param isNested whether the document is the value of an element, and may thus be taken for another value. */
  #document(isNested: boolean, isArray = false): void {
    const start = this.#end;
    this.#copy(4);
    const firstElement = this.#position;
    for (let index = 0; this.#bson[this.#position] !== 0; index++) {
      const type = this.#bson[this.#position] ?? 0;
      this.#copy(1);
      if (isArray) this.#index(index);
      else this.#cString();
      this.#value(type);
    }
    this.#copy(1);
    this.#out.writeInt32LE(this.#end - start, start);
    if (isNested && !isArray && this.#looksLikeValue(firstElement)) this.#isLookAlike = true;
  }

  #looksLikeValue(firstElement: number): boolean {
    const key = this.#textAt(firstElement + 1);
    if (this.#bson[firstElement] === 0 || !TYPE_KEYS.has(key)) return false;
    if (key !== '$regex') return true;
    return /^\x02\$regex\0.{4}[^\0]*\0\x02\$options\0.{4}[^\0]*\0\0$/s.test(
      this.#bson.toString('latin1', firstElement, this.#position),
    );
  }

  #textAt(offset: number): string {
    return this.#bson.toString('latin1', offset, this.#bson.indexOf(0, offset));
  }

  #value(type: number): void {
    switch (type) {
      case BSON_TYPE.double:
        if (Number.isNaN(this.#bson.readDoubleLE(this.#position)))
          this.#constant(8, '000000000000f87f', 'NaN with another payload');
        else this.#copy(8);
        break;
      case BSON_TYPE.string:
      case BSON_TYPE.code:
      case BSON_TYPE.symbol:
        this.#string();
        break;
      case BSON_TYPE.document:
      case BSON_TYPE.array:
        this.#document(true, type === BSON_TYPE.array);
        break;
      case BSON_TYPE.binary:
        this.#binary();
        break;
      case BSON_TYPE.objectId:
        this.#copy(12);
        break;
      case BSON_TYPE.boolean:
        this.#copy(1);
        break;
      case BSON_TYPE.date:
      case BSON_TYPE.timestamp:
      case BSON_TYPE.int64:
        this.#copy(8);
        break;
      case BSON_TYPE.regularExpression:
        this.#cString();
        this.#options();
        break;
      case BSON_TYPE.dbPointer:
        this.#string();
        this.#copy(12);
        break;
      case BSON_TYPE.codeWithScope: {
        const start = this.#end;
        this.#copy(4);
        this.#string();
        this.#document(false);
        this.#out.writeInt32LE(this.#end - start, start);
        break;
      }
      case BSON_TYPE.int32:
        this.#copy(4);
        break;
      case BSON_TYPE.decimal128:
        this.#decimal128();
        break;
      // The others are their type alone.
    }
  }

  #copy(bytes: number): void {
    this.#bson.copy(this.#out, this.#end, this.#position, this.#position + bytes);
    this.#position += bytes;
    this.#end += bytes;
  }

  #constant(bytes: number, hex: string, loss: Loss): void {
    if (this.#bson.toString('hex', this.#position, this.#position + bytes) !== hex) this.#losses.add(loss);
    this.#end += this.#out.write(hex, this.#end, 'hex');
    this.#position += bytes;
  }

  #index(index: number): void {
    const text = this.#textAt(this.#position);
    if (text !== String(index)) this.#losses.add('array with other indexes');
    this.#end += this.#out.write(`${index}\0`, this.#end, 'latin1');
    this.#position += text.length + 1;
  }

  #cString(): void {
    this.#text(this.#bson.indexOf(0, this.#position));
    this.#copy(1);
  }

  #string(): void {
    const start = this.#end;
    const length = this.#bson.readInt32LE(this.#position);
    this.#copy(4);
    this.#text(this.#position + length - 1);
    this.#copy(1);
    this.#out.writeInt32LE(this.#end - start - 4, start);
  }

  #text(end: number): void {
    if (isUtf8(this.#bson.subarray(this.#position, end))) this.#copy(end - this.#position);
    while (this.#position < end) {
      const length = sequenceLength(this.#bson, this.#position, end);
      if (length > 0) {
        this.#copy(length);
      } else {
        this.#losses.add('text that is not UTF-8');
        this.#end += REPLACEMENT.copy(this.#out, this.#end);
        this.#position++;
      }
    }
  }

  #options(): void {
    const options = this.#bson.subarray(this.#position, this.#bson.indexOf(0, this.#position));
    const sorted = Buffer.from(options).sort();
    if (sorted.some((byte) => byte >= 0x80) || sorted.equals(options)) {
      this.#cString();
      return;
    }
    this.#losses.add('options out of order');
    this.#end += sorted.copy(this.#out, this.#end);
    this.#position += options.length;
    this.#copy(1);
  }

  #binary(): void {
    const length = this.#bson.readInt32LE(this.#position);
    const data = this.#position + 5;
    if (this.#bson[data - 1] !== OLD_BINARY_SUBTYPE || (length >= 4 && this.#bson.readInt32LE(data) === length - 4)) {
      this.#copy(5 + length);
      return;
    }
    this.#losses.add('old binary without its inner length');
    const start = this.#end;
    this.#copy(5);
    this.#out.writeInt32LE(length + 4, start);
    this.#end = this.#out.writeInt32LE(length, this.#end);
    this.#copy(length);
  }

  #decimal128(): void {
    const low = this.#bson.readBigUInt64LE(this.#position);
    const high = this.#bson.readBigUInt64LE(this.#position + 8);
    const bits = (high << 64n) | low;
    const readable = readableDecimal128(bits);
    if (readable !== bits) this.#losses.add('decimal128 that is no canonical one');
    this.#end = this.#out.writeBigUInt64LE(readable & 0xffff_ffff_ffff_ffffn, this.#end);
    this.#end = this.#out.writeBigUInt64LE(readable >> 64n, this.#end);
    this.#position += 16;
  }
}

function readableDecimal128(bits: bigint): bigint {
  const sign = bits & (1n << 127n);
  const combination = (bits >> 122n) & 0x1fn;
  if (combination === 0x1fn) return 0x1fn << 122n;
  if (combination === 0x1en) return sign | (0x1en << 122n);
  if (combination >> 3n === 3n) return sign | (((bits >> 111n) & 0x3fffn) << 113n);
  const coefficient = bits & ((1n << 113n) - 1n);
  return coefficient > MAX_DECIMAL128_COEFFICIENT ? bits - coefficient : bits;
}
