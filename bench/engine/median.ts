/** @throws RangeError for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('no values to take the median of');
  return (low + high) / 2;
}

/** The median of the quotients of values that were measured in the same round. */
export function medianRatio(dividends: readonly number[], divisors: readonly number[]): number {
  return median(dividends.map((dividend, i) => dividend / (divisors[i] ?? Number.NaN)));
}

/** To three decimals. */
export function rounded(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
