import { fork } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchPrograms } from '../compile.ts';
import { median, medianRatio, rounded } from '../engine/median.ts';
import { inTurn } from '../in-turn.ts';
import { CACHE } from '../options.ts';
import { runProgram } from '../run-program.ts';

/** The restore may take so many times as long as the decoding alone. */
const AIM = 1.3;
const MOST_RSS_MIB = 400;

/** The figures of one data set. Times are in ms. */
export interface WritingResult {
  readonly name: string;
  readonly decodeMs: number;
  readonly writingMs: number;
  readonly totalMs: number;
  /** Writing to decoding. */
  readonly writingRatio: number;
  /** Writing and reading back to decoding. */
  readonly totalRatio: number;
  /** The same as `writingRatio` in processor time, which says more on a shared machine. */
  readonly cpuRatio: number;
  /** The processor time of the system in a restore beyond that in decoding. */
  readonly systemMs: number;
  /** The processor time of the scripted server in a restore with its reading back. It is a part of the elapsed times. */
  readonly serverCpuMs: number;
  readonly peakRssMib: number;
  readonly bsonMib: number;
}

/**
 * Measures a restore into a scripted server in alternating rounds with the decoding of the same export.
 * @param data a file of concatenated BSON documents, which is exported first.
 */
export async function measureWriting(
  { runJob, runRestore }: BenchPrograms,
  { name, file }: { readonly name: string; readonly file: string },
  rounds: number,
): Promise<WritingResult> {
  const store = exportOf(file, runJob);
  const server = fork(join(import.meta.dirname, 'server.ts'));
  const told = async (name: string): Promise<unknown> => {
    const [message] = (await once(server, 'message')) as unknown[];
    return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined;
  };
  const uri = String(await told('uri'));
  const times = { decode: [] as number[], writing: [] as number[], total: [] as number[] };
  const cpu = { decode: [] as number[], writing: [] as number[], server: [] as number[] };
  const system = { decode: [] as number[], writing: [] as number[] };
  const serverCpuMs = async (): Promise<number> => {
    server.send('cpu');
    return Number(await told('cpuMs'));
  };
  let [peakRssMib, bsonMib] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    for (const mode of inTurn(['decode', 'restore'] as const, round)) {
      const before = await serverCpuMs();
      const said = runProgram(runRestore, [mode, store, '2', uri]);
      if (mode === 'decode') {
        times.decode.push(said('totalMs'));
        cpu.decode.push(said('totalCpuMs'));
        system.decode.push(said('writingSystemMs'));
      } else {
        cpu.server.push((await serverCpuMs()) - before);
        cpu.writing.push(said('writingCpuMs'));
        system.writing.push(said('writingSystemMs'));
        times.writing.push(said('writingMs'));
        times.total.push(said('totalMs'));
        peakRssMib = Math.max(peakRssMib, said('peakRssMb'));
        bsonMib = said('bsonBytes') / 1024 / 1024;
      }
    }
  }
  server.disconnect();
  rmSync(join(store, '..'), { recursive: true });
  return {
    name,
    decodeMs: Math.round(median(times.decode)),
    writingMs: Math.round(median(times.writing)),
    totalMs: Math.round(median(times.total)),
    writingRatio: rounded(medianRatio(times.writing, times.decode)),
    totalRatio: rounded(medianRatio(times.total, times.decode)),
    cpuRatio: rounded(medianRatio(cpu.writing, cpu.decode)),
    systemMs: Math.round(median(system.writing) - median(system.decode)),
    serverCpuMs: Math.round(median(cpu.server)),
    peakRssMib,
    bsonMib: Math.round(bsonMib),
  };
}

/** Exports a file of BSON documents. @returns the directory of the bucket. */
function exportOf(file: string, runJob: string): string {
  const folder = join(CACHE, 'restore');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'dump/bench'), { recursive: true });
  linkSync(file, join(folder, 'dump/bench/data.bson'));
  const bucket = join(folder, 'bucket');
  runProgram(runJob, ['capture', join(folder, 'dump'), folder, '2']);
  runProgram(runJob, ['export', folder, JSON.stringify({ kind: 'local', directory: bucket }), '2']);
  return bucket;
}

export function describeWriting(result: WritingResult): string {
  const { name, bsonMib, decodeMs, writingMs, totalMs, writingRatio, totalRatio, peakRssMib } = result;
  const { cpuRatio, systemMs, serverCpuMs } = result;
  return (
    `${name}: ${bsonMib} MiB decoded in ${decodeMs} ms, restored in ${writingMs} ms, with reading back ${totalMs} ms: ratio ${writingRatio} ` +
    `(the aim is ${AIM}; the server takes ${serverCpuMs} ms of the same cores), by processor time ${cpuRatio} ` +
    `(${systemMs} ms of it in the system, for the socket), with reading back ${totalRatio}; peak RSS ${peakRssMib} MiB (at most ${MOST_RSS_MIB})`
  );
}
