import type { ObjectInfo, ObjectStore } from '../../object-store/contract.ts';
import { formatBytes } from '../format.ts';

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, number>;
}

const emptyFolder = (): Folder => ({ folders: new Map(), files: new Map() });

function insert(root: Folder, { key, bytes }: ObjectInfo): void {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  let folder = root;
  for (const part of parts) {
    const next = folder.folders.get(part) ?? emptyFolder();
    folder.folders.set(part, next);
    folder = next;
  }
  folder.files.set(name, bytes);
}

const describe = ([name, bytes]: readonly [string, number]): string => `${name} (${formatBytes(bytes)})`;

function* lines(folder: Folder, indent: string): Generator<string> {
  for (const file of folder.files) yield indent + describe(file);
  for (const [first, inner] of folder.folders) {
    let name = first;
    let below = inner;
    // A folder that holds only one folder shares a line with it. So do an innermost folder and its files.
    for (
      let [only] = below.folders;
      below.files.size === 0 && below.folders.size === 1 && only;
      [only] = below.folders
    ) {
      name += `/${only[0]}`;
      below = only[1];
    }
    if (below.folders.size === 0) {
      yield `${indent}${name}/  ${[...below.files].map(describe).join('  ')}`;
    } else {
      yield `${indent}${name}/`;
      yield* lines(below, `${indent}  `);
    }
  }
}

/** Draws the objects of a bucket as a tree. Each object has one line with its size. */
export async function bucketTree(store: ObjectStore): Promise<string[]> {
  const root = emptyFolder();
  for await (const object of store.list('')) insert(root, object);
  return [...lines(root, '')];
}
