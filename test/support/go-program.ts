import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Builds the Go program in the folder `source` as the file `binary`, once: what is there already is not built again.
 * It is moved there when it is whole, so that neither an interrupted build nor one in another process leaves a part of one.
 * @throws Error where Go is missing or the build fails, whose reason is then on standard error.
 */
export function buildGoProgram(source: string, binary: string): void {
  make(binary, (built) => {
    execFileSync('go', ['build', '-o', built, '.'], { cwd: source, stdio: ['ignore', 'ignore', 'inherit'] });
  });
}

/** Builds the program of a published Go module in the same way. @param program such as `example.org/module/cmd/program@v1.2.3`. */
export function installGoProgram(program: string, binary: string): void {
  make(binary, (built) => {
    const folder = `${built}.install`;
    execFileSync('go', ['install', program], {
      env: { ...process.env, GOBIN: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [name] = readdirSync(folder);
    if (name === undefined) throw new Error(`go install ${program} made no program`);
    renameSync(join(folder, name), built);
    rmdirSync(folder);
  });
}

/** Whether Go is here to build programs. */
export function goFound(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function make(binary: string, build: (built: string) => void): void {
  if (existsSync(binary)) return;
  mkdirSync(dirname(binary), { recursive: true });
  const built = `${binary}.${process.pid}`;
  build(built);
  if (statSync(built).size === 0) throw new Error(`the build left an empty ${built}`);
  renameSync(built, binary);
}
