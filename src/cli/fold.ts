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

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
