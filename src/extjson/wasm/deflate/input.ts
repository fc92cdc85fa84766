// The JSON to compress, as addresses.

/** The first byte of the input. No match reaches back beyond it. */
export let inputStart: usize = 0;
export let inputEnd: usize = 0;
/** The end of searches. Eight bytes can be read from any earlier place. The bytes behind it become literals. */
export let searchEnd: usize = 0;

export function setInputStart(start: usize): void {
  inputStart = start;
}

export function setInputEnd(end: usize): void {
  inputEnd = end;
  searchEnd = end - min<usize>(end - inputStart, 8);
}
