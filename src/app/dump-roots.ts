import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import type { Settings } from './config.ts';
import { isLoopback } from './loopback.ts';

/**
 * Refuses a dump directory outside the roots, because the server reads the directory with its own rights. Without roots, a
 * server on a loopback address reads any directory, and any other server reads none.
 * @returns the directory to read. Its symbolic links are resolved if it was checked.
 * @throws AppError `DUMP_NOT_PERMITTED`, which does not reveal whether the directory exists
 */
export async function permittedDump(
  directory: string,
  { dumpRoot, host }: Pick<Settings, 'dumpRoot' | 'host'>,
): Promise<string> {
  const real = await realPath(directory);
  if (dumpRoot === undefined && isLoopback(host)) return real;
  for (const root of dumpRoot ?? []) if (isWithin(await realPath(root), real)) return real;
  throw new AppError({
    code: 'DUMP_NOT_PERMITTED',
    message: `dumps may not be read from ${directory}; the server's option --dump-root says from where`,
    hint: 'Start the server with --dump-root and a directory that the dump is in.',
  });
}

// A missing directory keeps its name. Reading it fails with a clear error if its place is permitted.
async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => resolve(path));
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path);
}
