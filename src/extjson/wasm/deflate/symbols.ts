// The alphabet of DEFLATE (RFC 1951, section 3.2.5). A match's length and distance are symbols with extra bits.

export const END_OF_BLOCK: u32 = 256;
export const FIRST_LENGTH_SYMBOL: u32 = 257;
export const LITERAL_LENGTH_SYMBOLS: u32 = 286;
export const DISTANCE_SYMBOLS: u32 = 30;

export const MIN_MATCH: u32 = 3;
export const MAX_MATCH: u32 = 258;
/** The largest distance of a match. */
export const WINDOW: u32 = 32768;

const LENGTH_SYMBOLS: u32 = 29;
const LENGTH_EXTRA = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCE_EXTRA = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);

/** For each length (3..258), the number of its symbol after FIRST_LENGTH_SYMBOL. */
const LENGTH_SLOT = memory.data(259, 16);
/** The shortest length of each slot, as u16. */
const LENGTH_BASE = memory.data(29 * 2, 16);
/** For each distance - 1, its symbol: at the index itself below 256, at 256 + ((distance - 1) >> 7) above. */
const DISTANCE_SLOT = memory.data(512, 16);
/** The shortest distance of each symbol, as u16. */
const DISTANCE_BASE = memory.data(30 * 2, 16);

/** Prepares the tables. Call it once, before anything else here. */
export function prepareSymbols(): void {
  let length: u32 = MIN_MATCH;
  for (let slot: u32 = 0; slot < LENGTH_SYMBOLS; slot++) {
    // The longest match has the last symbol to itself, although the symbol before it could express the length, too.
    if (slot == LENGTH_SYMBOLS - 1) length = MAX_MATCH;
    store<u16>(LENGTH_BASE + slot * 2, <u16>length);
    const values: u32 = 1 << lengthExtraBits(slot);
    for (let i: u32 = 0; i < values && length + i <= MAX_MATCH; i++) store<u8>(LENGTH_SLOT + length + i, <u8>slot);
    length += values;
  }
  let distance: u32 = 1;
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++) {
    store<u16>(DISTANCE_BASE + symbol * 2, <u16>distance);
    const end = distance + (1 << distanceExtraBits(symbol));
    for (; distance < end; distance++) {
      const index = distance - 1 < 256 ? distance - 1 : 256 + ((distance - 1) >> 7);
      store<u8>(DISTANCE_SLOT + index, <u8>symbol);
    }
  }
}

@inline
export function lengthSlot(length: u32): u32 {
  return load<u8>(LENGTH_SLOT + length);
}

@inline
export function lengthBase(slot: u32): u32 {
  return load<u16>(LENGTH_BASE + slot * 2);
}

@inline
export function lengthExtraBits(slot: u32): u32 {
  return load<u8>(LENGTH_EXTRA + slot);
}

@inline
export function distanceSymbol(distance: u32): u32 {
  const index: usize = distance - 1;
  return load<u8>(DISTANCE_SLOT + (index < 256 ? index : 256 + (index >> 7)));
}

@inline
export function distanceBase(symbol: u32): u32 {
  return load<u16>(DISTANCE_BASE + symbol * 2);
}

@inline
export function distanceExtraBits(symbol: u32): u32 {
  return load<u8>(DISTANCE_EXTRA + symbol);
}
