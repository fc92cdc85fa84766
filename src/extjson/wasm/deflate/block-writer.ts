// Writes a block in the shortest of DEFLATE's three forms (RFC 1951, section 3.2.3): stored, with the fixed codes, or
// with codes of its own.

import { alignToByte, bitBuffer, bitCount, flushBits, output, putBits, resumeBits } from './bit-writer';
import { describeCodes, writeCodeDescription } from './code-lengths';
import { assignCodes, buildCode, codeLength } from './huffman';
import {
  DISTANCE_FREQUENCIES,
  LITERAL_LENGTH_FREQUENCIES,
  SEQUENCES,
  blockStart,
  literalStart,
  recordEnd,
  sequencesEnd,
} from './sequences';
import {
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  LITERAL_LENGTH_SYMBOLS,
  MAX_MATCH,
  MIN_MATCH,
  distanceBase,
  distanceExtraBits,
  distanceSymbol,
  lengthBase,
  lengthExtraBits,
  lengthSlot,
} from './symbols';

const STORED: u64 = 0;
const FIXED: u64 = 1;
const DYNAMIC: u64 = 2;
const MAX_STORED_BYTES: usize = 65535;

/** One less than DEFLATE allows, because the bit buffer must hold four literals and the rest of a byte. */
const MAX_LITERAL_LENGTH_BITS: u32 = 14;
const MAX_DISTANCE_BITS: u32 = 15;

/** The codes of the block that was measured last. */
export const LITERAL_LENGTH_CODE = memory.data(288 * 4, 16);
export const DISTANCE_CODE = memory.data(32 * 4, 16);
const FIXED_LITERAL_LENGTH_CODE = memory.data(288 * 4, 16);
const FIXED_DISTANCE_CODE = memory.data(32 * 4, 16);
/** The code of each length of a match with its extra bits, and the number of these bits << 24. */
const WHOLE_LENGTH_CODE = memory.data(259 * 4, 16);

/** Prepares the fixed codes (RFC 1951, section 3.2.6). Call it once. */
export function prepareBlockWriter(): void {
  for (let symbol: u32 = 0; symbol < 288; symbol++) {
    const length: u16 = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    store<u16>(FIXED_LITERAL_LENGTH_CODE + symbol * 4, length, 2);
  }
  for (let symbol: u32 = 0; symbol < 32; symbol++) store<u16>(FIXED_DISTANCE_CODE + symbol * 4, 5, 2);
  assignCodes(FIXED_LITERAL_LENGTH_CODE, 288);
  assignCodes(FIXED_DISTANCE_CODE, 32);
}

/** Closes the block of the recorded sequences at `end`. @returns its size in bits with codes of its own. */
export function measureBlock(end: usize): u64 {
  recordEnd(end);
  buildCode(LITERAL_LENGTH_FREQUENCIES, LITERAL_LENGTH_SYMBOLS, MAX_LITERAL_LENGTH_BITS, LITERAL_LENGTH_CODE);
  buildCode(DISTANCE_FREQUENCIES, DISTANCE_SYMBOLS, MAX_DISTANCE_BITS, DISTANCE_CODE);
  return describeCodes(LITERAL_LENGTH_CODE, DISTANCE_CODE) + symbolBits(LITERAL_LENGTH_CODE, DISTANCE_CODE);
}

/** Writes the block of the recorded sequences, up to `end`. */
export function writeBlock(end: usize): void {
  const dynamicBits = measureBlock(end);
  const fixedBits = 3 + symbolBits(FIXED_LITERAL_LENGTH_CODE, FIXED_DISTANCE_CODE);
  if (storedBits(end - blockStart) <= min(dynamicBits, fixedBits)) {
    writeStored(blockStart, end);
  } else if (fixedBits <= dynamicBits) {
    putBits(FIXED << 1, 3);
    writeSymbols(FIXED_LITERAL_LENGTH_CODE, FIXED_DISTANCE_CODE);
  } else {
    putBits(DYNAMIC << 1, 3);
    writeCodeDescription();
    writeSymbols(LITERAL_LENGTH_CODE, DISTANCE_CODE);
  }
}

/** Ends the output at a byte boundary with an empty stored block, which zlib calls a sync flush. */
export function writeSyncFlush(): void {
  writeStoredPiece(blockStart, 0);
}

