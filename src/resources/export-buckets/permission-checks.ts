import { AppError } from '../../kernel/errors.ts';
import { SharedRuns } from '../../kernel/shared-runs.ts';
import type { BucketAddress } from '../../object-store/addressing.ts';
import type { StoreSurroundings } from '../../object-store/all.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { writePermissionCheck } from '../../pipelines/export/index.ts';

/** What is known of a bucket that was written to. */
export type WritableBucket = Pick<ObjectStore, 'id' | 'region'>;

/** When more are known, all of them are forgotten. */
const MAX_KNOWN_IDS = 1000;

/**
 * Creates the check of buckets that are registered: it opens the bucket at an address, and writes a test object. Registrations of one address at
 * the same time share checks, and each gets one that began after it asked.
 * @param open options as in `openObjectStore`.
 * @returns the check, which throws what the store throws, and AppError `OBJECT_STORE_NO_ANSWER`.
 */
export function createPermissionChecks(
  open: (address: BucketAddress, options: Pick<StoreSurroundings, 'create' | 'knownId'>) => Promise<ObjectStore>,
  timeoutMs: number,
): (address: BucketAddress) => Promise<WritableBucket> {
  const checks = new Map<string, SharedRuns<WritableBucket>>();

  /** The ids that buckets had at their last check. A write proves the id, so the bucket need not be looked up. */
  const knownIds = new Map<string, string | undefined>();

  async function check(key: string, address: BucketAddress): Promise<WritableBucket> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const write = async (options: Pick<StoreSurroundings, 'create' | 'knownId'>): Promise<ObjectStore> => {
      const store = await open(address, options);
      await writePermissionCheck(store, deadline);
      return store;
    };
    try {
      const knownId = knownIds.get(key);
      const known = knownId === undefined ? undefined : await write({ knownId }).catch(() => undefined);
      // Looking the bucket up creates what is missing, and tells what is wrong.
      const store = known ?? (await write({ create: true }));
      if (knownIds.size >= MAX_KNOWN_IDS) knownIds.clear();
      knownIds.set(key, store.id);
      return store;
    } catch (thrown) {
      throw deadline.aborted ? noAnswer(address.bucketName, timeoutMs) : thrown;
    }
  }

  return async (address) => {
    const key = JSON.stringify(address);
    const shared = checks.get(key) ?? new SharedRuns(() => check(key, address));
    checks.set(key, shared);
    try {
      return await shared.run();
    } finally {
      if (shared.last === undefined && checks.get(key) === shared) checks.delete(key);
    }
  };
}

function noAnswer(bucketName: string, waitedMs: number): AppError {
  return new AppError({
    code: 'OBJECT_STORE_NO_ANSWER',
    message: `the bucket ${bucketName} did not take an empty object within ${waitedMs / 1000} s`,
    hint: 'Check that this machine reaches the store of the bucket, then register the bucket again.',
  });
}
