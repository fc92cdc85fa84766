// Constant text: punctuation and type wrappers.

export const COMMA: u32 = 0x2c;
export const QUOTE: u32 = 0x22;
export const COLON: u32 = 0x3a;

/** Copies ASCII text. @returns its end. */
export function writeAscii(text: string, out: usize): usize {
  const length = text.length;
  for (let i = 0; i < length; i++) store<u8>(out + i, load<u8>(changetype<usize>(text) + (i << 1)));
  return out + length;
}

/** Closes a string and its type wrapper: `"}`. */
@inline
export function closeWrapper(out: usize): usize {
  store<u16>(out, 0x7d22);
  return out + 2;
}

/** Closes a string and two wrappers: `"}}`. Overwrites one byte more. */
@inline
export function closeTwoWrappers(out: usize): usize {
  store<u32>(out, 0x7d7d22);
  return out + 3;
}
