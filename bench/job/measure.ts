import { linkSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreConfig } from '../../src/object-store/contract.ts';
import { isOnPath } from '../../test/support/is-on-path.ts';
import type { BenchPrograms } from '../compile.ts';
import { inTurn } from '../in-turn.ts';
import { runProgram, runShell } from '../run-program.ts';
import { measureParts, type CaptureParts } from './parts.ts';
import type { HalfFacts } from './run-job.ts';
import type { BenchStore } from './stores.ts';

/** The number of threads. The peer gets the same number. */
export const THREADS = 2;

/**
 * The measurements of one data set. Each list has one entry for each round. Our times exclude the start of a process,
 * because jobs run in a running server. They include the start of the threads.
 */
export interface JobResult {
  readonly name: string;
  readonly bsonBytes: number;
  readonly captures: readonly HalfFacts[];
  readonly exports: readonly HalfFacts[];
  /** The same exports to another store than a directory; empty where none is measured. */
  readonly storeExports: readonly HalfFacts[];
  /** The engine alone on the same BSON, to /dev/null, in milliseconds. */
  readonly engine: readonly number[];
  /** `bsondump | pigz` to a file, in milliseconds; undefined where one of them is missing. */
  readonly bsondump: readonly number[] | undefined;
  readonly parts: CaptureParts;
}

export const hasBsondump = (): boolean => isOnPath('bsondump') && isOnPath('pigz');

/** @param bson a file of BSON documents. @param scratch a folder for what is written, removed afterwards. */
export async function measureJob(
  programs: BenchPrograms,
  name: string,
  bson: string,
  scratch: string,
  rounds: number,
  store: BenchStore | undefined,
  progress: (text: string) => void,
): Promise<JobResult> {
  const folder = join(scratch, `job-${name}`);
  const dump = join(folder, 'dump');
  const captures: HalfFacts[] = [];
  const exports: HalfFacts[] = [];
  const storeExports: HalfFacts[] = [];
  const engine: number[] = [];
  const bsondump: number[] = [];
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(dump, 'bench'), { recursive: true });
    linkSync(bson, join(dump, 'bench', 'documents.bson'));
    const parts = await measureParts(bson);
    const exportTo = (config: StoreConfig): HalfFacts =>
      runHalf(programs.runJob, 'export', folder, JSON.stringify(config), String(THREADS));
    let bucket: StoreConfig | undefined;
    const contenders = [
      () => {
        rmSync(join(folder, 'repository'), { recursive: true, force: true });
        rmSync(join(folder, 'bucket'), { recursive: true, force: true });
        captures.push(runHalf(programs.runJob, 'capture', dump, folder, String(THREADS)));
        const toDirectory = () => exports.push(exportTo({ kind: 'local', directory: join(folder, 'bucket') }));
        const toStore = () => bucket !== undefined && storeExports.push(exportTo(bucket));
        for (const each of inTurn([toDirectory, toStore], exports.length)) each();
      },
      () => engine.push(runProgram(programs.encodeFile, [bson, '/dev/null', String(THREADS)])('milliseconds')),
      ...(hasBsondump()
        ? [
            () => {
              const command = `bsondump --quiet --bsonFile='${bson}' | pigz -p${THREADS} -6 -c > '${join(folder, 'peer.gz')}'`;
              bsondump.push(runShell(command));
            },
          ]
        : []),
    ];
    for (let round = 0; round < rounds; round++) {
      progress(`${name}: round ${round + 1} of ${rounds}`);
      bucket = await store?.newBucket();
      for (const contender of inTurn(contenders, round)) contender();
    }
    return {
      name,
      bsonBytes: statSync(bson).size,
      captures,
      exports,
      storeExports,
      engine,
      bsondump: bsondump.length > 0 ? bsondump : undefined,
      parts,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runHalf(program: string, ...args: readonly string[]): HalfFacts {
  const said = runProgram(program, args);
  return {
    milliseconds: said('milliseconds'),
    cpuMilliseconds: said('cpuMilliseconds'),
    peakRssMb: said('peakRssMb'),
    longestStallMs: said('longestStallMs'),
    bsonBytes: said('bsonBytes'),
    writtenBytes: said('writtenBytes'),
  };
}
