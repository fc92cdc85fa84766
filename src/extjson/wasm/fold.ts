// Shortens a text for its CRC-32, because the zlib of Node.js for x64 computes a CRC-32 with tables, and folding is several times as fast. The
// idea is that of "Chorba: A novel CRC32 implementation" (https://arxiv.org/abs/2412.16398).
//
// A CRC-32 is the remainder of a text, as a polynomial over GF(2), modulo a polynomial of degree 32. That polynomial divides
// x^300 + x^155 + x^117 + x^89 + 1. So it also divides that sum with x^128 instead of x, because a square of a sum is the sum of the squares there.
// A word of 16 bytes may therefore be removed from a text if it is added (XOR) to the words 145, 183, 211 and 300 places behind it.
// At the end 300 words are left, and they have the remainder of the whole text.

const WORD: usize = 16;
const FIRST: usize = 145 * WORD;
const SECOND: usize = 183 * WORD;
const THIRD: usize = 211 * WORD;
/** The length of the words that are left, and the shortest text that can be folded. */
const LAST: usize = 300 * WORD;
/** The words that are removed before the memory is used again. They stay in the processor's first cache. */
const STEP: usize = 1024 * WORD;

/**
 * Folds a text of at least 300 words.
 * @param crc the CRC-32 of what precedes the text, 0 for nothing.
 * @param room memory for 300 words, a step and another word.
 * @returns the end of the folded text, which begins 300 words behind `room`. It has the CRC-32 of the whole if 0xffffffff is given as that of
 * what precedes it.
 */
export function fold(start: usize, end: usize, crc: u32, room: usize): usize {
  // The removed words are kept, because each word takes from those before it. The first word of the text takes the CRC-32.
  memory.fill(room, 0, LAST);
  store<u32>(room, ~crc);
  const text = room + LAST;
  let rest = ((end - start) & ~(WORD - 1)) - LAST;
  while (rest > 0) {
    const removed = min(rest, STEP);
    for (let word = text; word < text + removed; word += WORD, start += WORD) {
      const near = v128.xor(v128.load(word - FIRST), v128.load(word - SECOND));
      const far = v128.xor(v128.load(word - THIRD), v128.load(word - LAST));
      v128.store(word, v128.xor(v128.load(start), v128.xor(near, far)));
    }
    memory.copy(room, room + removed, LAST);
    rest -= removed;
  }
  memory.copy(text, start, end - start);
  addRemoved(text, FIRST);
  addRemoved(text, SECOND);
  addRemoved(text, THIRD);
  addRemoved(text, LAST);
  return text + (end - start);
}

/** Adds the removed words that are `distance` before the words that are left. */
@inline
function addRemoved(text: usize, distance: usize): void {
  for (let word = text; word < text + distance; word += WORD) {
    v128.store(word, v128.xor(v128.load(word), v128.load(word - distance)));
  }
}
