import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const WASM = 'src/extjson/engine.wasm';
const root = join(import.meta.dirname, '..');

/** The programs that the benches measure as whole processes: compiled JavaScript. */
export interface BenchPrograms {
  readonly encodeFile: string;
  readonly runJob: string;
  readonly runRestore: string;
}

/**
 * Compiles our side of the benches: TypeScript that is run as it is starts later, in every
 * thread anew.
 */
export function compilePrograms(): BenchPrograms {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(import.meta.dirname, 'tsconfig.json')], { stdio: 'inherit' });
  const folder = join(root, '.cache/bench/program');
  copyFileSync(join(root, WASM), join(folder, WASM));
  return {
    encodeFile: join(folder, 'bench/engine/encode-file.js'),
    runJob: join(folder, 'bench/job/run-job.js'),
    runRestore: join(folder, 'bench/restore/run-restore.js'),
  };
}
