// The hint table. Through it the transcoder tells the compressor where the JSON repeats.
//
// A record stands for one element (a field of a document, or an item of an array). The text of an element begins with
// its template: the comma, the key and the opening of the value. The template is the same whenever the key comes with
// the same type. A hint is a guess: the compressor compares the bytes before it uses a hint, so a wrong hint only costs
// size.
//
//   bytes  0..3   address of the template
//   bytes  4..7   address at which the same template last began, 0 for never
//   bytes  8..11  length of the template in bytes << 8 | BSON type of the value
//   bytes 12..15  address at which the same template last began with an equal hash of the value, 0 for never
//
// The records are in the order of their position. The table may end early: the JSON behind the last record is taken as
// text.

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
