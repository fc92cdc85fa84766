import type { ObjectStore } from '../../object-store/contract.ts';
import { assertWritten } from '../../object-store/errors.ts';
import { claimFolder, claimObject } from './claim.ts';
import { contentsOfExport } from './contents.ts';
import type { ExportOptions, ExportTotals } from './contract.ts';
import { countMismatch } from './errors.ts';
import { completeObject, manifestObject } from './final-files.ts';
import { exportKeys, PERMISSION_CHECK_KEY } from './keys.ts';
import { describeChange, ObjectCheck, objectsChanged } from './object-check.ts';
import { ObjectList } from './object-list.ts';
import { ObjectQueue, putWhole, type WholeObject } from './object-queue.ts';
import { ProgressTally } from './progress.ts';
import { writeCollections } from './write-collections.ts';

/**
 * Writes a snapshot to a bucket in the layout that docs/formats/export-layout.md describes. `.complete` is written
 * after the store has acknowledged every other object and still holds all of them, and after the counts were found to
 * equal the snapshot's. Objects of a failed attempt stay. A later attempt receives them as `finished`, and writes again
 * only those that the store does not hold any more.
 * @throws AppError `EXPORT_FOLDER_TAKEN`, `EXPORT_OBJECTS_CHANGED`, and what the store throws.
 */
export async function exportSnapshot(options: ExportOptions): Promise<ExportTotals> {
  const { snapshot, store, signal, pool } = options;
  signal.throwIfAborted();
  // The session begins first, because the threads start in the meantime.
  const session = pool.beginSession(signal);
  const queue = new ObjectQueue(store, signal);
  try {
    await writePermissionCheck(store, signal);
    const check = await ObjectCheck.begin(store, signal);
    const keys = exportKeys(options.prefix);
    const claim = options.claim && claimObject(keys, options.claim);
    if (claim !== undefined && options.claim !== undefined)
      await claimFolder(store, claim, options.claim, check, signal);
    const contents = contentsOfExport(snapshot);
    const tally = new ProgressTally(contents, options.onProgress);
    const list = new ObjectList({ ...options, finished: await check.unchanged(options.finished) });
    await writeCollections(options, { keys, session, queue, list, tally });
    await queue.drain();
    const { exportedCollections, documents } = tally.progress;
    if (exportedCollections !== contents.collections.length || documents !== contents.documents) {
      throw countMismatch('the snapshot', contents.documents, documents);
    }
    const { objects } = list;
    const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
    const totals = { collections: exportedCollections, documents, files: objects.length, bytes };
    const manifest = manifestObject(keys, options, { totals, contents, objects, objectsChecked: check.mayRead });
    await putWhole(store, manifest, signal);
    await check.requireUnchanged([...objects, manifest, ...(claim === undefined ? [] : [claim])]);
    await options.beforeComplete?.();
    await writeComplete(store, completeObject(keys, options, totals), check, signal);
    return totals;
  } catch (thrown) {
    await queue.cancel(thrown);
    signal.throwIfAborted();
    throw thrown;
  } finally {
    session.end();
  }
}

/**
 * Writes `.complete`. Readers take an export with this object for a whole one, so the job must not fail where the bucket is known to
 * hold it: neither because the answer to the put was lost, nor because the store does not answer after it has acknowledged it.
 * A role that may only write cannot look. Then the next attempt writes the object again.
 * @throws what the put throws; AppError `EXPORT_OBJECTS_CHANGED`.
 */
async function writeComplete(
  store: ObjectStore,
  complete: WholeObject,
  check: ObjectCheck,
  signal: AbortSignal,
): Promise<void> {
  let failure: { readonly thrown: unknown } | undefined;
  try {
    await putWhole(store, complete, signal);
  } catch (thrown) {
    failure = { thrown };
  }
  const found = await check.lookFor(complete);
  signal.throwIfAborted();
  if (found === 'same') return;
  if (failure !== undefined) throw failure.thrown;
  if (found !== undefined) throw objectsChanged(1, [describeChange(complete.key, found)]);
}

/** Writes an empty object, because it shows that Longshore may write to the bucket. @throws what the store throws. */
export async function writePermissionCheck(store: ObjectStore, signal: AbortSignal): Promise<void> {
  const written = await store.put(PERMISSION_CHECK_KEY, [], { signal, durable: false });
  assertWritten(PERMISSION_CHECK_KEY, { bytes: 0 }, written);
}
