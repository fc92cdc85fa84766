// Finds earlier places with the same four bytes: hash chains as in Deutsch's and Gailly's deflate (RFC 1951, section
// 4). A table holds the last place of each hash. Each place holds the distance to the place before it.

import { inputStart, searchEnd } from './input';
import { WINDOW } from './symbols';

const HASH_BITS: u32 = 15;
/** Addresses as u32, 0 for none. */
const HEADS = memory.data(4 << 15, 16);
/** The distance to the place before, as u16, by address modulo WINDOW. A distance above WINDOW means none. */
const LINKS = memory.data(2 << 15, 16);
const NO_LINK: usize = 0xffff;

/** A match of this length is good enough to stop. */
export const NICE_LENGTH: u32 = 32;

/** The distance of the match that longestMatch found. */
export let matchDistance: u32 = 0;

export function clearChains(): void {
  memory.fill(HEADS, 0, 4 << HASH_BITS);
}

/** Enters all places of the window before `position`, and forgets earlier entries. */
export function refillChains(position: usize): void {
  clearChains();
  const end = min(position, searchEnd);
  for (let place = position - min<usize>(position - inputStart, WINDOW); place < end; place++) insert(place);
}

/**
 * Enters a place before searchEnd. Places may be entered twice and out of order, which only loses other places of the
 * same hash.
 * @returns the last place with the same hash, or an address that longestMatch does not follow.
 */
@inline
export function insert(position: usize): usize {
  const head = HEADS + ((load<u32>(position) * 0x9e3779b1) >> (32 - HASH_BITS)) * 4;
  const previous: usize = load<u32>(head);
  if (previous == position) return position - load<u16>(LINKS + (position & (WINDOW - 1)) * 2);
  store<u32>(head, <u32>position);
  store<u16>(LINKS + (position & (WINDOW - 1)) * 2, <u16>min(position - previous, NO_LINK));
  return previous;
}

/** The number of equal bytes from `position` and from `earlier`. Reads nothing from `position + limit` on. */
@inline
export function matchLength(position: usize, earlier: usize, limit: u32): u32 {
  let length: u32 = 0;
  for (; length + 16 <= limit; length += 16) {
    const equal = i8x16.bitmask(i8x16.eq(v128.load(position + length), v128.load(earlier + length)));
    if (equal != 0xffff) return length + ctz(~equal);
  }
  while (length < limit && load<u8>(position + length) == load<u8>(earlier + length)) length++;
  return length;
}

/**
 * Finds the longest match among `candidate` and up to `depth` places of its chain. A link may be out of date because a
 * later place used its slot, so each candidate is checked against the bounds of the window.
 * @param limit at least 4, and more than `best`. @param best at least 3. Only a longer match counts.
 * @returns the length, with matchDistance set; `best` if no match is longer.
 */
@inline
export function longestMatch(position: usize, candidate: usize, limit: u32, best: u32, depth: u32): u32 {
  const first = load<u32>(position);
  let last = load<u32>(position + best - 3);
  const lowest = position - min<usize>(position - inputStart, WINDOW);
  const reach = position - lowest;
  while (candidate - lowest < reach) {
    if (load<u32>(candidate + best - 3) == last && load<u32>(candidate) == first) {
      const length = matchLength(position, candidate, limit);
      if (length > best) {
        best = length;
        matchDistance = <u32>(position - candidate);
        if (length >= NICE_LENGTH || length == limit) break;
        last = load<u32>(position + best - 3);
      }
    }
    if (--depth == 0) break;
    candidate -= load<u16>(LINKS + (candidate & (WINDOW - 1)) * 2);
  }
  return best;
}
