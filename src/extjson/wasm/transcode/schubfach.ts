// Finds the shortest decimal that reads back as the same double, and the closest of several: Raffaello Giulietti, "The
// Schubfach way to render doubles" (2020), https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f
// The short names are the paper's: a double is c 2^q, and the decimal has the exponent k.

const MIN_POWER: i32 = -292;
/** The upper 128 bits of each power of ten, rounded up: low word, high word. The host fills the table. */
const POWERS_OF_TEN = memory.data((324 + 292 + 1) * 16, 16);

/** The address at which the host stores the powers from 10^-292 to 10^324. */
export function powersOfTen(): usize {
  return POWERS_OF_TEN;
}

/** The decimal is `digits` times ten to this power. */
export let decimalExponent: i32 = 0;

/**
 * @param bits of a finite double above 0.
 * @returns the digits, which may end in zeros. `decimalExponent` holds the exponent.
 */
export function shortestDecimal(bits: u64): u64 {
  const biasedExponent = <i32>(bits >> 52);
  const fraction = bits & 0xfffffffffffff;
  const c = biasedExponent ? fraction | 0x10000000000000 : fraction;
  const q = biasedExponent ? biasedExponent - 1075 : -1074;
  const isOdd = c & 1;
  // Below a power of two, doubles are twice as close as above it.
  const isLowerCloser = fraction == 0 && biasedExponent > 1;

  // floor(q log10 2), or floor(log10(3/4 2^q)), and floor(log2 10^-k), by multiplication with fixed-point logarithms.
  const k = (q * 1262611 - (isLowerCloser ? 524031 : 0)) >> 22;
  const h = <u64>(q + ((-k * 1741647) >> 19) + 1);
  const power = POWERS_OF_TEN + (<usize>(-k - MIN_POWER) << 4);
  const powerLow = load<u64>(power);
  const powerHigh = load<u64>(power, 8);

  // Four times the double, and the bounds of the interval that rounds to it, in units of 10^k. Each is the upper word
  // of a product with the power, which has three words. The products of the bounds differ from the middle product by a
  // few times the power.
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
    // One digit less is enough if exactly one of the neighbours is inside.
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
  // Both are inside, so the closer one is taken, or the even one if both are equally close.
  const half = below + 2;
  return s + (middle > half || (middle == half && (s & 1) != 0) ? 1 : 0);
}

/** The upper word of a product. Its lowest bit is set if the discarded word exceeds the error of the power. */
@inline
function roundToOdd(upper: u64, below: u64): u64 {
  return upper | <u64>(below > 1);
}

/** The upper 64 bits of a product. */
@inline
export function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const lowHigh = aLow * bHigh;
  const middle = ((aLow * bLow) >> 32) + (lowHigh & 0xffffffff) + aHigh * bLow;
  return aHigh * bHigh + (lowHigh >> 32) + (middle >> 32);
}
