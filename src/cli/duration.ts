import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 7 * 86_400 };

/** Parses `90s`, `30m`, `6h`, `1d` or `2w` to seconds. @throws InvalidArgumentError */
export function parseDuration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('Give a number and a unit, such as 90s, 30m, 6h, 1d or 2w.');
}

/** Parses a whole number from 1. @throws InvalidArgumentError */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 to 999999.');
}
