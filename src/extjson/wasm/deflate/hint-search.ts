// The search at a hint: the text of an element is compared with that of the elements that the hint names, and where that has
// paid with this template, with earlier elements whose values begin alike.

import { hintPrevious, hintSameValue } from '../hints';
import { NICE_LENGTH, insert, longestMatch, matchDistance, matchLength } from './hash-chains';
import { inputEnd, inputStart } from './input';
import { distancePrice, gainOf, literalsPrice } from './prices';
import { literalStart, recordMatch } from './sequences';
import { MAX_MATCH, WINDOW } from './symbols';
import { hasPaid } from './templates';

const SHORTEST: u32 = 4;
/** A match is compared no further than this in one go: the next hint goes on from there. */
const LONGEST: usize = 32768;
/** A search that saves so many bits was worth its time. */
const WORTHWHILE: i32 = 16;

/** Of the best match so far; `length` may be 0. */
let matchStart: usize = 0;
let length: u32 = 0;
let distance: usize = 0;

/**
 * Records the match that a hint leads to.
 * @param from the first byte that is not dealt with, before `valueStart`. @param position of the hint's template.
 * @param valueStart where its value begins. @param withSearch whether to look further than the hint.
 * @returns the first byte behind the match; `from` where there is none.
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

/** Replaces the match by one that reaches further into the value, if there is one that saves more. */
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
