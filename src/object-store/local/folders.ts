import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, codeOf } from '../../kernel/errors.ts';
import { syncDirectory } from '../../kernel/sync-directory.ts';

/**
 * Returns the path of a key's file. Refuses symbolic links among its folders, because a link could lead out of the bucket.
 * @param make whether to create missing folders, durably. Otherwise a missing folder is ENOENT.
 */
export async function pathOf(root: string, key: string, make: boolean): Promise<string> {
  let folder = root;
  for (const part of key.split('/').slice(0, -1)) {
    const parent = folder;
    folder = join(parent, part);
    const found = make ? await lstatOrMake(folder, parent) : await lstat(folder);
    if (found.isSymbolicLink()) throw symbolicLink(key, folder);
    if (!found.isDirectory()) throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' });
  }
  return join(folder, basename(key));
}

export function symbolicLink(key: string, path: string): AppError {
  return new AppError({
    code: 'OBJECT_STORE_SYMLINK',
    message: `object ${JSON.stringify(key)} is behind the symbolic link ${path}, which may lead out of the bucket`,
    hint: 'Replace the symbolic link by what it points to, or open the directory that it points to as a bucket.',
  });
}

export function isSymbolicLink(thrown: unknown): boolean {
  return codeOf(thrown) === 'OBJECT_STORE_SYMLINK';
}

async function lstatOrMake(folder: string, parent: string): Promise<Stats> {
  try {
    return await lstat(folder);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
  try {
    await mkdir(folder);
    await syncDirectory(parent);
  } catch (thrown) {
    // Another put has made the folder.
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
  }
  return await lstat(folder);
}
