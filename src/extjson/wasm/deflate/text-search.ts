// The search in text, where no hint says what to look for: LZ77 with hash chains and lazy matching (RFC 1951, section 4).

import { endBlockIfFull } from './blocks';
import { NICE_LENGTH, insert, longestMatch, matchDistance } from './hash-chains';
import { inputEnd, inputStart, searchEnd } from './input';
import { gainOf } from './prices';
import { literalStart, recordMatch } from './sequences';
import { MAX_MATCH } from './symbols';
import { afterMatch, afterMiss, keepMisses, missesOf, stepAfter } from './templates';

/** Shorter ones cost more than they save, nearly always. */
const SHORTEST: u32 = 4;
/** A match of this length makes a longer one at the next place unlikely. */
const GOOD_LENGTH: u32 = 8;
/** A match that leaves the value by fewer bytes ends with it: the next element's hint has a match for those, from a cheaper place. */
const FAR_BEYOND: u32 = 12;

@inline
function longestAt(position: usize): u32 {
  return <u32>min<usize>(inputEnd - position, MAX_MATCH);
}

/**
 * Records the matches that begin from `from` to `to`; the last may reach further.
 * @param slot of the template whose value this is. @param depth how many places to compare per search.
 * @returns the first byte that is not dealt with yet: `to` or later.
 */
export function searchText(from: usize, to: usize, slot: usize, depth: u32): usize {
  const limit = min(to, searchEnd);
  let misses = missesOf(slot);
  let position = from;
  while (position < limit) {
    let length = longestMatch(position, insert(position), longestAt(position), SHORTEST - 1, depth);
    let distance = matchDistance;
    const inside = <u32>(to - position);
    if (length > inside && length < inside + FAR_BEYOND) length = inside;
    const gain = length >= SHORTEST ? gainOf(position, length, distance) : 0;
    if (gain <= 0) {
      position = min(position + stepAfter(misses), limit);
      misses = afterMiss(misses);
    } else {
      // Lazy matching: a longer match that begins a byte later is better.
      let next = position + 1;
      while (length < NICE_LENGTH && next < limit && length < longestAt(next)) {
        const laterDepth = length < GOOD_LENGTH ? depth >> 1 : depth >> 2;
        const later = longestMatch(next, insert(next), longestAt(next), length, laterDepth);
        next++;
        if (later <= length) break;
        position = next - 1;
        length = later;
        distance = matchDistance;
      }
      while (position > literalStart && position - distance > inputStart) {
        if (load<u8>(position - 1) != load<u8>(position - 1 - distance)) break;
        position--;
        length++;
      }
      recordMatch(position, length, distance);
      position += length;
      // A match that reaches beyond the value says little of the value.
      if (position <= to) misses = afterMatch(misses, gain);
      for (const inserted = min(position, limit); next < inserted; next++) insert(next);
    }
    endBlockIfFull(position);
  }
  keepMisses(slot, misses);
  return max(position, to);
}
