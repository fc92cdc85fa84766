import { copyFileSync, rmSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

const WASM = 'src/extjson/engine.wasm';
const root = join(import.meta.dirname, '..');

/** The programs that the benches measure as whole processes: bundled JavaScript. */
export interface BenchPrograms {
  readonly encodeFile: string;
  readonly runJob: string;
  readonly runRestore: string;
}

/**
 * Bundles our side of the benches as the package is bundled (scripts/build.ts): the process and each of its threads load
 * few files. TypeScript that is run as it is, or one file for each module, starts later in every thread anew.
 */
export async function compilePrograms(): Promise<BenchPrograms> {
  const folder = join(root, '.cache/bench/program');
  rmSync(folder, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: root,
    input: {
      'encode-file': 'bench/engine/encode-file.ts',
      'run-job': 'bench/job/run-job.ts',
      'run-restore': 'bench/restore/run-restore.ts',
      'block-worker': 'src/pipelines/threads/block-worker.ts',
    },
    platform: 'node',
    tsconfig: false,
    transform: { target: 'node22.18' },
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
  });
  await bundle.write({
    dir: folder,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    keepNames: true,
  });
  await bundle.close();
  copyFileSync(join(root, WASM), join(folder, basename(WASM)));
  return {
    encodeFile: join(folder, 'encode-file.js'),
    runJob: join(folder, 'run-job.js'),
    runRestore: join(folder, 'run-restore.js'),
  };
}
