/** Bytes in pieces, cut anywhere. A piece is valid until the next one is requested. */
export type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;

/** Reads any number of bytes from pieces, however they are cut. */
export class PieceReader {
  readonly #pieces: Pieces;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  #position = 0;

  constructor(pieces: Pieces) {
    this.#pieces = pieces;
  }

  /** The number of bytes skipped so far. */
  get position(): number {
    return this.#position;
  }

  /** The bytes that were read but not skipped. They are valid until the next `fill`. */
  get rest(): Uint8Array<ArrayBuffer> {
    return this.#rest;
  }

  /** @param bytes at most the length of `rest`. */
  skip(bytes: number): void {
    this.#rest = this.#rest.subarray(bytes);
    this.#position += bytes;
  }

  /** Reads until `rest` has this many bytes. @returns false if the input ended before. */
  async fill(bytes: number): Promise<boolean> {
    if (this.#rest.byteLength >= bytes) return true;
    const parts: Uint8Array[] = [];
    let filled = this.#rest.byteLength;
    if (filled > 0) parts.push(this.#rest.slice());
    while (filled < bytes) {
      const next = await this.#pieces.next();
      if (next.done === true) break;
      const { value } = next;
      filled += value.byteLength;
      if (parts.length === 0 && filled >= bytes) {
        this.#rest = value;
        return true;
      }
      if (value.byteLength > 0) parts.push(value.slice());
    }
    this.#rest = concatenate(parts, filled);
    return filled >= bytes;
  }

  /** Yields all bytes that were not skipped, up to the end. */
  async *all(): Pieces {
    while (await this.fill(1)) {
      const { rest } = this;
      this.skip(rest.byteLength);
      yield rest;
    }
  }

  /** Closes the input. */
  async close(): Promise<void> {
    await this.#pieces.return();
  }
}

function concatenate(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
