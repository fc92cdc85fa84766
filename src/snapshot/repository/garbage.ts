import { codeOf } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { BlockStore } from './block-store.ts';
import { deleteCheckpoint, openCheckpoint } from './checkpoint.ts';
import { CHECKPOINTS_PREFIX, pieceOf } from './checkpoint-format.ts';
import type { CollectedGarbage, GarbageOptions } from './contract.ts';
import { idOfManifest, manifestKey, MANIFESTS_PREFIX } from './manifest-format.ts';
import { readBlockNames } from './manifest-reader.ts';
import { NameFilter } from './name-filter.ts';

/** The smallest length of a block's line in a manifest. */
const MIN_BLOCK_LINE_BYTES = 120;

/**
 * Removes the blocks that no manifest and no checkpoint names and no capture relies on. Manifests and checkpoints are
 * read before the blocks are listed, because a capture has pinned every block that is named later. Checkpoints of
 * complete and of unknown snapshots are removed, too.
 * @throws AppError `SNAPSHOT_MANIFEST_CORRUPT` for a manifest of a known snapshot, because its blocks are not known.
 */
export async function collectGarbage(
  store: ObjectStore,
  blocks: BlockStore,
  options: GarbageOptions,
): Promise<CollectedGarbage> {
  const { signal } = options;
  const named = await namesInUse(store, options);
  const removed = { blocks: 0, bytes: 0 };
  for await (const { sha256, storedBytes } of blocks.list({ signal })) {
    if (named.mayHave(sha256) || !(await blocks.delete(sha256, { signal }))) continue;
    removed.blocks++;
    removed.bytes += storedBytes;
  }
  return removed;
}

async function namesInUse(store: ObjectStore, options: GarbageOptions): Promise<NameFilter> {
  const { signal, isKnown = () => Promise.resolve(true) } = options;
  const manifests = await listed(store, MANIFESTS_PREFIX, idOfManifest, signal);
  const checkpoints = await listed(store, CHECKPOINTS_PREFIX, (key) => pieceOf(key)?.id, signal);
  const named = new NameFilter((manifests.bytes + checkpoints.bytes) / MIN_BLOCK_LINE_BYTES);
  for (const id of manifests.ids) {
    try {
      for await (const names of readBlockNames(store, id, { signal })) for (const name of names) named.add(name);
    } catch (thrown) {
      const code = codeOf(thrown);
      // The snapshot was deleted after the manifests were listed.
      if (code === 'SNAPSHOT_NOT_FOUND') continue;
      if (code !== 'SNAPSHOT_MANIFEST_CORRUPT' || (await isKnown(id))) throw thrown;
      await store.delete(manifestKey(id), { signal });
      // Reading starts again, because the blocks in the lines before the damage must be removed, too.
      return await namesInUse(store, options);
    }
  }
  for (const id of checkpoints.ids) {
    if (manifests.ids.has(id) || !(await isKnown(id))) {
      await deleteCheckpoint(store, id, { signal });
      continue;
    }
    const checkpoint = await openCheckpoint(store, id, { signal });
    for await (const entry of checkpoint?.entries() ?? []) {
      if (typeof entry === 'object') named.add(entry.block.sha256);
    }
  }
  return named;
}

/** The ids of snapshots with objects below a prefix, and the bytes of these objects. */
async function listed(
  store: ObjectStore,
  prefix: string,
  idOf: (key: string) => string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly ids: ReadonlySet<string>; readonly bytes: number }> {
  const ids = new Set<string>();
  let total = 0;
  for await (const { key, bytes } of store.list(prefix, { signal })) {
    const id = idOf(key);
    if (id === undefined) continue;
    ids.add(id);
    total += bytes;
  }
  return { ids, bytes: total };
}
