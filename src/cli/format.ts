import { pad, widthOf, wrap } from './fold.ts';
import { ASCII_MARKS, marksOf } from './marks.ts';

const GAP = '  ';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes for people, in powers of 1000: `999 B`, `1.0 kB`, `3.2 MB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // Rounding would show 999.95 and more as 1000.0.
  while (amount >= (unit === 0 ? 1000 : 999.95) && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${UNITS[unit] ?? 'B'}`;
}

/** A duration for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `1 object`, `2 objects`, `6,102 documents`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** How a table fits a terminal. */
export interface Fit {
  /** The width of the terminal; undefined or 0: the table has all columns, as wide as they are. */
  readonly columns?: number | undefined;
  /** Texts that may be shortened: their column becomes narrower before one is left out. */
  readonly shorten?: string;
  /** The names of columns that are left out, the first one first. */
  readonly leaveOut: readonly string[];
  readonly isAscii?: boolean;
}

/** A shortened column is not narrower. */
const MIN_SHORTENED = 16;

/**
 * Aligns cells in columns. A column is as wide as its widest cell, and no line ends with a blank. If the table does not fit even without
 * the columns that may be left out, the widest column is shortened.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { columns = 0, shorten: shortened = '', leaveOut, isAscii = false }: Fit = { leaveOut: [] },
): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  const left = new Set(header.keys());
  const tooWide = (): number =>
    columns === 0
      ? 0
      : [...left].reduce((sum, column) => sum + (widths[column] ?? 0) + GAP.length, -GAP.length) - columns;
  /** Makes the column narrower if the table then fits. */
  const narrow = (column: number, atLeast: number): void => {
    const width = (widths[column] ?? 0) - tooWide();
    if (tooWide() > 0 && left.has(column) && width >= atLeast) widths[column] = width;
  };
  for (const name of leaveOut) {
    narrow(header.indexOf(shortened), MIN_SHORTENED);
    if (tooWide() <= 0) break;
    left.delete(header.indexOf(name));
  }
  const widest = [...left].toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0] ?? 0;
  narrow(widest, 1);
  return lines
    .map((line) => {
      const cells = [...left].map((column) => {
        const width = widths[column] ?? 0;
        return pad(shorten(line[column] ?? '', width, marksOf(isAscii).ellipsis), width);
      });
      return `${cells
        .join(GAP)
        .slice(0, columns === 0 ? undefined : columns)
        .trimEnd()}\n`;
    })
    .join('');
}

/** Beside the names of facts, lines are not narrower. */
const MIN_BESIDE = 16;

/**
 * Aligns the values of names. Absent values are left out. A value that does not fit beside its name is folded there, or below the name if
 * one of its words does not fit.
 * @param columns the width of the terminal; undefined or 0: each value is in one line.
 */
export function formatFacts(
  facts: readonly (readonly [name: string, value: string | undefined])[],
  columns: number | undefined,
): string {
  const known = facts.flatMap(([name, value = '']) => (value === '' ? [] : [[name, value] as const]));
  const width = Math.max(0, ...known.map(([name]) => name.length));
  const beside = `${GAP}${' '.repeat(width)}${GAP}`;
  const below = GAP + GAP;
  return known
    .map(([name, value]) => {
      const first = `${GAP}${name.padEnd(width)}${GAP}`;
      if (columns === undefined || columns === 0) return `${first}${value}\n`;
      const room = columns - beside.length;
      const lines = wrap(value, room);
      if (room >= MIN_BESIDE && lines.every((line) => widthOf(line) <= room))
        return `${first}${lines.join(`\n${beside}`)}\n`;
      return `${GAP}${name}\n${below}${wrap(value, columns - below.length).join(`\n${below}`)}\n`;
    })
    .join('');
}

/** Shortens a text to a number of columns. A shortened text ends with the mark; absent: one that every terminal shows. */
export function shorten(text: string, columns: number, mark = ASCII_MARKS.ellipsis): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > columns - mark.length) break;
    kept += character;
  }
  return `${kept}${mark}`;
}
