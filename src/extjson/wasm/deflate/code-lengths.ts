// The description of a block's two codes: their lengths, run-length coded and then Huffman coded (RFC 1951, section
// 3.2.7).

import { buildCode, codeLength } from './huffman';
import { flushBits, putBits } from './bit-writer';
import { DISTANCE_SYMBOLS, FIRST_LENGTH_SYMBOL, LITERAL_LENGTH_SYMBOLS } from './symbols';

const REPEAT_PREVIOUS: u32 = 16; // 3..6 times, 2 extra bits
const REPEAT_ZERO: u32 = 17; // 3..10 times, 3 extra bits
const REPEAT_ZERO_LONG: u32 = 18; // 11..138 times, 7 extra bits
const CODE_LENGTH_SYMBOLS: u32 = 19;
const MAX_CODE_LENGTH: u32 = 7;

/** The order in which the lengths of code lengths are sent. The last ones are most often 0 and need not be sent. */
const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** The lengths of both codes, one after the other. */
const LENGTHS = memory.data(320, 16);
/** Symbol | extra << 8, as u16. */
const RUNS = memory.data(320 * 2, 16);
const FREQUENCIES = memory.data(19 * 4, 16);
const CODE = memory.data(19 * 4, 16);

let runs: usize = 0;
let literalLengths: u32 = 0;
let distances: u32 = 0;
let sentLengths: u32 = 0;

@inline
function extraBits(symbol: u32): u32 {
  return symbol == REPEAT_PREVIOUS ? 2 : symbol == REPEAT_ZERO ? 3 : symbol == REPEAT_ZERO_LONG ? 7 : 0;
}

/** Prepares the description of two codes. @returns its size in bits, with the three bits of the block's header. */
export function describeCodes(literalLengthCode: usize, distanceCode: usize): u32 {
  literalLengths = withoutTrailingZeros(literalLengthCode, LITERAL_LENGTH_SYMBOLS, FIRST_LENGTH_SYMBOL);
  distances = withoutTrailingZeros(distanceCode, DISTANCE_SYMBOLS, 1);
  for (let i: u32 = 0; i < literalLengths; i++) store<u8>(LENGTHS + i, <u8>codeLength(literalLengthCode, i));
  for (let i: u32 = 0; i < distances; i++) store<u8>(LENGTHS + literalLengths + i, <u8>codeLength(distanceCode, i));
  findRuns(literalLengths + distances);
  buildCode(FREQUENCIES, CODE_LENGTH_SYMBOLS, MAX_CODE_LENGTH, CODE);
  sentLengths = CODE_LENGTH_SYMBOLS;
  while (sentLengths > 4 && !codeLength(CODE, load<u8>(ORDER + sentLengths - 1))) sentLengths--;
  let bits = 3 + 5 + 5 + 4 + 3 * sentLengths;
  for (let symbol: u32 = 0; symbol < CODE_LENGTH_SYMBOLS; symbol++) {
    bits += load<u32>(FREQUENCIES + symbol * 4) * (codeLength(CODE, symbol) + extraBits(symbol));
  }
  return bits;
}

/** Writes the description that describeCodes prepared, without the three bits of the block's header. */
export function writeCodeDescription(): void {
  putBits(literalLengths - 257, 5);
  putBits(distances - 1, 5);
  putBits(sentLengths - 4, 4);
  flushBits();
  for (let i: u32 = 0; i < sentLengths; i++) {
    putBits(codeLength(CODE, load<u8>(ORDER + i)), 3);
    flushBits();
  }
  for (let i: usize = 0; i < runs; i++) {
    const run = <u32>load<u16>(RUNS + i * 2);
    const symbol = run & 255;
    putBits(load<u16>(CODE + symbol * 4), codeLength(CODE, symbol));
    putBits(run >> 8, extraBits(symbol));
    flushBits();
  }
}

function withoutTrailingZeros(code: usize, symbols: u32, least: u32): u32 {
  while (symbols > least && !codeLength(code, symbols - 1)) symbols--;
  return symbols;
}

function findRuns(lengths: u32): void {
  runs = 0;
  memory.fill(FREQUENCIES, 0, CODE_LENGTH_SYMBOLS * 4);
  for (let i: u32 = 0; i < lengths; ) {
    const length = <u32>load<u8>(LENGTHS + i);
    const start = i++;
    while (i < lengths && load<u8>(LENGTHS + i) == length) i++;
    let rest = i - start;
    if (length) {
      addRun(length, 0);
      for (rest--; rest >= 3; ) rest -= addRepeats(REPEAT_PREVIOUS, 3, min<u32>(rest, 6));
    } else {
      while (rest >= 11) rest -= addRepeats(REPEAT_ZERO_LONG, 11, min<u32>(rest, 138));
      if (rest >= 3) rest -= addRepeats(REPEAT_ZERO, 3, rest);
    }
    for (; rest > 0; rest--) addRun(length, 0);
  }
}

function addRepeats(symbol: u32, least: u32, times: u32): u32 {
  addRun(symbol, times - least);
  return times;
}

function addRun(symbol: u32, extra: u32): void {
  store<u16>(RUNS + runs++ * 2, <u16>(symbol | (extra << 8)));
  const frequency = FREQUENCIES + symbol * 4;
  store<u32>(frequency, load<u32>(frequency) + 1);
}
