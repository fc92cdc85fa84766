import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** Returns a value from a program's report by its name. @throws Error if the report lacks it, or if it is no number. */
export type SaidNumbers = (name: string) => number;

/**
 * Runs one of our compiled programs, which say what they measured as one line of JSON.
 * @param launcher a command that runs the command behind it, such as taskset.
 * @throws Error where it failed.
 */
export function runProgram(program: string, args: readonly string[], launcher: readonly string[] = []): SaidNumbers {
  const [command = process.execPath, ...rest] = [...launcher, process.execPath, program, ...args];
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
  const said: unknown = JSON.parse(stdout);
  return (name) => {
    const value: unknown = said !== null && typeof said === 'object' ? Reflect.get(said, name) : undefined;
    if (typeof value !== 'number') throw new Error(`${program} said no ${name}: ${stdout}`);
    return value;
  };
}

/** Runs a command that writes to a file or nowhere. @returns milliseconds. @throws Error if it failed. */
export function runShell(command: string): number {
  const sink = openSync('/dev/null', 'w');
  try {
    const start = performance.now();
    const { status } = spawnSync('sh', ['-c', command], { stdio: ['ignore', sink, 'inherit'] });
    const milliseconds = performance.now() - start;
    if (status !== 0) throw new Error(`failed with status ${status}: ${command}`);
    return milliseconds;
  } finally {
    closeSync(sink);
  }
}
