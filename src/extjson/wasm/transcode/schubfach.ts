// The shortest decimal that reads back as the same double, and of these the closest:
// Raffaello Giulietti, "The Schubfach way to render doubles" (2020), https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f
// The names are the paper's where it has short ones: a double is c 2^q, and the decimal that is looked for has the exponent k.

const MIN_POWER: i32 = -292;
/** For each power of ten its upper 128 bits, rounded up: low word, high word. The host fills it. */
const POWERS_OF_TEN = memory.data((324 + 292 + 1) * 16, 16);

/** Where the host puts the powers from 10^-292 to 10^324. */
export function powersOfTen(): usize {
  return POWERS_OF_TEN;
}

/** The decimal that was found is `digits` times ten to this power. */
export let decimalExponent: i32 = 0;

/**
 * @param bits of a finite double above 0.
 * @returns the digits; they may end in zeros. The exponent is in `decimalExponent`.
 */
export function shortestDecimal(bits: u64): u64 {
  const biasedExponent = <i32>(bits >> 52);
  const fraction = bits & 0xfffffffffffff;
  const c = biasedExponent ? fraction | 0x10000000000000 : fraction;
  const q = biasedExponent ? biasedExponent - 1075 : -1074;
  const isOdd = c & 1;
  // Below a power of two the doubles are twice as close as above.
  const isLowerCloser = fraction == 0 && biasedExponent > 1;

  // floor(q log10 2), or floor(log10(3/4 2^q)), and floor(log2 10^-k), by multiplication with fixed-point logarithms.
  const k = (q * 1262611 - (isLowerCloser ? 524031 : 0)) >> 22;
  const h = <u64>(q + ((-k * 1741647) >> 19) + 1);
  const power = POWERS_OF_TEN + (<usize>(-k - MIN_POWER) << 4);
  const powerLow = load<u64>(power);
  const powerHigh = load<u64>(power, 8);

  // Four times the double and the borders of the interval that rounds to it, in units of 10^k. All three are the upper word of a
  // product with the power, of three words; the borders' products are a few times the power away from the middle's.
  const value = c << (2 + h);
  const product0 = powerLow * value;
  const carried = multiplyHigh(powerLow, value);
  const product1 = powerHigh * value + carried;
  const product2 = multiplyHigh(powerHigh, value) + <u64>(product1 < carried);
  const middle = roundToOdd(product2, product1);

  const twice = h + 1;
  const above0 = product0 + (powerLow << twice);
  const carry0 = <u64>(above0 < product0);
  const above1 = product1 + ((powerHigh << twice) | (powerLow >> (64 - twice)));
  const carry1 = <u64>(above1 < product1) + <u64>(above1 + carry0 < above1);
  const upper = roundToOdd(product2 + (powerHigh >> (64 - twice)) + carry1, above1 + carry0) - isOdd;

  const down = isLowerCloser ? h : twice;
  const borrow0 = <u64>(product0 < powerLow << down);
  const step1 = (powerHigh << down) | (powerLow >> (64 - down));
  const below1 = product1 - step1;
  const borrow1 = <u64>(product1 < step1) + <u64>(below1 < borrow0);
  const lower = roundToOdd(product2 - (powerHigh >> (64 - down)) - borrow1, below1 - borrow0) + isOdd;

  const s = middle >> 2;
  if (s >= 10) {
    // One digit less, if exactly one of the neighbours is inside.
    const tenth = s / 10;
    const below = tenth * 40;
    const isBelowInside = lower <= below;
    const isAboveInside = below + 40 <= upper;
    if (isBelowInside != isAboveInside) {
      decimalExponent = k + 1;
      return tenth + (isAboveInside ? 1 : 0);
    }
  }
  decimalExponent = k;
  const below = s << 2;
  const isBelowInside = lower <= below;
  const isAboveInside = below + 4 <= upper;
  if (isBelowInside != isAboveInside) return s + (isAboveInside ? 1 : 0);
  // Both are inside: the closer one, and of two as close the even one.
  const half = below + 2;
  return s + (middle > half || (middle == half && (s & 1) != 0) ? 1 : 0);
}

/** The upper word of a product, its lowest bit set if more than the error of the power is cut off with the word below. */
@inline
function roundToOdd(upper: u64, below: u64): u64 {
  return upper | <u64>(below > 1);
}

/** The upper 64 bits of a product. */
@inline
function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const lowHigh = aLow * bHigh;
  const middle = ((aLow * bLow) >> 32) + (lowHigh & 0xffffffff) + aHigh * bLow;
  return aHigh * bHigh + (lowHigh >> 32) + (middle >> 32);
}
