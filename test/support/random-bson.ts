import { randomDouble } from './random-double.ts';
import type { Random } from './random.ts';

const BUFFER_BYTES = 1 << 20;
const MAX_DEPTH = 12;
/** A document gets no more elements once it is that long. */
const ENOUGH_BYTES = 4096;

const KEYS = [
  ...['_id', 'a', 'b', 'name', 'createdAt', 'address', 'items', 'price', 'quantity', 'status', 'customerEmailAddress'],
  ...['', '0', '1', '10', '__proto__', '$ref', '$id', '$date', 'a.b', 'length', 'toString', 'a key with spaces in it'],
  ...['"', '\\', '\n\t\r\b\f', '\u0001\u001f', '\u007f', 'é', '東京', '🎉', 'ключ', '\u2028', 'sixteen bytes!!!'],
  ...[
    'k'.repeat(31),
    'k'.repeat(32),
    'q"'.repeat(40),
    'k'.repeat(509),
    'k'.repeat(510),
    'k'.repeat(511),
    'é'.repeat(600),
  ],
  ...['$oid', '$numberLong', '$numberLonger', '$uuid', '$', '$regularExpression', '$regularExpression\u0001'],
]
  .map((key) => Buffer.from(key))
  .concat(Buffer.of(0xe9), Buffer.from('sixteen or more \xe9', 'latin1'));

const PIECES = [
  ...[
    'a',
    'Hello, world. ',
    'the quick brown fox jumps over the lazy dog ',
    '"',
    '\\',
    '/',
    '\n',
    '\t',
    '\r',
    '\b',
    '\f',
  ],
  ...['\u0000', '\u0001', '\u001f', '\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}'],
  ...['\u{10ffff}', 'é', '東京都', '🎉👍🏽', '\u2028\u2029', '0123456789abcdef', ' '],
]
  .map((piece) => Buffer.from(piece))
  .concat(
    // Not UTF-8: Latin-1, cut sequences, an overlong form, a surrogate, a code point over U+10FFFF.
    ['e9', 'e282', 'f09f8e', 'c080', 'eda080', 'f4908080', '80'].map((hex) => Buffer.from(hex, 'hex')),
  );

const INTERESTING_BYTES = [
  0x00, 0x01, 0x02, 0x05, 0x08, 0x0f, 0x13, 0x14, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xfe, 0xff,
] as const;
const INTERESTING_INTEGERS = [0, 1, 4, 5, -1, 0x7fffffff, -0x80000000, 256, 65536] as const;

const INDEXES = ['', 'x', '00', '12345678901234567890', '\u00e9'].map((index) => Buffer.from(index));

const FLAT_TYPES = [
  ...([0x01, 0x02, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c] as const),
  ...([0x0d, 0x0e, 0x10, 0x11, 0x12, 0x13, 0x7f, 0xff] as const),
] as const;
/** Documents and arrays come often enough for deep nesting. */
const TYPES = [...FLAT_TYPES, 0x03, 0x04, 0x0f, 0x03, 0x04] as const;

/** Random BSON documents, written as bytes with no library between: all types, odd keys and texts, deep nesting. */
export class RandomBson {
  readonly #random: Random;
  #bytes = Buffer.alloc(BUFFER_BYTES);
  #position = 0;
  #depth = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns documents one after another; the bytes stay valid until the next call. */
  documents(count: number): Buffer {
    this.#position = 0;
    for (let i = 0; i < count; i++) this.#document(false);
    return this.#bytes.subarray(0, this.#position);
  }

  /** Damages some bytes, but leaves most of the document intact. */
  mutated(bson: Buffer): Buffer {
    let bytes = Buffer.from(bson);
    for (let left = 1 + this.#random.below(3); left > 0; left--) {
      const at = this.#random.below(bytes.length);
      switch (this.#random.below(8)) {
        case 0:
          bytes = bytes.subarray(0, at);
          break;
        case 1:
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([this.#byte()]), bytes.subarray(at)]);
          break;
        case 2:
          bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + this.#random.below(4))]);
          break;
        case 3:
          if (at + 4 <= bytes.length) bytes.writeInt32LE(this.#random.pick(INTERESTING_INTEGERS), at);
          break;
        case 4:
          if (at + 4 <= bytes.length) bytes.writeInt32LE((bytes.readInt32LE(at) + this.#random.below(9) - 4) | 0, at);
          break;
        default:
          bytes[at] = this.#byte();
      }
      if (bytes.length === 0) break;
    }
    return bytes;
  }

  #byte(): number {
    return this.#random.below(2) === 0 ? this.#random.pick(INTERESTING_BYTES) : this.#random.below(256);
  }

  #document(isArray: boolean): void {
    const start = this.#position;
    this.#position += 4;
    this.#depth++;
    const elements = this.#random.below(this.#depth === 1 ? 12 : 6);
    for (let i = 0; i < elements && this.#position - start < ENOUGH_BYTES; i++) this.#element(isArray ? i : undefined);
    this.#depth--;
    this.#uint8(0);
    this.#bytes.writeInt32LE(this.#position - start, start);
  }

  #element(index: number | undefined): void {
    const deep = this.#depth >= MAX_DEPTH;
    const type = this.#random.pick<number>(deep ? FLAT_TYPES : TYPES);
    this.#uint8(type);
    if (index === undefined) this.#key();
    else
      this.#text(
        (this.#random.below(8) === 0 ? INDEXES[this.#random.below(INDEXES.length)] : undefined) ??
          Buffer.from(String(index)),
      );
    this.#value(type);
  }

  #key(): void {
    if (this.#random.below(20) === 0) this.#text(Buffer.from(this.#random.uint32().toString(36)));
    else this.#text(KEYS[this.#random.below(KEYS.length)] ?? Buffer.alloc(0));
  }

  #text(text: Buffer): void {
    this.#room(text.length + 1);
    this.#bytes.set(text, this.#position);
    this.#position += text.length;
    this.#uint8(0);
  }

  #room(byteCount: number): void {
    if (this.#position + byteCount + 64 <= this.#bytes.length) return;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length + byteCount)]);
  }

  #uint8(value: number): void {
    this.#room(1);
    this.#bytes[this.#position++] = value;
  }

  #uint32(value: number): void {
    this.#room(4);
    this.#position = this.#bytes.writeUInt32LE(value >>> 0, this.#position);
  }

