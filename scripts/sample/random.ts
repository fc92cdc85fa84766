/** The same numbers on every machine for one seed (mulberry32, a 32-bit generator in the public domain). */
export interface SeededRandom {
  /** Whole number from 0 up to, not including, `below`. */
  integer(below: number): number;
  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item;
}

export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    integer,
    pick(items) {
      const item = items[integer(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}

/** An ObjectId for a moment and a number: what a real one looks like, without its random part. */
export function objectIdHex(ms: number, serial: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds.toString(16).padStart(8, '0') + '5a3b1c9d7e' + serial.toString(16).padStart(6, '0');
}
