/**
 * The polynomial of ECMA-182, x^64 + x^62 + …, with its bits reversed. High and low half are separate, because a number
 * has fewer than 64 exact bits.
 */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

const SLICES = 8;
/** For each of the eight bytes of a step, the contribution of each of its values, in halves. */
const HIGH = new Uint32Array(SLICES * 256);
const LOW = new Uint32Array(SLICES * 256);

for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) === 1;
    low = ((low >>> 1) | (high << 31)) >>> 0;
    high >>>= 1;
    if (isOdd) {
      high = (high ^ POLYNOMIAL_HIGH) >>> 0;
      low = (low ^ POLYNOMIAL_LOW) >>> 0;
    }
  }
  HIGH[byte] = high;
  LOW[byte] = low;
}
for (let at = 256; at < SLICES * 256; at++) {
  const high = HIGH[at - 256] ?? 0;
  const low = LOW[at - 256] ?? 0;
  HIGH[at] = (high >>> 8) ^ (HIGH[low & 0xff] ?? 0);
  LOW[at] = ((low >>> 8) | (high << 24)) ^ (LOW[low & 0xff] ?? 0);
}

/**
 * CRC-64 with the polynomial of ECMA-182, reflected. Go's hash/crc64 computes it, and xz specifies it. Its value for
 * the nine bytes `123456789` is 0x995dc9bbdf1939fa.
 */
export class Crc64 {
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      low ^=
        (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
      high ^=
        (bytes[at + 4] ?? 0) |
        ((bytes[at + 5] ?? 0) << 8) |
        ((bytes[at + 6] ?? 0) << 16) |
        ((bytes[at + 7] ?? 0) << 24);
      const a = 1792 + (low & 0xff);
      const b = 1536 + ((low >>> 8) & 0xff);
      const c = 1280 + ((low >>> 16) & 0xff);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 0xff);
      const f = 512 + ((high >>> 8) & 0xff);
      const g = 256 + ((high >>> 16) & 0xff);
      const h = high >>> 24;
      low =
        (LOW[a] ?? 0) ^
        (LOW[b] ?? 0) ^
        (LOW[c] ?? 0) ^
        (LOW[d] ?? 0) ^
        (LOW[e] ?? 0) ^
        (LOW[f] ?? 0) ^
        (LOW[g] ?? 0) ^
        (LOW[h] ?? 0);
      high =
        (HIGH[a] ?? 0) ^
        (HIGH[b] ?? 0) ^
        (HIGH[c] ?? 0) ^
        (HIGH[d] ?? 0) ^
        (HIGH[e] ?? 0) ^
        (HIGH[f] ?? 0) ^
        (HIGH[g] ?? 0) ^
        (HIGH[h] ?? 0);
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ (bytes[at] ?? 0)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0);
      high = (high >>> 8) ^ (HIGH[index] ?? 0);
    }
    this.#high = high;
    this.#low = low;
  }

  /** The checksum of all bytes so far, as the signed number that BSON has for it. */
  get value(): bigint {
    const high = BigInt(~this.#high >>> 0);
    const low = BigInt(~this.#low >>> 0);
    return BigInt.asIntN(64, (high << 32n) | low);
  }
}
