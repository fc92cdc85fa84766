import type { ObjectStore } from '../../object-store/contract.ts';
import { isExistingObject, isUnsupported } from '../../object-store/errors.ts';
import type { FolderClaim } from './contract.ts';
import { folderTaken } from './errors.ts';
import type { ExportKeys } from './keys.ts';
import type { ObjectCheck } from './object-check.ts';
import { putWhole, type WholeObject } from './object-queue.ts';
import { textObject } from './whole-object.ts';

/** Makes `.claim`, which says to which export a folder belongs. */
export function claimObject(keys: ExportKeys, { exportId }: Pick<FolderClaim, 'exportId'>): WholeObject {
  return textObject(keys.claim, JSON.stringify({ exportId }));
}

/**
 * Makes sure that no other export writes to the folder, because two servers whose names are equal may choose the same one. The put that only
 * succeeds in a folder without `.claim` decides. A store that does not know such puts gets an unconditional one: then the export that
 * was overwritten learns of it when its objects are compared.
 * @throws AppError `EXPORT_FOLDER_TAKEN`, and what the store throws.
 */
export async function claimFolder(
  store: ObjectStore,
  claim: WholeObject,
  { isClaimed, onClaimed }: FolderClaim,
  check: ObjectCheck,
  signal: AbortSignal,
): Promise<void> {
  const found = await check.find(claim);
  if (found === 'different') throw folderTaken(claim.key);
  // A role that may only write cannot look.
  if (isClaimed && found === undefined) return;
  if (found !== 'same') await putClaim(store, claim, check, signal);
  if (!isClaimed) await onClaimed();
}

async function putClaim(
  store: ObjectStore,
  claim: WholeObject,
  check: ObjectCheck,
  signal: AbortSignal,
): Promise<void> {
  try {
    await store.put(claim.key, claim.parts, { signal, ifAbsent: true });
  } catch (thrown) {
    if (isUnsupported(thrown)) await putWhole(store, claim, signal);
    else if (!isExistingObject(thrown)) throw thrown;
    // The driver may have found the object of its own first request.
    else if ((await check.find(claim)) !== 'same') throw folderTaken(claim.key);
  }
}
