const FIRST_BYTES = 1 << 20;
/** A buffer that a huge document made larger than this is not kept for the next block. */
const KEPT_BYTES = 64 << 20;

/** Encodes a text once, because it is written often. */
export function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** A growing buffer of bytes. Writing checks no room, so `reserve` must come first. */
export class ByteWriter {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  position = 0;

  restart(): void {
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.position = 0;
  }

  /** Makes room for this number of bytes. */
  reserve(byteCount: number): void {
    const needed = this.position + byteCount;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
  }

  byte(value: number): void {
    this.bytes[this.position++] = value;
  }

  token(token: Uint8Array): void {
    this.bytes.set(token, this.position);
    this.position += token.length;
  }

  /** Writes text of ASCII characters that need no escaping. */
  text(text: string): void {
    this.position += this.bytes.write(text, this.position, 'latin1');
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.position);
  }
}
