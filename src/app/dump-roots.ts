import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import type { Settings } from './config.ts';
import { isLoopback } from './loopback.ts';

/**
 * Whoever may register a cluster names a directory that the server then reads, with the server's rights: so it must be
 * within one of the roots. Without roots, a server that only its own machine reaches reads any, and another reads none.
 * @returns the directory to read, free of symbolic links where it was checked.
 * @throws AppError `DUMP_NOT_PERMITTED`, which does not tell whether there is such a directory
 */
export async function permittedDump(
  directory: string,
  { dumpRoot, host }: Pick<Settings, 'dumpRoot' | 'host'>,
): Promise<string> {
  if (dumpRoot === undefined && isLoopback(host)) return directory;
  const real = await realPath(directory);
  for (const root of dumpRoot ?? []) if (isWithin(await realPath(root), real)) return real;
  throw new AppError({
    code: 'DUMP_NOT_PERMITTED',
    message: `clusters may not be registered from the directory ${directory}; the server's option --dump-root says from where`,
    hint: 'Start the server with --dump-root and a directory that the dump is in.',
  });
}

// What is missing is where its name says: reading it says so, if its place is permitted.
async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => resolve(path));
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path);
}
