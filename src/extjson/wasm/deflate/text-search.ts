// The search in text without hints: LZ77 with hash chains and lazy matching (RFC 1951, section 4).

import { endBlockIfFull } from './blocks';
import { NICE_LENGTH, insert, longestMatch, matchDistance } from './hash-chains';
import { inputEnd, inputStart, searchEnd } from './input';
import { gainOf } from './prices';
import { literalStart, recordMatch } from './sequences';
import { MAX_MATCH } from './symbols';
import { afterMatch, afterMiss, keepMisses, missesOf, stepAfter } from './templates';

/** The shortest useful match. Shorter ones nearly always cost more than they save. */
const SHORTEST: u32 = 4;
/** A match of this length makes a longer one at the next place unlikely. */
const GOOD_LENGTH: u32 = 8;
/**
 * A match that exceeds the value by fewer bytes is cut at the value's end, because the next element's hint has a
 * cheaper match for these bytes.
 */
const FAR_BEYOND: u32 = 12;

@inline
function longestAt(position: usize): u32 {
  return <u32>min<usize>(inputEnd - position, MAX_MATCH);
}

/**
 * Records the matches that begin between `from` and `to`. The last one may reach further.
 * @param slot of the template of this value. @param depth the number of places that a search compares.
 * @returns the first byte that is not compressed yet: `to` or later.
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
      // Lazy matching: a longer match that begins one byte later is preferred.
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
      // A match that reaches beyond the value says little about the value.
      if (position <= to) misses = afterMatch(misses, gain);
      for (const inserted = min(position, limit); next < inserted; next++) insert(next);
    }
    endBlockIfFull(position);
  }
  keepMisses(slot, misses);
  return max(position, to);
}
