import type { HelpConfiguration } from 'commander';
import { EXIT_CODES } from './exit-codes.ts';
import { fold, pad, wrap } from './fold.ts';

const GAP = '  ';
/** Where the text of an option stands below its name. */
const BELOW = '      ';
/** Beside the longest name of an option, texts are not narrower. */
const MIN_BESIDE = 40;
const USAGE = 'Usage: ';

/**
 * How help fits a terminal: a text that has too little room beside the name of its option stands below the name. The library leaves such a
 * text in one line, which a terminal breaks inside words.
 */
export const helpLayout = {
  minWidthToWrap: 1,
  formatItem(term, termWidth, description, { helpWidth = 80 }) {
    if (description === '') return `${GAP}${term}`;
    const beside = helpWidth - termWidth - GAP.length * 2;
    if (beside < MIN_BESIDE)
      return `${GAP}${term}\n${BELOW}${wrap(description, helpWidth - BELOW.length).join(`\n${BELOW}`)}`;
    const indent = `\n${GAP}${' '.repeat(termWidth)}${GAP}`;
    return `${GAP}${pad(term, termWidth)}${GAP}${wrap(description, beside).join(indent)}`;
  },
} satisfies HelpConfiguration;

/** Folds the line of the usage. Examples stay whole, because a command that was folded cannot be copied. */
export function foldUsage(help: string, columns: number | undefined): string {
  return help
    .split('\n')
    .map((line) => (line.startsWith(USAGE) ? fold(line, columns) : line))
    .join('\n');
}

/** @param columns the width of the terminal; undefined or 0: each meaning is in one line. */
export function exitCodesText(columns: number | undefined): string {
  const width = columns || Number.POSITIVE_INFINITY;
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => {
    const beginning = `${GAP}${String(code).padStart(3)}${GAP}`;
    return `${beginning}${wrap(meaning, width - beginning.length).join(`\n${' '.repeat(beginning.length)}`)}\n`;
  });
  return `\nExit codes:\n${lines.join('')}`;
}
