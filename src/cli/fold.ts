import { stripVTControlCharacters } from 'node:util';

/** What was folded is indented deeper than the beginning of its line. */
const DEEPER = 2;

/**
 * Folds the lines that are wider than the terminal at blanks. A word that is wider alone, such as a path, stays whole, because a terminal
 * breaks it in a way that can still be copied.
 * @param columns the width of the terminal; undefined or 0: nothing is folded.
 */
export function fold(text: string, columns: number | undefined): string {
  if (columns === undefined || columns === 0) return text;
  return text
    .split('\n')
    .map((line) => foldLine(line, columns).join('\n'))
    .join('\n');
}

function foldLine(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const [first = '', ...more] = wrap(line.slice(indent.length), columns - indent.length, DEEPER);
  return [indent + first, ...more.map((each) => indent + ' '.repeat(DEEPER) + each)];
}

/**
 * Divides a text into lines of at most so many columns, as far as its words are not wider.
 * @param later by how much later lines are narrower than the first one.
 */
export function wrap(text: string, columns: number, later = 0): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= columns - (lines.length === 0 ? 0 : later)) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

/** Characters that take two columns of a terminal: https://www.unicode.org/reports/tr11/ (Wide, Fullwidth) and emoji. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
/** Characters that are drawn over the one before them, or not at all. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** The columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (WITHOUT_WIDTH.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Fills a text with blanks to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}
