// The costs of symbols in bits. They come from the codes of the last block, because the codes of the current block are
// known only at its end. They tell whether a short match saves bits against literals: it seldom does among digits, and
// it does in prose.

import { DISTANCE_CODE, LITERAL_LENGTH_CODE } from './block-writer';
import { codeLength } from './huffman';
import {
  DISTANCE_SYMBOLS,
  FIRST_LENGTH_SYMBOL,
  LITERAL_LENGTH_SYMBOLS,
  distanceExtraBits,
  distanceSymbol,
  lengthExtraBits,
  lengthSlot,
} from './symbols';

/** The price of a symbol that the last block did not use. */
const UNUSED_PRICE: u32 = 13;
/** The price of a literal before the first block has ended. */
const FIRST_LITERAL_PRICE: u8 = 6;
const FIRST_LENGTH_PRICE: u32 = 7;
const FIRST_DISTANCE_PRICE: u32 = 5;
/** A match of this length always saves bits. */
const CLEARLY_LONG: u32 = 12;
const CLEAR_GAIN: i32 = 64;

/** Bits for each symbol, with its extra bits, as u8. */
const LITERAL_LENGTH_PRICES = memory.data(288, 16);
const DISTANCE_PRICES = memory.data(32, 16);

export function resetPrices(): void {
  memory.fill(LITERAL_LENGTH_PRICES, FIRST_LITERAL_PRICE, FIRST_LENGTH_SYMBOL);
  for (let symbol = FIRST_LENGTH_SYMBOL; symbol < LITERAL_LENGTH_SYMBOLS; symbol++) {
    const price = FIRST_LENGTH_PRICE + lengthExtraBits(symbol - FIRST_LENGTH_SYMBOL);
    store<u8>(LITERAL_LENGTH_PRICES + symbol, <u8>price);
  }
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++) {
    store<u8>(DISTANCE_PRICES + symbol, <u8>(FIRST_DISTANCE_PRICE + distanceExtraBits(symbol)));
  }
}

/** Takes over the prices of the block that was measured last. */
export function updatePrices(): void {
  for (let symbol: u32 = 0; symbol < LITERAL_LENGTH_SYMBOLS; symbol++) {
    const extra = symbol < FIRST_LENGTH_SYMBOL ? 0 : lengthExtraBits(symbol - FIRST_LENGTH_SYMBOL);
    store<u8>(LITERAL_LENGTH_PRICES + symbol, <u8>(priceOf(codeLength(LITERAL_LENGTH_CODE, symbol)) + extra));
  }
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++) {
    const price = priceOf(codeLength(DISTANCE_CODE, symbol)) + distanceExtraBits(symbol);
    store<u8>(DISTANCE_PRICES + symbol, <u8>price);
  }
}

@inline
function priceOf(length: u32): u32 {
  return length ? length : UNUSED_PRICE;
}

@inline
export function literalsPrice(from: usize, to: usize): i32 {
  let price: u32 = 0;
  for (; from < to; from++) price += load<u8>(LITERAL_LENGTH_PRICES + <usize>load<u8>(from));
  return <i32>price;
}

@inline
export function distancePrice(distance: u32): i32 {
  return load<u8>(DISTANCE_PRICES + distanceSymbol(distance));
}

/** The number of bits that a match saves against literals, roughly. It is at most 0 if the match is not worth it. */
@inline
export function gainOf(position: usize, length: u32, distance: u32): i32 {
  if (length >= CLEARLY_LONG) return CLEAR_GAIN;
  const lengthPrice = <i32>load<u8>(LITERAL_LENGTH_PRICES + FIRST_LENGTH_SYMBOL + lengthSlot(length));
  return literalsPrice(position, position + length) - lengthPrice - distancePrice(distance);
}
