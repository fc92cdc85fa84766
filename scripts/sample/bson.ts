/**
 * BSON written byte by byte (https://bsonspec.org/spec.html), for the types that libraries no longer write: undefined,
 * DBPointer, symbol, code with scope, the old binary subtypes.
 */

/** One element: its type byte and its value's bytes. */
export interface BsonValue {
  readonly type: number;
  readonly bytes: Buffer;
}

export const value = (type: number, ...parts: readonly Uint8Array[]): BsonValue => ({
  type,
  bytes: Buffer.concat(parts),
});

export function int32Bytes(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(number);
  return bytes;
}

export function int64Bytes(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(number);
  return bytes;
}

export function doubleBytes(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(number);
  return bytes;
}

const cstring = (text: string): Buffer => Buffer.from(`${text}\0`);

export function stringBytes(text: string): Buffer {
  const body = cstring(text);
  return Buffer.concat([int32Bytes(body.length), body]);
}

/** A name and its value. Not a record: JavaScript would put integer-like names first. */
export type BsonElement = readonly [name: string, value: BsonValue];

/** A whole document of the elements, in their order. */
export function documentBytes(elements: readonly BsonElement[]): Buffer {
  const body = Buffer.concat(
    elements.map(([name, element]) => Buffer.concat([Buffer.from([element.type]), cstring(name), element.bytes])),
  );
  return Buffer.concat([int32Bytes(4 + body.length + 1), body, Buffer.from([0])]);
}

export const double = (number: number): BsonValue => value(0x01, doubleBytes(number));
export const string = (text: string): BsonValue => value(0x02, stringBytes(text));
export const document = (...elements: readonly BsonElement[]): BsonValue => value(0x03, documentBytes(elements));
export const array = (...items: readonly BsonValue[]): BsonValue =>
  value(0x04, documentBytes(items.map((item, index) => [String(index), item])));
export const binary = (subtype: number, body: Uint8Array): BsonValue =>
  value(0x05, int32Bytes(body.length), Buffer.from([subtype]), body);
export const undefinedValue: BsonValue = value(0x06);
export const objectId = (hex: string): BsonValue => value(0x07, Buffer.from(hex, 'hex'));
export const boolean = (truth: boolean): BsonValue => value(0x08, Buffer.from([truth ? 1 : 0]));
export const datetime = (ms: bigint): BsonValue => value(0x09, int64Bytes(ms));
export const nullValue: BsonValue = value(0x0a);
export const regex = (pattern: string, options: string): BsonValue => value(0x0b, cstring(pattern), cstring(options));
export const dbPointer = (namespace: string, hex: string): BsonValue =>
  value(0x0c, stringBytes(namespace), Buffer.from(hex, 'hex'));
export const code = (source: string): BsonValue => value(0x0d, stringBytes(source));
export const symbol = (text: string): BsonValue => value(0x0e, stringBytes(text));
export function codeWithScope(source: string, ...scope: readonly BsonElement[]): BsonValue {
  const body = Buffer.concat([stringBytes(source), documentBytes(scope)]);
  return value(0x0f, int32Bytes(4 + body.length), body);
}
export const int32 = (number: number): BsonValue => value(0x10, int32Bytes(number));
export function timestamp(seconds: number, increment: number): BsonValue {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(increment, 0);
  bytes.writeUInt32LE(seconds, 4);
  return value(0x11, bytes);
}
export const int64 = (number: bigint): BsonValue => value(0x12, int64Bytes(number));
export const decimal128 = (bytes: Uint8Array): BsonValue => value(0x13, bytes);
export const minKey: BsonValue = value(0xff);
export const maxKey: BsonValue = value(0x7f);
