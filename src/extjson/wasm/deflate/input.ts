// The JSON to compress, as addresses.

/** No match reaches back beyond it. */
export let inputStart: usize = 0;
export let inputEnd: usize = 0;
/** Before it, eight bytes from any place can be read; searches end here and leave the rest to be literals. */
export let searchEnd: usize = 0;

export function setInput(start: usize, end: usize): void {
  inputStart = start;
  inputEnd = end;
  searchEnd = max(start, end - min<usize>(end - start, 8));
}
