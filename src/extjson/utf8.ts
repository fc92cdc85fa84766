/**
 * The length in bytes of the well-formed UTF-8 sequence at `offset`; 0 if it is not well-formed (Unicode, table 3-7).
 * Overlong forms, surrogates and code points over U+10FFFF are not well-formed.
 * @param end the end of the text, which the sequence must not exceed.
 */
export function sequenceLength(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || offset + length > end) return 0;
  const second = bytes[offset + 1] ?? 0;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < length; i++) if (((bytes[offset + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
