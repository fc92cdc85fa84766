import type { BsonWriter } from './bson-writer.ts';

/** Bias of the exponent (IEEE 754-2008, table 3.6, for the integer form of the significand). */
const EXPONENT_BIAS = 6176;
const MIN_EXPONENT = -6176;
const MAX_EXPONENT = 6111;
const MAX_DIGITS = 34;
/** A larger exponent is as good as this one, because texts have fewer digits. */
const HUGE_EXPONENT = 1e12;

const NUMBER = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;
const NAN = /^[+-]?nan$/i;
const POSITIVE_INFINITY = 0x1en << 58n;
const NOT_A_NUMBER = 0x1fn << 58n;
const SIGN = 1n << 63n;
const WORD = (1n << 64n) - 1n;

/**
 * Writes the decimal128 that the text of `$numberDecimal` shows, in binary integer decimal encoding, as in
 * https://github.com/mongodb/specifications/blob/master/source/bson-decimal128/decimal128.md
 * @returns `inexact` if the text shows a number that a decimal128 does not hold exactly, `malformed` if it shows none.
 */
export function writeDecimal128(text: string, writer: BsonWriter): 'written' | 'inexact' | 'malformed' {
  const bits = decimal128Of(text);
  if (typeof bits === 'string') return bits;
  writer.int64(BigInt.asIntN(64, bits & WORD));
  writer.int64(BigInt.asIntN(64, bits >> 64n));
  return 'written';
}

function decimal128Of(text: string): bigint | 'inexact' | 'malformed' {
  if (NAN.test(text)) return NOT_A_NUMBER << 64n;
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return (POSITIVE_INFINITY | (infinity[1] === '-' ? SIGN : 0n)) << 64n;
  const number = NUMBER.exec(text);
  if (number === null) return 'malformed';
  const [, sign, whole = '', behindWhole, bare = '', power = '0'] = number;
  const fraction = behindWhole ?? bare;
  const digits = (whole + fraction).replace(/^0+/, '');
  const exponent = clamp(Number(power), -HUGE_EXPONENT, HUGE_EXPONENT) - fraction.length;
  const fitted =
    digits === '' ? { digits: '0', exponent: clamp(exponent, MIN_EXPONENT, MAX_EXPONENT) } : fit(digits, exponent);
  if (fitted === undefined) return 'inexact';
  const high = (sign === '-' ? SIGN : 0n) | (BigInt(fitted.exponent + EXPONENT_BIAS) << 49n);
  return (high << 64n) | BigInt(fitted.digits);
}

/** Moves zeros between the digits and the exponent until both are in range. @returns undefined if that is impossible. */
function fit(digits: string, exponent: number): { readonly digits: string; readonly exponent: number } | undefined {
  const surplus = Math.max(digits.length - MAX_DIGITS, MIN_EXPONENT - exponent, 0);
  const padding = exponent - MAX_EXPONENT;
  if (padding > 0 && surplus === 0) {
    if (digits.length + padding > MAX_DIGITS) return undefined;
    return { digits: digits + '0'.repeat(padding), exponent: MAX_EXPONENT };
  }
  if (surplus >= digits.length || exponent + surplus > MAX_EXPONENT) return undefined;
  for (let i = digits.length - surplus; i < digits.length; i++) if (digits.charAt(i) !== '0') return undefined;
  return { digits: digits.slice(0, digits.length - surplus), exponent: exponent + surplus };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
