import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../../../kernel/errors.ts';
import { syncDirectory } from '../../../kernel/sync-directory.ts';

/** A file with this ending is not whole yet. */
export const PARTIAL = '.partial';

/** Only the user who restores may read the data. */
export const OWNER_ONLY_FILE = 0o600;
export const OWNER_ONLY_FOLDER = 0o700;

/** Writes a small file as a whole: it is there with all its bytes, or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const handle = await open(path + PARTIAL, 'w', OWNER_ONLY_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await putInPlace(path);
}

/** Gives a file that was written as `<path>.partial`, and synced, its name. */
export async function putInPlace(path: string): Promise<void> {
  await rename(path + PARTIAL, path);
  await syncDirectory(dirname(path));
}

/** Removes files. A missing one is no error. */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

/** The result of a call of node:fs; undefined if the file or directory does not exist. */
export async function ifThere<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
