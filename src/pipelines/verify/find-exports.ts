import type { ObjectStore } from '../../object-store/contract.ts';
import { EXPORTS_FOLDER } from '../export/index.ts';

/** `exported_snapshots/<orgId>/<groupId>/<cluster>/<date>/<epoch>`: the parts of an export's prefix. */
const PREFIX_PARTS = 6;

/**
 * Finds the prefixes of all exports below a prefix. An export is a folder with a `.complete` or a `.manifest.json`,
 * wherever it was copied to. A folder at the depth of an export counts, too: it has neither file if the export was not
 * finished. A folder with nothing but `.claim` does not count, because an export that moved to another folder may leave one behind.
 */
export async function findExports(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const { key } of store.list(prefix)) {
    const parts = key.split('/');
    const name = parts.at(-1);
    if (name === '.complete' || name === '.manifest.json') found.add(parts.slice(0, -1).join('/'));
    else if (name !== '.claim' && parts[0] === EXPORTS_FOLDER && parts.length > PREFIX_PARTS)
      found.add(parts.slice(0, PREFIX_PARTS).join('/'));
  }
  return [...found];
}
