import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a directory and the missing ones above it. An existing directory stays as it is. The recursive form of Node.js
 * is not used, because it tries for ever where no directory can be made, such as in /proc.
 * @param directory an absolute path.
 * @throws the system's error, such as `EACCES`, `ENOENT` or `ENOTDIR`.
 */
export function makeDirectorySync(directory: string, mode: number): void {
  const missing: string[] = [];
  for (let path = directory; !existsSync(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) mkdirSync(path, { mode });
}
