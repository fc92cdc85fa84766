import type { ObjectInfo, ObjectStore } from '../../object-store/contract.ts';
import { widthOf } from '../fold.ts';
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

function* lines(folder: Folder, indent: string, columns: number): Generator<string> {
  const fits = (text: string): boolean => indent.length + widthOf(text) <= columns;
  for (const file of folder.files) yield indent + describe(file);
  for (const [first, inner] of folder.folders) {
    let name = first;
    let below = inner;
    // A folder that holds only one folder shares a line with it if both fit. So do an innermost folder and its files.
    for (
      let [only] = below.folders;
      below.files.size === 0 && below.folders.size === 1 && only && fits(`${name}/${only[0]}/`);
      [only] = below.folders
    ) {
      name += `/${only[0]}`;
      below = only[1];
    }
    const whole = `${name}/  ${[...below.files].map(describe).join('  ')}`;
    if (below.folders.size === 0 && fits(whole)) {
      yield indent + whole;
    } else {
      yield `${indent}${name}/`;
      yield* lines(below, `${indent}  `, columns);
    }
  }
}

/**
 * Draws the objects of a bucket as a tree, with their sizes.
 * @param columns the width of the lines, as far as no name alone is wider.
 */
export async function bucketTree(store: ObjectStore, columns: number): Promise<string[]> {
  const root = emptyFolder();
  for await (const object of store.list('')) insert(root, object);
  return [...lines(root, '', columns)];
}
