import { lstat, mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, codeOf } from '../../kernel/errors.ts';

/**
 * The path of a key's file, after making sure that every folder on the way to it is a real one: a symbolic link could lead
 * out of the bucket.
 * @param make whether missing folders are made, durably; otherwise a missing one is ENOENT.
 */
export async function pathOf(root: string, key: string, make: boolean): Promise<string> {
  let folder = root;
  for (const part of key.split('/').slice(0, -1)) {
    const parent = folder;
    folder = join(parent, part);
    if (make && (await made(folder))) await syncFolder(parent);
    const found = await lstat(folder);
    if (found.isSymbolicLink()) throw symbolicLink(key, folder);
    if (!found.isDirectory()) throw Object.assign(new Error(`${folder} is no folder`), { code: 'ENOTDIR' });
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

async function made(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

/** Makes what was created, renamed or removed in the folder survive a power cut. Windows has no such call for folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
