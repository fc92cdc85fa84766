/** The polynomial of CRC-32 (RFC 1952, section 8). The lowest bit is the coefficient of x^31. */
const POLYNOMIAL = 0xedb88320;

/** The polynomial 1 in the same bit order: the highest bit is the coefficient of x^0. */
const ONE = 0x80000000;

/** The product of two polynomials over GF(2), modulo the CRC's polynomial. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= b;
    b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product >>> 0;
}

/** x^(8 · 2^n) modulo the CRC's polynomial for n = 0, 1, …. Appending 2^n zero bytes multiplies a CRC by it. */
const ZERO_BYTES: readonly number[] = (() => {
  const powers: number[] = [];
  let power = ONE >>> 8;
  for (let n = 0; n < 53; n++) {
    powers.push(power);
    power = multiply(power, power);
  }
  return powers;
})();

/**
 * Computes the CRC-32 of two concatenated runs of bytes from the CRC-32 of each. Appending the second run multiplies
 * the first remainder by a power of x in GF(2)[x] modulo the polynomial. Repeated squaring gives the power, so the cost
 * grows with the logarithm of the length. The idea is Mark Adler's crc32_combine in zlib
 * (https://github.com/madler/zlib/blob/master/crc32.c).
 * @param secondBytes length of the second run, a whole number from 0 to 2^53 - 1.
 */
export function crc32Combine(first: number, second: number, secondBytes: number): number {
  let moved = first;
  let rest = secondBytes;
  for (const power of ZERO_BYTES) {
    if (rest === 0) break;
    if (rest % 2 === 1) moved = multiply(power, moved);
    rest = Math.floor(rest / 2);
  }
  return (moved ^ second) >>> 0;
}
