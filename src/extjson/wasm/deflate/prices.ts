// What symbols cost, in bits: taken from the codes of the last block, since the codes of the block at hand are not known before
// its end. They tell whether a short match is worth more than its bytes as literals: in digits it seldom is, in prose it is.

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

/** For a symbol that the last block did not use. */
const UNUSED_PRICE: u32 = 13;
/** Before there is a last block. */
const FIRST_LITERAL_PRICE: u8 = 6;
const FIRST_LENGTH_PRICE: u32 = 7;
const FIRST_DISTANCE_PRICE: u32 = 5;
/** A match of this length is always worth it. */
const CLEARLY_LONG: u32 = 12;
const CLEAR_GAIN: i32 = 64;

/** Bits per symbol as u8, extra bits included. */
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

/** Takes over the prices of the last block that was measured. */
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

/** How many bits a match saves against literals, roughly; not worth it where that is not above 0. */
@inline
export function gainOf(position: usize, length: u32, distance: u32): i32 {
  if (length >= CLEARLY_LONG) return CLEAR_GAIN;
  const lengthPrice = <i32>load<u8>(LITERAL_LENGTH_PRICES + FIRST_LENGTH_SYMBOL + lengthSlot(length));
  return literalsPrice(position, position + length) - lengthPrice - distancePrice(distance);
}
