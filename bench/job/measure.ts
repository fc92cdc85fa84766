import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOnPath } from '../../test/support/is-on-path.ts';
import { measureParts, type CaptureParts } from './parts.ts';
import type { HalfFacts } from './run-job.ts';

/** As many threads as the peer is given. */
export const THREADS = 2;

/** One data set, measured; each list has one entry for each round. Times are of whole processes, in milliseconds. */
export interface JobResult {
  readonly name: string;
  readonly bsonBytes: number;
  readonly captures: readonly Half[];
  readonly exports: readonly Half[];
  /** The engine alone on the same BSON, to /dev/null. */
  readonly engine: readonly number[];
  /** `bsondump | pigz` to a file; undefined where one of them is missing. */
  readonly bsondump: readonly number[] | undefined;
  readonly parts: CaptureParts;
}

export interface Half {
  readonly processMs: number;
  readonly facts: HalfFacts;
}

export const hasBsondump = (): boolean => isOnPath('bsondump') && isOnPath('pigz');

/** @param bson a file of BSON documents. @param scratch a folder for what is written, removed afterwards. */
export async function measureJob(
  name: string,
  bson: string,
  scratch: string,
  rounds: number,
  progress: (text: string) => void,
): Promise<JobResult> {
  const folder = join(scratch, `job-${name}`);
  const dump = join(folder, 'dump');
  const captures: Half[] = [];
  const exports: Half[] = [];
  const engine: number[] = [];
  const bsondump: number[] = [];
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(dump, 'bench'), { recursive: true });
    linkSync(bson, join(dump, 'bench', 'documents.bson'));
    const parts = await measureParts(bson);
    const contenders = [
      () => {
        rmSync(join(folder, 'repository'), { recursive: true, force: true });
        rmSync(join(folder, 'bucket'), { recursive: true, force: true });
        captures.push(half('capture', dump, folder));
        exports.push(half('export', folder, String(THREADS)));
      },
      () =>
        engine.push(
          timed(process.execPath, [program('../engine/encode-file.ts'), bson, '/dev/null', String(THREADS)]).ms,
        ),
      ...(hasBsondump()
        ? [
            () => {
              const command = `bsondump --quiet --bsonFile='${bson}' | pigz -p${THREADS} -6 -c > '${join(folder, 'peer.gz')}'`;
              bsondump.push(timed('sh', ['-c', command]).ms);
            },
          ]
        : []),
    ];
    for (let round = 0; round < rounds; round++) {
      progress(`${name}: round ${round + 1} of ${rounds}`);
      // In turns forwards and backwards, so that whatever slows the machine for a while does not always meet the same one.
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) contender();
    }
    return {
      name,
      bsonBytes: statSync(bson).size,
      captures,
      exports,
      engine,
      bsondump: bsondump.length > 0 ? bsondump : undefined,
      parts,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function program(name: string): string {
  return join(import.meta.dirname, name);
}

function half(...args: readonly string[]): Half {
  const { ms, stdout } = timed(process.execPath, [program('run-job.ts'), ...args]);
  return { processMs: ms, facts: parseFacts(stdout) };
}

function timed(command: string, args: readonly string[]): { readonly ms: number; readonly stdout: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  return { ms, stdout };
}

function parseFacts(line: string): HalfFacts {
  const facts: unknown = JSON.parse(line);
  const number = (name: keyof HalfFacts): number => {
    const value: unknown = facts !== null && typeof facts === 'object' ? Reflect.get(facts, name) : undefined;
    if (typeof value !== 'number') throw new Error(`run-job.ts said no ${name}: ${line}`);
    return value;
  };
  return {
    milliseconds: number('milliseconds'),
    cpuMilliseconds: number('cpuMilliseconds'),
    peakRssMb: number('peakRssMb'),
    longestStallMs: number('longestStallMs'),
    bsonBytes: number('bsonBytes'),
    writtenBytes: number('writtenBytes'),
  };
}
