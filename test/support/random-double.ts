import type { Random } from './random.ts';

const view = new DataView(new ArrayBuffer(8));
const SPECIAL = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  1,
  5e-324,
  Number.MAX_VALUE,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  1e21,
  1e-7,
  1e-6,
] as const;

/**
 * Doubles of all kinds: any bits, numbers as people write them, and neighbours of the numbers at which the form
 * changes.
 */
export function randomDouble(random: Random): number {
  switch (random.below(9)) {
    case 0:
      return random.pick<number>(SPECIAL);
    case 1:
      return (random.uint32() | 0) / random.pick<number>([1, 10, 100, 1000, 1e6]);
    case 2:
      return (random.uint32() / 0x1_0000_0000) * 10 ** (random.below(60) - 30);
    case 3:
      return neighbour(2 ** (random.below(2098) - 1074), random.below(5) - 2);
    case 4:
      return neighbour(10 ** (random.below(632) - 323), random.below(5) - 2);
    case 5:
      // Integers from 2^53 to 1e21 and a bit more.
      return (random.uint32() * 0x1_0000_0000 + random.uint32()) * 2 ** (random.below(17) - 5);
    case 6:
      // Subnormal numbers.
      return fromBits(random.uint32() >>> (12 + random.below(20)), random.uint32());
    default:
      return fromBits(random.uint32(), random.uint32());
  }
}

function fromBits(high: number, low: number): number {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

function neighbour(value: number, steps: number): number {
  view.setFloat64(0, value);
  view.setBigUint64(0, BigInt.asUintN(64, view.getBigUint64(0) + BigInt(steps)));
  return view.getFloat64(0);
}
