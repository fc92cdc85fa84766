// The JSON to compress, as addresses.

/** No match reaches back beyond it. */
export let inputStart: usize = 0;
export let inputEnd: usize = 0;
/** Before it, eight bytes from any place can be read; searches end here and leave the rest to be literals. */
export let searchEnd: usize = 0;

export function setInputStart(start: usize): void {
  inputStart = start;
}

export function setInputEnd(end: usize): void {
  inputEnd = end;
  searchEnd = end - min<usize>(end - inputStart, 8);
}