  #value(type: number): void {
    switch (type) {
      case 0x01:
        this.#room(8);
        this.#position = this.#bytes.writeDoubleLE(randomDouble(this.#random), this.#position);
        break;
      case 0x02:
      case 0x0d:
      case 0x0e:
        this.#string();
        break;
      case 0x03:
      case 0x04:
        this.#document(type === 0x04);
        break;
      case 0x05:
        this.#binary();
        break;
      case 0x07:
        this.#randomBytes(12);
        break;
      case 0x08:
        this.#uint8(this.#random.below(2));
        break;
      case 0x09:
        this.#date();
        break;
      case 0x0b:
        this.#key();
        this.#text(Buffer.from(this.#random.pick(['', 'i', 'im', 'xsmi', 'lusxim', 'gZa', '"1\u0001', 'ié'])));
        break;
      case 0x0c:
        this.#string();
        this.#randomBytes(12);
        break;
      case 0x0f:
        this.#codeWithScope();
        break;
      case 0x10:
        this.#uint32(this.#random.uint32() >> this.#random.below(32));
        break;
      case 0x11:
        this.#randomBytes(8);
        break;
      case 0x12:
        this.#int64();
        break;
      case 0x13:
        this.#decimal128();
        break;
      // The others are their type alone.
    }
  }

  #randomBytes(count: number): void {
    for (let i = 0; i < count; i += 4) this.#uint32(this.#random.uint32());
    this.#position -= (4 - (count % 4)) % 4;
  }

  #string(): void {
    const start = this.#position;
    this.#uint32(0);
    for (let pieces = this.#random.below(5); pieces > 0; pieces--) {
      const piece = PIECES[this.#random.below(PIECES.length)] ?? Buffer.alloc(0);
      this.#room(piece.length);
      this.#bytes.set(piece, this.#position);
      this.#position += piece.length;
    }
    this.#uint8(0);
    this.#bytes.writeInt32LE(this.#position - start - 4, start);
  }

  #binary(): void {
    const length = this.#random.below(20);
    const subtype = this.#random.pick([0, 0, 1, 2, 3, 4, 5, 9, 0x80, 0xff]);
    // MongoDB stores old binaries without their inner length, too.
    const hasInnerLength = subtype === 2 && this.#random.below(4) > 0;
    this.#uint32(hasInnerLength ? length + 4 : length);
    this.#uint8(subtype);
    if (hasInnerLength) this.#uint32(length);
    this.#randomBytes(length);
  }

  #date(): void {
    if (this.#random.below(4) === 0) {
      this.#int64();
      return;
    }
    // Within 300 years before and after 1970, half of them whole seconds; and the borders of the years with an ISO form.
    const seconds = (this.#random.uint32() - 0x8000_0000) * 4;
    const milliseconds = BigInt(seconds) * 1000n + BigInt(this.#random.below(2) * this.#random.below(1000));
    const border = this.#random.pick([0n, -1n, 253_402_300_799_999n, 253_402_300_800_000n, 951_782_400_000n]);
    this.#room(8);
    this.#position = this.#bytes.writeBigInt64LE(this.#random.below(8) === 0 ? border : milliseconds, this.#position);
  }

  #codeWithScope(): void {
    const start = this.#position;
    this.#uint32(0);
    this.#string();
    this.#document(false);
    this.#bytes.writeInt32LE(this.#position - start, start);
  }

  #int64(): void {
    const value = (BigInt(this.#random.uint32()) << 32n) | BigInt(this.#random.uint32());
    this.#room(8);
    const shifted = BigInt.asIntN(64, value) >> BigInt(this.#random.below(64));
    this.#position = this.#bytes.writeBigInt64LE(shifted, this.#position);
  }

  #decimal128(): void {
    if (this.#random.below(2) === 0) {
      this.#randomBytes(16);
      return;
    }
    // Coefficients of all lengths with exponents near 0.
    const coefficient =
      ((BigInt(this.#random.uint32()) ** 4n) >> BigInt(this.#random.below(128))) & ((1n << 113n) - 1n);
    const exponent = BigInt(6176 + this.#random.below(60) - 45);
    const bits = (BigInt(this.#random.below(2)) << 127n) | (exponent << 113n) | coefficient;
    this.#room(16);
    this.#position = this.#bytes.writeBigUInt64LE(bits & 0xffff_ffff_ffff_ffffn, this.#position);
    this.#position = this.#bytes.writeBigUInt64LE(bits >> 64n, this.#position);
  }
}
