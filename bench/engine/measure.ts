import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOnPath } from '../../test/support/is-on-path.ts';
import { inTurn } from '../in-turn.ts';
import { runProgram, runShell } from '../run-program.ts';
import type { EncodeFacts } from './encode-file.ts';
import { median } from './median.ts';
import { oneCoreLauncher } from './one-core.ts';
import type { Peer, PeerInput } from './peers.ts';

/** The number of threads. The peers get the same number. */
export const THREADS = 2;

export const OURS = 'ours to /dev/null';
export const OURS_TO_FILE = 'ours to a file';
/** One thread, and one core for the whole process. */
export const OURS_ONE_CORE = 'ours on 1 core';

/** Everything measured on one data set. */
export interface SetResult {
  readonly name: string;
  readonly bsonBytes: number;
  readonly jsonBytes: number;
  readonly gzipBytes: number;
  /** Milliseconds by name of the program, one for each round. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** Undefined if gzip is not on PATH. */
  readonly gzip6Bytes: number | undefined;
  readonly peakRssMb: number;
}

interface Contender {
  readonly name: string;
  /** Runs once. @returns milliseconds, as if it had been given the whole input. */
  run(): number;
}

/**
 * @param program the compiled encode-file.ts. @param bson a file of BSON documents.
 * @param scratch a folder for files that are as large as the JSON, removed afterwards.
 */
export function measureSet(
  program: string,
  name: string,
  bson: string,
  scratch: string,
  peers: readonly Peer[],
  rounds: number,
  progress: (text: string) => void,
): SetResult {
  const json = join(scratch, `${name}.json`);
  const gzip = `${json}.gz`;
  try {
    progress(`${name}: preparing`);
    const facts = encode(program, bson, gzip, THREADS);
    runShell(`gunzip -c '${gzip}' > '${json}'`);
    if (statSync(json).size !== facts.jsonBytes) throw new Error(`${gzip} does not hold what was encoded`);
    const input: PeerInput = { bson, bsonBytes: statSync(bson).size, json };
    const peaks: number[] = [];
    const contenders = [
      ...ourContenders(program, bson, gzip, (peak) => peaks.push(peak)),
      ...peers.map((peer): Contender => {
        const run = (): number => runShell(`${peer.command(input)} > /dev/null`) / peer.share(input);
        return { name: peer.name, run };
      }),
    ];
    const times = new Map<string, number[]>(contenders.map((contender) => [contender.name, []]));
    for (let round = 0; round < rounds; round++) {
      progress(`${name}: round ${round + 1} of ${rounds}`);
      for (const contender of inTurn(contenders, round)) {
        times.get(contender.name)?.push(contender.run());
      }
    }
    return {
      name,
      bsonBytes: input.bsonBytes,
      jsonBytes: facts.jsonBytes,
      gzipBytes: facts.gzipBytes,
      times,
      gzip6Bytes: gzip6Bytes(json),
      peakRssMb: median(peaks),
    };
  } finally {
    rmSync(json, { force: true });
    rmSync(gzip, { force: true });
  }
}

function ourContenders(
  program: string,
  bson: string,
  file: string,
  onPeak: (megabytes: number) => void,
): readonly Contender[] {
  const contender = (name: string, output: string, threads: number, launcher?: readonly string[]): Contender => ({
    name,
    run: () => {
      const start = performance.now();
      const { peakRssMb } = encode(program, bson, output, threads, launcher);
      const milliseconds = performance.now() - start;
      if (threads === THREADS) onPeak(peakRssMb);
      return milliseconds;
    },
  });
  const oneCore = oneCoreLauncher();
  return [
    contender(OURS, '/dev/null', THREADS),
    contender(OURS_TO_FILE, file, THREADS),
    ...(oneCore === undefined ? [] : [contender(OURS_ONE_CORE, '/dev/null', 1, oneCore)]),
  ];
}

function encode(
  program: string,
  bson: string,
  output: string,
  threads: number,
  launcher?: readonly string[],
): EncodeFacts {
  const said = runProgram(program, [bson, output, String(threads)], launcher);
  return {
    milliseconds: said('milliseconds'),
    documents: said('documents'),
    jsonBytes: said('jsonBytes'),
    gzipBytes: said('gzipBytes'),
    peakRssMb: said('peakRssMb'),
  };
}

function gzip6Bytes(json: string): number | undefined {
  if (!isOnPath('gzip')) return undefined;
  const { status, stdout } = spawnSync('sh', ['-c', `gzip -6 -c '${json}' | wc -c`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gzip -6 failed on ${json}`);
  return Number(stdout);
}
