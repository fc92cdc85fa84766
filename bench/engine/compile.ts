import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const WASM = 'src/extjson/engine.wasm';
const root = join(import.meta.dirname, '../..');

/**
 * Compiles our side of the bench as the published package is compiled: TypeScript that is run as it is starts later, in every
 * thread anew.
 * @returns the program that measure.ts runs.
 */
export function compileEncodeFile(): string {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(import.meta.dirname, 'tsconfig.json')], { stdio: 'inherit' });
  const program = join(root, '.cache/bench/program');
  copyFileSync(join(root, WASM), join(program, WASM));
  return join(program, 'bench/engine/encode-file.js');
}
