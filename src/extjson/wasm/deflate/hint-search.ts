// The search at a hint. It compares the text of an element with that of the elements that the hint names. If this paid
// with the template before, it also compares earlier elements whose values begin alike.

import { hintPrevious, hintSameValue } from '../hints';
import { NICE_LENGTH, insert, longestMatch, matchDistance, matchLength } from './hash-chains';
import { inputEnd, inputStart } from './input';
import { distancePrice, gainOf, literalsPrice } from './prices';
import { literalStart, recordMatch } from './sequences';
import { MAX_MATCH, WINDOW } from './symbols';
import { hasPaid } from './templates';

const SHORTEST: u32 = 4;
/** A match is compared no further than this at once, because the next hint continues it. */
const LONGEST: usize = 32768;
/** The number of bits that a search must save to be worth its time. */
const WORTHWHILE: i32 = 16;

/** The best match so far. `length` may be 0. */
let matchStart: usize = 0;
let length: u32 = 0;
let distance: usize = 0;

/**
 * Records the match at a hint.
 * @param from the first byte that is not compressed yet, before `valueStart`. @param position the address of the hint's
 * template.
 * @param valueStart the address of its value. @param withSearch whether to search beyond the hint.
 * @returns the first byte behind the match; `from` if there is no match.
 */
export function matchAtHint(
  hint: usize,
  from: usize,
  position: usize,
  valueStart: usize,
  slot: usize,
  withSearch: bool,
  depth: u32,
): usize {
  matchStart = from;
  length = 0;
  const limit = <u32>min<usize>(inputEnd - from - 1, LONGEST);
  const previous = hintPrevious(hint);
  if (isWithinReach(previous, position)) {
    distance = position - previous;
    // The byte between two elements may differ, as after the opening of a document.
    if (load<u8>(from) != load<u8>(from - distance)) matchStart++;
    length = matchLength(matchStart, matchStart - distance, limit);
    const sameValue = hintSameValue(hint);
    if (sameValue != previous && isWithinReach(sameValue, position)) {
      const sameValueLength = matchLength(matchStart, matchStart - (position - sameValue), limit);
      if (sameValueLength > length) {
        length = sameValueLength;
        distance = position - sameValue;
      }
    }
  }
  if (withSearch) searchAtValue(valueStart, slot, depth);
  if (length < SHORTEST) return from;
  extendBackwards();
  recordMatch(matchStart, length, <u32>distance);
  return matchStart + length;
}

@inline
function isWithinReach(earlier: usize, position: usize): bool {
  return earlier >= inputStart && earlier < position && position - earlier <= WINDOW;
}

/** Replaces the match by a match that reaches further into the value and saves more, if there is one. */
function searchAtValue(valueStart: usize, slot: usize, depth: u32): void {
  const candidate = insert(valueStart);
  const matchEnd = matchStart + length;
  const known = matchEnd > valueStart + SHORTEST ? <u32>(matchEnd - valueStart) : SHORTEST - 1;
  const longest = <u32>min<usize>(inputEnd - valueStart, MAX_MATCH);
  if (known >= min(NICE_LENGTH, longest)) return;
  const found = longestMatch(valueStart, candidate, longest, known, depth);
  let gain = 0;
  if (found > known) {
    let start = valueStart;
    while (start > matchStart && start - matchDistance > inputStart) {
      if (load<u8>(start - 1) != load<u8>(start - 1 - matchDistance)) break;
      start--;
    }
    if (length < SHORTEST) gain = gainOf(start, <u32>(valueStart - start) + found, matchDistance);
    else if (start == matchStart) {
      const more = literalsPrice(max(matchEnd, valueStart), valueStart + found);
      gain = more + distancePrice(<u32>distance) - distancePrice(matchDistance);
    }
    if (gain > 0) {
      matchStart = start;
      length = <u32>(valueStart - start) + found;
      distance = matchDistance;
    }
  }
  hasPaid(slot, gain >= WORTHWHILE);
}

function extendBackwards(): void {
  while (matchStart > literalStart && matchStart - distance > inputStart) {
    if (load<u8>(matchStart - 1) != load<u8>(matchStart - 1 - distance)) return;
    matchStart--;
    length++;
  }
}
