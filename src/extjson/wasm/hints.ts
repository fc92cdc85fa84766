// The hint table: how the transcoder tells the compressor what it knows of the JSON that it wrote.
//
// A record stands for one element (a field of a document, or an item of an array). The text of an element begins with its
// template: the comma, the key and the opening of the value, which are the same each time that the key comes with that type.
// A hint is a guess and no promise: the compressor compares the bytes before it uses one, so a wrong one costs size and no more.
//
//   bytes  0..3   where the template begins: an address in memory
//   bytes  4..7   where the same template began the last time, 0 for never
//   bytes  8..11  length of the template in bytes << 8 | BSON type of the value
//   bytes 12..15  where the same template began the last time that it had the same value (or one with the same hash), 0 for never
//
// Records stand in the order of their position. The table may end early: what follows its last record is taken as text.

export const HINT_BYTES: usize = 16;

@inline
export function writeHint(
  hint: usize,
  position: usize,
  previous: usize,
  templateLength: usize,
  bsonType: u32,
  sameValue: usize,
): void {
  store<u32>(hint, <u32>position);
  store<u32>(hint, <u32>previous, 4);
  store<u32>(hint, (<u32>templateLength << 8) | bsonType, 8);
  store<u32>(hint, <u32>sameValue, 12);
}

@inline
export function hintPosition(hint: usize): usize {
  return load<u32>(hint);
}

@inline
export function hintPrevious(hint: usize): usize {
  return load<u32>(hint, 4);
}

@inline
export function hintTemplateLength(hint: usize): usize {
  return load<u32>(hint, 8) >> 8;
}

@inline
export function hintBsonType(hint: usize): u32 {
  return load<u32>(hint, 8) & 255;
}

@inline
export function hintSameValue(hint: usize): usize {
  return load<u32>(hint, 12);
}
