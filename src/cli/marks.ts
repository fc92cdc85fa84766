/** The signs that output is drawn with. */
export interface Marks {
  /** The end of a text that was shortened. */
  readonly ellipsis: string;
  /** What a bar consists of: the part that is done, and the rest. */
  readonly bar: readonly [done: string, rest: string];
}

export const ASCII_MARKS: Marks = { ellipsis: '...', bar: ['#', '-'] };
const UNICODE_MARKS: Marks = { ellipsis: '…', bar: ['█', '░'] };

/** @param isAscii whether a terminal shows nothing but ASCII, such as with LANG=C. */
export function marksOf(isAscii: boolean): Marks {
  return isAscii ? ASCII_MARKS : UNICODE_MARKS;
}
