/** The four numbers of 32 bits of a hash. */
export type Hash128 = Uint32Array;

export const HASH_LANES = 4;

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The finalizer: every bit of the value changes about half of the bits of the result. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * Adds MurmurHash3_x86_128 with seed 0 (Austin Appleby, public domain) of `view[start, end)` to four sums modulo 2^32. The function
 * allocates nothing, because it runs for every document. The hash finds accidents, and not forgeries.
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function addMurmur3(sums: Hash128, view: DataView, start: number, end: number): void {
  let [h1, h2, h3, h4] = [0, 0, 0, 0];
  const bytes = end - start;
  let at = start;
  for (const last = end - 16; at <= last; at += 16) {
    h1 ^= Math.imul(rotated(Math.imul(view.getInt32(at, true), C1), 15), C2);
    h1 = (Math.imul((rotated(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotated(Math.imul(view.getInt32(at + 4, true), C2), 16), C3);
    h2 = (Math.imul((rotated(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotated(Math.imul(view.getInt32(at + 8, true), C3), 17), C4);
    h3 = (Math.imul((rotated(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotated(Math.imul(view.getInt32(at + 12, true), C4), 18), C1);
    h4 = (Math.imul((rotated(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // The rest, at most 15 bytes, as words that are filled up with zeros.
  const rest = end - at;
  if (rest > 12) h4 ^= Math.imul(rotated(Math.imul(wordOf(view, at + 12, end), C4), 18), C1);
  if (rest > 8) h3 ^= Math.imul(rotated(Math.imul(wordOf(view, at + 8, end), C3), 17), C4);
  if (rest > 4) h2 ^= Math.imul(rotated(Math.imul(wordOf(view, at + 4, end), C2), 16), C3);
  if (rest > 0) h1 ^= Math.imul(rotated(Math.imul(wordOf(view, at, end), C1), 15), C2);
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mixed(h1);
  h2 = mixed(h2);
  h3 = mixed(h3);
  h4 = mixed(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  sums[0] = (sums[0] ?? 0) + h1;
  sums[1] = (sums[1] ?? 0) + h2 + h1;
  sums[2] = (sums[2] ?? 0) + h3 + h1;
  sums[3] = (sums[3] ?? 0) + h4 + h1;
}

function wordOf(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let word = 0;
  for (let byte = end - 1; byte >= at; byte--) word = (word << 8) | view.getUint8(byte);
  return word;
}
