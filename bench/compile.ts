import { copyFileSync, rmSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { bundleProgram } from '../scripts/bundle.ts';

const WASM = 'src/extjson/engine.wasm';
const root = join(import.meta.dirname, '..');

const PROGRAMS: Readonly<Record<string, string>> = {
  'encode-file': 'bench/engine/encode-file.ts',
  'run-job': 'bench/job/run-job.ts',
  'run-restore': 'bench/restore/run-restore.ts',
  'block-worker': 'src/pipelines/threads/block-worker.ts',
};

/** The programs that the benches measure as whole processes: bundled JavaScript. */
export interface BenchPrograms {
  readonly encodeFile: string;
  readonly runJob: string;
  readonly runRestore: string;
}

/**
 * Bundles our side of the benches as the package is bundled, but without the libraries: the process and each of its threads load
 * few files. TypeScript that is run as it is, or one file for each module, starts later in every thread anew.
 */
export async function compilePrograms(): Promise<BenchPrograms> {
  const folder = join(root, '.cache/bench/program');
  rmSync(folder, { recursive: true, force: true });
  const external = (id: string): boolean => !id.startsWith('.') && !isAbsolute(id);
  for (const [name, file] of Object.entries(PROGRAMS)) await bundleProgram(name, file, { external, folder });
  copyFileSync(join(root, WASM), join(folder, basename(WASM)));
  return {
    encodeFile: join(folder, 'encode-file.js'),
    runJob: join(folder, 'run-job.js'),
    runRestore: join(folder, 'run-restore.js'),
  };
}
