const MIN_POWER = -292;
const MAX_POWER = 324;
const WORD_BITS = 64n;
const WORD = (1n << WORD_BITS) - 1n;

/**
 * The upper 128 bits of the powers of ten from 10^-292 to 10^324, as pairs of a low and a high word. Inexact powers are
 * rounded up. wasm/transcode/schubfach.ts writes doubles with them and names the paper.
 */
export function powersOfTen(): BigUint64Array {
  const words = new BigUint64Array((MAX_POWER - MIN_POWER + 1) * 2);
  for (let power = MIN_POWER; power <= MAX_POWER; power++) {
    const bits = upper128Bits(power);
    const index = (power - MIN_POWER) * 2;
    words[index] = bits & WORD;
    words[index + 1] = bits >> WORD_BITS;
  }
  return words;
}

/** ceil(10^power / 2^shift). The shift leaves exactly 128 bits. */
function upper128Bits(power: number): bigint {
  // floor(power log2 10), exact for all of these powers.
  const exponent = (power * 1741647) >> 19;
  const shift = BigInt(exponent - 127);
  const numerator = (power > 0 ? 10n ** BigInt(power) : 1n) << (shift < 0n ? -shift : 0n);
  const denominator = (power < 0 ? 10n ** BigInt(-power) : 1n) << (shift > 0n ? shift : 0n);
  return (numerator + denominator - 1n) / denominator;
}
