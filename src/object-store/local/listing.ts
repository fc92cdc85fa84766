import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../kernel/errors.ts';
import type { ObjectInfo } from '../contract.ts';
import { compareKeys } from '../key.ts';
import type { Retry } from '../../kernel/retry.ts';
import { UPLOADS_FOLDER } from './marker.ts';

interface Entry {
  /** The key of a folder ends with a slash, because the slash decides the order of the keys in the folder. */
  readonly key: string;
  readonly path: string;
  readonly isFolder: boolean;
}

/** Walks the tree in the order of the keys. Holds the entries of one folder for each level. Skips symbolic links. */
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

/** Returns undefined if the file was removed after its folder was read. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