function symbolBits(literalLengthCode: usize, distanceCode: usize): u64 {
  let bits: u64 = 0;
  for (let symbol: u32 = 0; symbol < LITERAL_LENGTH_SYMBOLS; symbol++) {
    const extra = symbol < FIRST_LENGTH_SYMBOL ? 0 : lengthExtraBits(symbol - FIRST_LENGTH_SYMBOL);
    bits += <u64>load<u32>(LITERAL_LENGTH_FREQUENCIES + symbol * 4) * (codeLength(literalLengthCode, symbol) + extra);
  }
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++) {
    const length = codeLength(distanceCode, symbol) + distanceExtraBits(symbol);
    bits += <u64>load<u32>(DISTANCE_FREQUENCIES + symbol * 4) * length;
  }
  return bits;
}

/** The size of a stored block with the largest alignment. */
function storedBits(bytes: usize): u64 {
  const pieces = (bytes + MAX_STORED_BYTES - 1) / MAX_STORED_BYTES;
  return <u64>bytes * 8 + <u64>pieces * (3 + 7 + 32);
}

function writeStored(from: usize, to: usize): void {
  while (from < to) {
    const bytes = min(to - from, MAX_STORED_BYTES);
    writeStoredPiece(from, bytes);
    from += bytes;
  }
}

function writeStoredPiece(from: usize, bytes: usize): void {
  putBits(STORED << 1, 3);
  alignToByte();
  putBits(bytes | ((bytes ^ 0xffff) << 16), 32);
  flushBits();
  memory.copy(output, from, bytes);
  resumeBits(0, 0, output + bytes);
}

function writeSymbols(literalLengthCode: usize, distanceCode: usize): void {
  prepareLengthCodes(literalLengthCode);
  // The writer's state is in local variables because this is the inner loop of the output.
  let buffer = bitBuffer;
  let count = bitCount;
  let to = output;
  let from = blockStart;
  for (let sequence = SEQUENCES; sequence < sequencesEnd; sequence += 8) {
    const literalsEnd = from + load<u32>(sequence);
    for (; from + 4 <= literalsEnd; from += 4) {
      const literals = load<u32>(from);
      const a = load<u32>(literalLengthCode + (literals & 255) * 4);
      const b = load<u32>(literalLengthCode + ((literals >> 8) & 255) * 4);
      const c = load<u32>(literalLengthCode + ((literals >> 16) & 255) * 4);
      const d = load<u32>(literalLengthCode + (literals >> 24) * 4);
      buffer |= <u64>(a & 0xffff) << count;
      count += a >> 16;
      buffer |= <u64>(b & 0xffff) << count;
      count += b >> 16;
      buffer |= <u64>(c & 0xffff) << count;
      count += c >> 16;
      buffer |= <u64>(d & 0xffff) << count;
      count += d >> 16;
      store<u64>(to, buffer);
      to += <usize>(count >> 3);
      buffer >>= count & ~7;
      count &= 7;
    }
    for (; from < literalsEnd; from++) {
      const code = load<u32>(literalLengthCode + <usize>load<u8>(from) * 4);
      buffer |= <u64>(code & 0xffff) << count;
      count += code >> 16;
    }
    store<u64>(to, buffer);
    to += <usize>(count >> 3);
    buffer >>= count & ~7;
    count &= 7;
    const length = <u32>load<u16>(sequence, 4);
    if (length) {
      const lengthCode = load<u32>(WHOLE_LENGTH_CODE + length * 4);
      buffer |= <u64>(lengthCode & 0xffffff) << count;
      count += lengthCode >> 24;
      const distance = <u32>load<u16>(sequence, 6) + 1;
      const symbol = distanceSymbol(distance);
      const distanceEntry = load<u32>(distanceCode + symbol * 4);
      buffer |= <u64>(distanceEntry & 0xffff) << count;
      count += distanceEntry >> 16;
      buffer |= <u64>(distance - distanceBase(symbol)) << count;
      count += distanceExtraBits(symbol);
      store<u64>(to, buffer);
      to += <usize>(count >> 3);
      buffer >>= count & ~7;
      count &= 7;
      from += length;
    }
  }
  resumeBits(buffer, count, to);
  putBits(load<u16>(literalLengthCode + END_OF_BLOCK * 4), codeLength(literalLengthCode, END_OF_BLOCK));
  flushBits();
}

function prepareLengthCodes(literalLengthCode: usize): void {
  for (let length = MIN_MATCH; length <= MAX_MATCH; length++) {
    const slot = lengthSlot(length);
    const code = load<u32>(literalLengthCode + (FIRST_LENGTH_SYMBOL + slot) * 4);
    const bits = code >> 16;
    const extra = length - lengthBase(slot);
    const entry = (code & 0xffff) | (extra << bits) | ((bits + lengthExtraBits(slot)) << 24);
    store<u32>(WHOLE_LENGTH_CODE + length * 4, entry);
  }
}
