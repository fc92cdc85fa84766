import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Builds the Go program in the folder `source` as the file `binary`, once: what is there already is not built again.
 * It is moved there when it is whole, so that neither an interrupted build nor one in another process leaves a part of one.
 * @throws Error where Go is missing or the build fails, whose reason is then on standard error.
 */
export function buildGoProgram(source: string, binary: string): void {
  if (existsSync(binary)) return;
  mkdirSync(dirname(binary), { recursive: true });
  const built = `${binary}.${process.pid}`;
  execFileSync('go', ['build', '-o', built, '.'], { cwd: source, stdio: ['ignore', 'ignore', 'inherit'] });
  if (statSync(built).size === 0) throw new Error(`the build left an empty ${built}`);
  renameSync(built, binary);
}
