import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median, medianRatio, rounded } from '../engine/median.ts';
import { inTurn } from '../in-turn.ts';
import { runProgram } from '../run-program.ts';

/** The restore may take so many times as long as the decoding alone. */
export const AIM = 1.3;
export const MOST_RSS_MIB = 400;

/** The figures of one data set. Times are in ms. */
export interface WritingResult {
  readonly decodeMs: number;
  readonly writingMs: number;
  readonly totalMs: number;
  /** Writing to decoding. */
  readonly writingRatio: number;
  /** Writing and reading back to decoding. */
  readonly totalRatio: number;
  readonly peakRssMib: number;
  readonly bsonMib: number;
}

/**
 * Measures a restore into a scripted server in alternating rounds with the decoding of the same export.
 * @param store the directory of the bucket.
 */
export async function measureWriting(program: string, store: string, rounds: number): Promise<WritingResult> {
  const server = fork(join(import.meta.dirname, 'server.ts'));
  const [message] = (await once(server, 'message')) as unknown[];
  const uri = typeof message === 'object' && message !== null && 'uri' in message ? String(message.uri) : '';
  const times = { decode: [] as number[], writing: [] as number[], total: [] as number[] };
  let [peakRssMib, bsonMib] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    for (const mode of inTurn(['decode', 'restore'] as const, round)) {
      const said = runProgram(program, [mode, store, '2', uri]);
      if (mode === 'decode') times.decode.push(said('totalMs'));
      else {
        times.writing.push(said('writingMs'));
        times.total.push(said('totalMs'));
        peakRssMib = Math.max(peakRssMib, said('peakRssMb'));
        bsonMib = said('bsonBytes') / 1024 / 1024;
      }
    }
  }
  server.disconnect();
  return {
    decodeMs: Math.round(median(times.decode)),
    writingMs: Math.round(median(times.writing)),
    totalMs: Math.round(median(times.total)),
    writingRatio: rounded(medianRatio(times.writing, times.decode)),
    totalRatio: rounded(medianRatio(times.total, times.decode)),
    peakRssMib,
    bsonMib: Math.round(bsonMib),
  };
}
