/** Bias of the exponent (IEEE 754-2008, table 3.6, for the integer form of the significand). */
const EXPONENT_BIAS = 6176;
const MAX_COEFFICIENT = 10n ** 34n - 1n;
/** A number whose first digit has a smaller exponent is written with an exponent. */
const SMALLEST_PLAIN_EXPONENT = -6;

/**
 * Formats a decimal128 value in binary integer decimal encoding, without rounding, as in
 * https://github.com/mongodb/specifications/blob/master/source/bson-decimal128/decimal128.md
 * @param low the lower 64 bits
 * @param high the upper 64 bits
 */
export function formatDecimal128(low: bigint, high: bigint): string {
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination === 0x1f) return 'NaN';
  if (combination === 0x1e) return negative ? '-Infinity' : 'Infinity';
  // If both upper bits are set, the significand has more digits than the format allows and stands for 0.
  const oversized = combination >> 3 === 3;
  const biasedExponent = Number((high >> (oversized ? 47n : 49n)) & 0x3fffn);
  const coefficient = oversized ? 0n : ((high & 0x1_ffff_ffff_ffffn) << 64n) | low;
  const digits = (coefficient > MAX_COEFFICIENT ? 0n : coefficient).toString();
  return (negative ? '-' : '') + placePoint(digits, biasedExponent - EXPONENT_BIAS);
}

function placePoint(digits: string, exponent: number): string {
  const firstDigitExponent = exponent + digits.length - 1;
  if (exponent > 0 || firstDigitExponent < SMALLEST_PLAIN_EXPONENT) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits.charAt(0)}${fraction}E${firstDigitExponent < 0 ? '' : '+'}${firstDigitExponent}`;
  }
  if (exponent === 0) return digits;
  const whole = digits.length + exponent;
  return whole > 0 ? `${digits.slice(0, whole)}.${digits.slice(whole)}` : `0.${'0'.repeat(-whole)}${digits}`;
}
