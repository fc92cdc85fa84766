import { codeOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { BlockStore } from './block-store.ts';
import type { CollectedGarbage, GarbageOptions } from './contract.ts';
import { idOfManifest, manifestKey, MANIFESTS_PREFIX } from './manifest-format.ts';
import { readEntries } from './manifest-reader.ts';
import { NameFilter } from './name-filter.ts';

/** What a line of a block takes in a manifest, at least. */
const MIN_BLOCK_LINE_BYTES = 120;

/**
 * Removes the blocks that no manifest names and no capture counts on. The manifests are read first and the blocks are listed after
 * that, so a block whose manifest comes later is one that a capture has pinned.
 * @throws AppError `SNAPSHOT_MANIFEST_CORRUPT` for a manifest of a known snapshot: what it names is not known.
 */
export async function collectGarbage(
  store: ObjectStore,
  blocks: BlockStore,
  options: GarbageOptions,
): Promise<CollectedGarbage> {
  const { signal } = options;
  const named = await namesOfManifests(store, options);
  const removed = { blocks: 0, bytes: 0 };
  for await (const { sha256, storedBytes } of blocks.list({ signal })) {
    if (named.mayHave(sha256) || !(await blocks.delete(sha256, { signal }))) continue;
    removed.blocks++;
    removed.bytes += storedBytes;
  }
  return removed;
}

async function namesOfManifests(store: ObjectStore, options: GarbageOptions): Promise<NameFilter> {
  const { signal, isKnown = () => Promise.resolve(true) } = options;
  const ids: string[] = [];
  let manifestBytes = 0;
  for await (const { key, bytes } of store.list(MANIFESTS_PREFIX, { signal })) {
    const id = idOfManifest(key);
    if (id === undefined) continue;
    ids.push(id);
    manifestBytes += bytes;
  }
  const named = new NameFilter(manifestBytes / MIN_BLOCK_LINE_BYTES);
  for (const id of ids) {
    try {
      for await (const { block } of readEntries(store, id, { signal })) {
        if (block !== undefined) named.add(block.sha256);
      }
    } catch (thrown) {
      const code = codeOf(thrown);
      // Deleted since the manifests were listed.
      if (code === 'SNAPSHOT_NOT_FOUND') continue;
      if (code !== 'SNAPSHOT_MANIFEST_CORRUPT' || (await isKnown(id))) throw thrown;
      await store.delete(manifestKey(id), { signal });
      // Begun anew, so that the blocks of the lines before the damage go, too.
      return await namesOfManifests(store, options);
    }
  }
  return named;
}
