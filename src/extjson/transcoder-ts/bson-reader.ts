import type { BsonError } from '../bson-error.ts';
import { bsonError, FAULT, type BsonFault } from '../bson-faults.ts';

/** Reads a block of BSON, and never past the end of the open document. */
export class BsonReader {
  readonly bytes: Uint8Array;
  position = 0;
  /** The expected place of the terminator of the open document. No value may reach it. */
  limit = 0;
  /** The number of the document within the block. */
  document = 0;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fault(fault: BsonFault, offset: number): BsonError {
    return bsonError(fault, offset, this.document);
  }

  /** @throws BsonError if the open document has fewer bytes left for a value. */
  need(byteCount: number): void {
    if (this.limit - this.position < byteCount) throw this.fault(FAULT.valueTruncated, this.position);
  }

  byteAt(offset: number): number {
    return this.#view.getUint8(offset);
  }

  int32At(offset: number): number {
    return this.#view.getInt32(offset, true);
  }

  uint32At(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  float64At(offset: number): number {
    return this.#view.getFloat64(offset, true);
  }

  uint64At(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }

  /**
   * Moves to the text of a string. Checks its length and its terminator.
   * @param limit the string, with its terminator, must end before.
   * @returns the offset of the terminator.
   */
  enterString(limit: number): number {
    this.need(4);
    const length = this.int32At(this.position);
    const start = this.position + 4;
    if (length < 1 || length > limit - start) throw this.fault(FAULT.stringLength, this.position);
    const end = start + length - 1;
    if (this.byteAt(end) !== 0) throw this.fault(FAULT.stringUnterminated, end);
    this.position = start;
    return end;
  }

  /**
   * Finds the end of a text without a length, such as a key.
   * @returns the offset of the terminator.
   * @throws BsonError `fault` at `faultOffset` if the text does not end within the document.
   */
  findTerminator(start: number, fault: BsonFault, faultOffset: number): number {
    let end = start;
    while (end < this.limit && this.byteAt(end) !== 0) end++;
    if (end >= this.limit) throw this.fault(fault, faultOffset);
    return end;
  }
}
