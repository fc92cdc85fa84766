import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { DigestClient } from './digest-client.ts';
import { Project } from './project.ts';

/** The program of this checkout, or the one of an installed package that is tested in its place. */
const PROGRAM = process.env['PROGRAM_UNDER_TEST'] ?? join(import.meta.dirname, '..', '..', 'bin', 'longshore.js');

/** The environment of a child process: nothing of Longshore's own settings comes through, and the home is the test's. */
export function childEnvironment(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('LONGSHORE_') && !name.startsWith('NODE_TEST') && !name.startsWith('XDG_'),
  );
  return { ...Object.fromEntries(inherited), HOME: home, ...more };
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where the program looks for its profile file. */
  readonly home: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** `pipe`: the test writes to `child.stdin`. There is none when absent. */
  readonly stdin?: 'pipe';
  /** Default 60 s: then the process is killed and the run is an error. */
  readonly timeoutMs?: number;
}

/** A process of this test. Its output is kept. */
export class Running {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #exit: Promise<unknown>;

  constructor(command: string, commandArguments: readonly string[], options: RunOptions) {
    this.child = spawn(command, commandArguments, {
      env: childEnvironment(options.home, options.env),
      cwd: options.cwd,
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // A test that is cut off leaves no process behind.
    const kill = () => this.child.kill('SIGKILL');
    process.once('exit', kill);
    this.#exit = once(this.child, 'close').finally(() => process.off('exit', kill));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process was not started');
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async finished(timeoutMs = 60_000): Promise<Finished> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
    await this.#exit;
    clearTimeout(timer);
    return { code: this.child.exitCode, signal: this.child.signalCode, stdout: this.stdout, stderr: this.stderr };
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Finished> {
    this.child.kill(signal);
    return await this.finished(10_000);
  }

  /** Waits until what the process wrote matches; an end before that is an error with all that it wrote. */
  async output(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (match !== null) return match;
      const ended = !this.isRunning;
      if (ended || Date.now() > deadline)
        throw new Error(`${ended ? 'ended' : 'timed out'} before ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
      await Promise.race([this.#exit, new Promise((resolve) => setTimeout(resolve, 10))]);
    }
  }
}

/** Runs `longshore` with these arguments to its end. */
export async function longshore(commandArguments: readonly string[], options: RunOptions): Promise<Finished> {
  return await startLongshore(commandArguments, options).finished(options.timeoutMs);
}

/** Starts `longshore` with these arguments. */
export function startLongshore(commandArguments: readonly string[], options: RunOptions): Running {
  return new Running(process.execPath, [PROGRAM, ...commandArguments], options);
}

const Initialized = Type.Object({
  orgId: Type.String(),
  groupId: Type.String(),
  publicKey: Type.String(),
  privateKey: Type.String(),
  roleId: Type.String(),
});

/** The profile that `longshore init` writes: the first organization, project, API key and role. */
export interface Initial {
  readonly orgId: string;
  readonly groupId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly roleId: string;
}

export async function initialize(dataDirectory: string, home: string): Promise<Initial> {
  const run = await longshore(['init', '--data-dir', dataDirectory, '--json'], { home });
  if (run.code !== 0) throw new Error(`longshore init ended with ${String(run.code)}: ${run.stderr}`);
  return Value.Parse(Initialized, JSON.parse(readFileSync(join(dataDirectory, 'profile.json'), 'utf8')));
}

/** A server starts within seconds, except on a machine that is busy with much else. */
const START_MS = 180_000;

/** A `longshore serve` of its own, on a free port. */
export interface Server extends AsyncDisposable {
  readonly process: Running;
  readonly url: string;
  readonly client: DigestClient;
  readonly project: Project;
}

/** Starts `longshore serve` on a data directory that was initialized, and waits until it is ready. */
export async function serve(
  dataDirectory: string,
  home: string,
  initial: Initial,
  more: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const running = startLongshore(['serve', '--data-dir', dataDirectory, '--port', '0', ...more], { home, env });
  const [url] = await running.output(/http:\/\/127\.0\.0\.1:[1-9]\d*/, START_MS).catch(async (error: unknown) => {
    await running.end('SIGKILL');
    throw error;
  });
  const client = new DigestClient(url, initial);
  return {
    process: running,
    url,
    client,
    project: new Project(client, initial.orgId, initial.groupId),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      if (running.isRunning) await running.end('SIGTERM');
      if (running.isRunning) await running.end('SIGKILL');
    },
  };
}
