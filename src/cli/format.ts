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

/** A duration for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 object`, `2 objects`, `6,102 documents`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Aligns cells in columns. A column is as wide as its widest cell, and no line ends with a blank.
 * @param fit for a terminal: the names of columns that are left out, the first one first, until the table fits the width.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  fit: { readonly columns?: number | undefined; readonly leaveOut: readonly string[] } = { leaveOut: [] },
): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const left = new Set(header.keys());
  const width = (): number => [...left].reduce((sum, column) => sum + (widths[column] ?? 0) + GAP.length, -GAP.length);
  for (const name of fit.leaveOut) {
    if (fit.columns === undefined || width() <= fit.columns) break;
    left.delete(header.indexOf(name));
  }
  return lines
    .map((line) => {
      const cells = [...left].map((column) => (line[column] ?? '').padEnd(widths[column] ?? 0));
      return `${cells.join(GAP).slice(0, fit.columns).trimEnd()}\n`;
    })
    .join('');
}

/** Aligns the values of names, one in each line. Absent values are left out. */
export function formatFacts(facts: readonly (readonly [name: string, value: string | undefined])[]): string {
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${value ?? ''}\n`).join('');
}

/** Shortens a text to a number of characters. A shortened text ends with `…`. */
export function shorten(text: string, characters: number): string {
  const points = Array.from(text);
  return points.length <= characters ? text : `${points.slice(0, Math.max(0, characters - 1)).join('')}…`;
}
