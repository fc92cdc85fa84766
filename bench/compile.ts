import { copyFileSync, rmSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { bundlePrograms } from '../scripts/bundle.ts';

const WASM = 'src/extjson/engine.wasm';
const root = join(import.meta.dirname, '..');

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
  await bundlePrograms(
    {
      'encode-file': 'bench/engine/encode-file.ts',
      'run-job': 'bench/job/run-job.ts',
      'run-restore': 'bench/restore/run-restore.ts',
      'block-worker': 'src/pipelines/threads/block-worker.ts',
    },
    { external: (id) => !id.startsWith('.') && !isAbsolute(id), folder },
  );
  copyFileSync(join(root, WASM), join(folder, basename(WASM)));
  return {
    encodeFile: join(folder, 'encode-file.js'),
    runJob: join(folder, 'run-job.js'),
    runRestore: join(folder, 'run-restore.js'),
  };
}
