import { availableParallelism } from 'node:os';
import { median, medianRatio } from '../engine/median.ts';
import type { JobResult } from './measure.ts';
import type { HalfFacts } from './run-job.ts';

/** The results of one data set for machines. Ratios are medians of the rounds' ratios; null if a peer is missing. */
export interface JobSummary {
  readonly name: string;
  readonly capture_mb_s: number;
  /** Snapshot to bucket, divided by the engine alone on the same BSON. */
  readonly export_over_engine: number;
  /** Dump to bucket, divided by the engine alone. */
  readonly job_over_engine: number;
  readonly bsondump_over_job: number | null;
  /** Snapshot to the other store, divided by snapshot to a directory; null where none is measured. */
  readonly store_over_local: number | null;
  readonly store_peak_rss_mb: number | null;
  readonly peak_rss_mb: number;
  readonly longest_stall_ms: number;
}

export function summarize(result: JobResult): JobSummary {
  const exportMs = result.exports.map(({ milliseconds }) => milliseconds);
  const jobMs = result.captures.map(({ milliseconds }, round) => milliseconds + (exportMs[round] ?? Number.NaN));
  const { storeExports: toStore } = result;
  const halves = [...result.captures, ...result.exports];
  return {
    name: result.name,
    capture_mb_s: round2(median(result.captures.map(({ bsonBytes, milliseconds }) => bsonBytes / 1000 / milliseconds))),
    export_over_engine: round2(medianRatio(exportMs, result.engine)),
    job_over_engine: round2(medianRatio(jobMs, result.engine)),
    bsondump_over_job: result.bsondump === undefined ? null : round2(medianRatio(result.bsondump, jobMs)),
    store_over_local:
      toStore.length === 0
        ? null
        : round2(
            medianRatio(
              toStore.map(({ milliseconds }) => milliseconds),
              exportMs,
            ),
          ),
    store_peak_rss_mb: toStore.length === 0 ? null : Math.max(...toStore.map(({ peakRssMb }) => peakRssMb)),
    peak_rss_mb: Math.max(...halves.map(({ peakRssMb }) => peakRssMb)),
    longest_stall_ms: round2(median(halves.map(({ longestStallMs }) => longestStallMs))),
  };
}

export function describe(result: JobResult): string {
  const summary = summarize(result);
  const { read, cut, hash, pack } = result.parts;
  const lines = [
    `${result.name}: ${mb(result.bsonBytes)} of BSON`,
    `  capture  ${half(result.captures)}, ${summary.capture_mb_s} MB/s`,
    `           one core alone: reading ${mbs(read)}, cutting ${mbs(cut)}, SHA-256 ${mbs(hash)}, packing ${mbs(pack)}`,
    `           bound by ${boundOf(result)}`,
    `  export   ${half(result.exports)}`,
    `  engine   ${seconds(median(result.engine))}`,
    `  export ÷ engine ${summary.export_over_engine}, capture and export ÷ engine ${summary.job_over_engine}`,
  ];
  if (result.storeExports.length > 0) {
    lines.push(`  to the store ${half(result.storeExports)}`, `  store ÷ directory ${summary.store_over_local ?? ''}`);
  }
  if (result.bsondump !== undefined) {
    lines.push(
      `  bsondump | pigz ${seconds(median(result.bsondump))}, ÷ capture and export ${summary.bsondump_over_job ?? ''}`,
    );
  }
  return lines.join('\n');
}

/** The most expensive part if a capture has the processor busy most of the time; otherwise the disk. */
function boundOf({ captures, parts }: JobResult): string {
  const busy = median(captures.map(({ cpuMilliseconds, milliseconds }) => cpuMilliseconds / milliseconds));
  const cores = availableParallelism();
  const share = `${busy.toFixed(1)} of ${cores} cores busy`;
  if (busy < cores * 0.6) return `the disk and the order of the steps (${share})`;
  const [dearest] = Object.entries(parts).sort(([, a], [, b]) => Number(a) - Number(b));
  return `the processor, most of all to ${dearest?.[0] ?? ''} (${share})`;
}

function half(rounds: readonly HalfFacts[]): string {
  const of = (pick: (each: HalfFacts) => number): number => median(rounds.map(pick));
  return [
    `${seconds(of(({ milliseconds }) => milliseconds))} (${seconds(of(({ cpuMilliseconds }) => cpuMilliseconds))} of processor)`,
    `${mb(of(({ writtenBytes }) => writtenBytes))} written`,
    `${of(({ peakRssMb }) => peakRssMb)} MiB peak`,
    `longest stall ${of(({ longestStallMs }) => longestStallMs).toFixed(0)} ms`,
  ].join(', ');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const mbs = (rate: number): string => `${rate.toFixed(0)} MB/s`;
const round2 = (value: number): number => Math.round(value * 100) / 100;
