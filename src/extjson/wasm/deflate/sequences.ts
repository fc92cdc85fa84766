// The findings of the search in the current block: sequences of a run of literals and the match that follows it, and
// the frequency of each symbol. The literals themselves stay in the JSON.

import {
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  LITERAL_LENGTH_SYMBOLS,
  MAX_MATCH,
  MIN_MATCH,
  distanceSymbol,
  lengthSlot,
} from './symbols';

const SEQUENCE_BYTES: usize = 8;
const CAPACITY: usize = 65536;
/** The largest number of sequences that one long match becomes. blockIsFull is checked only between matches. */
const SPARE: usize = 256;
/** A block holds hardly more literals, because its codes must fit its content even if hardly anything matches. */
const MAX_LITERALS: usize = 131072;

/** Records: number of literals u32, length of the match u16 (0 at the end of the block), distance - 1 u16. */
export const SEQUENCES = memory.data(65536 * 8, 16);
/** u32 for each symbol. */
export const LITERAL_LENGTH_FREQUENCIES = memory.data(288 * 4, 16);
export const DISTANCE_FREQUENCIES = memory.data(32 * 4, 16);

export let sequencesEnd: usize = SEQUENCES;
export let blockStart: usize = 0;
/** The first byte that no sequence holds yet. The bytes from here to the next match are literals. */
export let literalStart: usize = 0;

/** The number of literals in the sequences. */
let literals: usize = 0;

export function startBlock(position: usize): void {
  literals = 0;
  blockStart = position;
  literalStart = position;
  sequencesEnd = SEQUENCES;
  memory.fill(LITERAL_LENGTH_FREQUENCIES, 0, LITERAL_LENGTH_SYMBOLS * 4);
  memory.fill(DISTANCE_FREQUENCIES, 0, DISTANCE_SYMBOLS * 4);
}

@inline
export function blockIsFull(position: usize): bool {
  return (
    sequencesEnd >= SEQUENCES + (CAPACITY - SPARE) * SEQUENCE_BYTES || literals + position - literalStart >= MAX_LITERALS
  );
}

@inline
function count(frequencies: usize, symbol: u32): void {
  const frequency = frequencies + (<usize>symbol << 2);
  store<u32>(frequency, load<u32>(frequency) + 1);
}

@inline
function countLiterals(from: usize, to: usize): void {
  for (; from < to; from++) count(LITERAL_LENGTH_FREQUENCIES, load<u8>(from));
}

@inline
function append(run: usize, length: u32, distance: u32): void {
  store<u32>(sequencesEnd, <u32>run);
  store<u16>(sequencesEnd, <u16>length, 4);
  store<u16>(sequencesEnd, <u16>(distance - 1), 6);
  sequencesEnd += SEQUENCE_BYTES;
  count(LITERAL_LENGTH_FREQUENCIES, FIRST_LENGTH_SYMBOL + lengthSlot(length));
  count(DISTANCE_FREQUENCIES, distanceSymbol(distance));
}

/**
 * Records that the bytes from `position` equal those `distance` before. @param length at least MIN_MATCH, without a
 * maximum.
 */
export function recordMatch(position: usize, length: u32, distance: u32): void {
  countLiterals(literalStart, position);
  let run = position - literalStart;
  literals += run;
  literalStart = position + length;
  for (; length > MAX_MATCH; run = 0) {
    // The rest must be long enough for another match.
    const part = length - MAX_MATCH < MIN_MATCH ? length - MIN_MATCH : MAX_MATCH;
    append(run, part, distance);
    length -= part;
  }
  append(run, length, distance);
}

/** Ends the block at `position`. The rest before it becomes literals. */
export function recordEnd(position: usize): void {
  countLiterals(literalStart, position);
  store<u32>(sequencesEnd, <u32>(position - literalStart));
  store<u32>(sequencesEnd, 0, 4);
  sequencesEnd += SEQUENCE_BYTES;
  count(LITERAL_LENGTH_FREQUENCIES, END_OF_BLOCK);
}
