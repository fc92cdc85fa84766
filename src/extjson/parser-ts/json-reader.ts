import type { ExtendedJsonError } from '../extended-json-error.ts';
import { JSON_FAULT, jsonError, type JsonFault } from '../json-faults.ts';

export const LINE_FEED = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;

/** Reads the tokens of lines of JSON. The end of the text counts as a line feed. */
export class JsonReader {
  readonly bytes: Uint8Array;
  position = 0;
  /** The number of line feeds before the current line. */
  lines = 0;
  #lineStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byteAt(offset: number): number {
    return this.bytes[offset] ?? LINE_FEED;
  }

  /** Whether the token is at the position. */
  has(token: Uint8Array): boolean {
    return token.every((byte, i) => this.byteAt(this.position + i) === byte);
  }

  /** Moves behind the line feed at the position. */
  nextLine(): void {
    this.position++;
    this.lines++;
    this.#lineStart = this.position;
  }

  /** The error for a fault, or for a line that ends where more was expected. */
  fault(fault: JsonFault, offset: number): ExtendedJsonError {
    return jsonError(fault, this.lines + 1, offset - this.#lineStart + 1);
  }

  /** Skips white space. @returns the byte at the new position. */
  skipSpace(): number {
    let byte = this.byteAt(this.position);
    while (byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN) byte = this.byteAt(++this.position);
    return byte;
  }

  /** Skips white space. @returns the byte at the new position. @throws ExtendedJsonError if the line ends there. */
  nextByte(): number {
    const byte = this.skipSpace();
    if (byte === LINE_FEED) throw this.fault(JSON_FAULT.lineEnds, this.position);
    return byte;
  }

  /**
   * Moves behind the token that follows.
   * @throws ExtendedJsonError `fault` if another byte follows, and another error if the line ends there.
   */
  expect(token: number, fault: JsonFault): void {
    if (this.nextByte() !== token) throw this.fault(fault, this.position);
    this.position++;
  }
}
