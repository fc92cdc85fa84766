import { ByteWriter } from '../byte-writer.ts';

/** Room for the parts of an element that have a fixed length: type, index of an item, value of fixed length. */
const ELEMENT_BYTES = 64;

/** Writes BSON. The methods that write numbers make room for them. */
export class BsonWriter extends ByteWriter {
  /** Writes the type of an element, which may be set later. @returns its place. */
  type(type: number): number {
    this.reserve(ELEMENT_BYTES);
    this.byte(type);
    return this.position - 1;
  }

  int32(value: number): void {
    this.reserve(4);
    this.position = this.bytes.writeInt32LE(value, this.position);
  }

  uint32(value: number): void {
    this.reserve(4);
    this.position = this.bytes.writeUInt32LE(value, this.position);
  }

  int64(value: bigint): void {
    this.reserve(8);
    this.position = this.bytes.writeBigInt64LE(value, this.position);
  }

  float64(value: number): void {
    this.reserve(8);
    this.position = this.bytes.writeDoubleLE(value, this.position);
  }

  /** Begins a value that starts with its length. @returns the place of the length, for `end`. */
  begin(): number {
    this.int32(0);
    return this.position - 4;
  }

  /** Ends the document or array that began at `start`. */
  endDocument(start: number): void {
    this.reserve(1);
    this.byte(0);
    this.bytes.writeInt32LE(this.position - start, start);
  }

  /** Ends the string that began at `start`. The length does not count itself. */
  endString(start: number): void {
    this.reserve(1);
    this.byte(0);
    this.bytes.writeInt32LE(this.position - start - 4, start);
  }

  /** Writes bytes and makes room for them. */
  data(data: Uint8Array): void {
    this.reserve(data.length);
    this.token(data);
  }
}
