import type { ObjectStore } from '../../object-store/contract.ts';
import { EXPORTS_FOLDER } from '../export/index.ts';
import type { FoundExport } from './contract.ts';
import { PARTS_BELOW_PREFIX } from './present-key.ts';

/** `exported_snapshots/<orgId>/<groupId>/<cluster>/<date>/<epoch>`: the parts of an export's prefix. */
const PREFIX_PARTS = 6;

/**
 * Finds all exports below a prefix. An export is a folder with a `.complete` or a `.manifest.json`,
 * wherever it was copied to. A folder at the depth of an export counts, too: it has neither file if the export was not
 * finished. A folder with nothing but `.claim` does not count, because an export that moved to another folder may leave one behind.
 */
export async function findExports(
  store: ObjectStore,
  prefix: string,
  signal?: AbortSignal,
): Promise<readonly FoundExport[]> {
  const found = new Set<string>();
  /** By what would be the prefix of an export. */
  const below = new Map<string, { objects: number; bytes: number }>();
  for await (const { key, bytes } of store.list(prefix, { signal })) {
    const parts = key.split('/');
    if (parts.length >= PARTS_BELOW_PREFIX) {
      const place = parts.slice(0, -PARTS_BELOW_PREFIX).join('/');
      const sums = below.get(place) ?? { objects: 0, bytes: 0 };
      below.set(place, { objects: sums.objects + 1, bytes: sums.bytes + bytes });
    }
    const name = parts.at(-1);
    if (name === '.complete' || name === '.manifest.json') found.add(parts.slice(0, -1).join('/'));
    else if (name !== '.claim' && parts[0] === EXPORTS_FOLDER && parts.length > PREFIX_PARTS)
      found.add(parts.slice(0, PREFIX_PARTS).join('/'));
  }
  return [...found].map((place) => ({ prefix: place, ...(below.get(place) ?? { objects: 0, bytes: 0 }) }));
}
