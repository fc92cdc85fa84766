import { OURS, OURS_ONE_CORE, type SetResult } from './measure.ts';
import { median, medianRatio, rounded } from './median.ts';
import { BSONDUMP, PIGZ } from './peers.ts';

/** An entry in the last line of `--json`; null for a value that could not be measured. */
export interface SetSummary {
  readonly name: string;
  readonly time_over_pigz: number | null;
  readonly bsondump_over_ours: number | null;
  /** The gain of the second core. */
  readonly one_core_over_ours: number | null;
  readonly size_over_gzip6: number | null;
  readonly peak_rss_mb: number;
}

export function summarize(result: SetResult): SetSummary {
  return {
    name: result.name,
    time_over_pigz: ratio(result, OURS, PIGZ),
    bsondump_over_ours: ratio(result, BSONDUMP, OURS),
    one_core_over_ours: ratio(result, OURS_ONE_CORE, OURS),
    size_over_gzip6: result.gzip6Bytes === undefined ? null : rounded(result.gzipBytes / result.gzip6Bytes),
    peak_rss_mb: result.peakRssMb,
  };
}

const NAME_WIDTH = 38;

/** A table for people: times as medians, ratios as medians of the ratios of each round. */
export function describe(result: SetResult): string {
  const { bsonBytes, jsonBytes, gzipBytes, gzip6Bytes, peakRssMb } = result;
  const size = gzip6Bytes === undefined ? '' : `, ${(gzipBytes / gzip6Bytes).toFixed(3)} of gzip -6`;
  const lines = [
    `${result.name}: ${megabytes(bsonBytes)} MB of BSON, ${megabytes(jsonBytes)} MB of JSON, ` +
      `${megabytes(gzipBytes)} MB of gzip (1:${(jsonBytes / gzipBytes).toFixed(2)}${size}), ${peakRssMb} MB at most`,
    `  ${'program'.padEnd(NAME_WIDTH)}${'seconds'.padStart(9)}${'MB/s JSON'.padStart(11)}${'÷ pigz'.padStart(9)}${'÷ ours'.padStart(9)}`,
  ];
  for (const [name, times] of result.times) {
    const seconds = median(times) / 1000;
    lines.push(
      `  ${name.padEnd(NAME_WIDTH)}${seconds.toFixed(2).padStart(9)}${(jsonBytes / 1e6 / seconds).toFixed(0).padStart(11)}` +
        `${shown(ratio(result, name, PIGZ))}${shown(ratio(result, name, OURS))}`,
    );
  }
  return lines.join('\n');
}

function ratio({ times }: SetResult, dividend: string, divisor: string): number | null {
  const [dividends, divisors] = [times.get(dividend), times.get(divisor)];
  return dividends === undefined || divisors === undefined ? null : rounded(medianRatio(dividends, divisors));
}

function shown(value: number | null): string {
  return (value === null ? '-' : value.toFixed(2)).padStart(9);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
