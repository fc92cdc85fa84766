import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../kernel/errors.ts';
import type { ObjectInfo } from '../contract.ts';
import { compareKeys } from '../key.ts';
import type { Retry } from '../retry.ts';
import { UPLOADS_FOLDER } from './uploads.ts';

interface Entry {
  /** With a slash at the end for a folder: that is what its keys go on with, and decides their order. */
  readonly key: string;
  readonly path: string;
  readonly isFolder: boolean;
}

/** Walks the tree in the order of the keys; one folder's entries are in memory at each level. Symbolic links are no objects. */
export async function* listTree(root: string, prefix: string, retry: Retry): AsyncGenerator<ObjectInfo> {
  yield* listFolder({ key: '', path: root }, prefix, retry);
}

async function* listFolder(
  folder: Pick<Entry, 'key' | 'path'>,
  prefix: string,
  retry: Retry,
): AsyncGenerator<ObjectInfo> {
  for (const entry of await retry(() => entriesOf(folder))) {
    if (entry.isFolder) {
      if (entry.key.startsWith(prefix) || prefix.startsWith(entry.key)) {
        yield* listFolder(entry, prefix, retry);
      }
    } else if (entry.key.startsWith(prefix)) {
      const bytes = await retry(() => sizeOf(entry.path));
      if (bytes !== undefined) yield { key: entry.key, bytes };
    }
  }
}

async function entriesOf({ key: folderKey, path }: Pick<Entry, 'key' | 'path'>): Promise<Entry[]> {
  let found;
  try {
    found = await readdir(path, { withFileTypes: true });
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return [];
    throw thrown;
  }
  return found
    .filter((entry) => (entry.isDirectory() ? folderKey !== '' || entry.name !== UPLOADS_FOLDER : entry.isFile()))
    .map((entry) => ({
      key: folderKey + entry.name + (entry.isDirectory() ? '/' : ''),
      path: join(path, entry.name),
      isFolder: entry.isDirectory(),
    }))
    .sort((a, b) => compareKeys(a.key, b.key));
}

/** Undefined where it was removed since the folder was read. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
