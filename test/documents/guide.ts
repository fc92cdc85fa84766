import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { childEnvironment } from '../support/longshore.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The text of a guide of docs/guides. */
export function guide(name: string): string {
  return readFileSync(join(ROOT, 'docs/guides', `${name}.md`), 'utf8');
}

/** The code blocks below a heading of the second level, in the order of the guide. */
export function blocksBelow(guideText: string, heading: string): readonly string[] {
  const section = guideText.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
}

/**
 * Makes of a directory what a reader of the guides has before him: the sample, `bin/longshore.js`, and `longshore` as a command.
 * @returns the environment of its commands.
 */
export function readersDirectory(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const program = join(ROOT, 'bin/longshore.js');
  mkdirSync(join(directory, 'bin'));
  for (const name of ['longshore.js', 'longshore']) symlinkSync(program, join(directory, 'bin', name));
  symlinkSync(join(ROOT, 'sample'), join(directory, 'sample'));
  const path = `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`;
  return childEnvironment(directory, { ...environment, PATH: path });
}

/** Runs lines of a guide in bash, which ends at the first one that fails. */
export async function typeInBash(
  script: string,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn('bash', ['-e', '-c', script], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, out, err };
}
