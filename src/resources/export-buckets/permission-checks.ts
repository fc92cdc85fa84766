import { AppError } from '../../kernel/errors.ts';
import { SharedRuns } from '../../kernel/shared-runs.ts';
import type { BucketAddress } from '../../object-store/addressing.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { writePermissionCheck } from '../../pipelines/export/index.ts';

/** What is known of a bucket that was written to. */
export type WritableBucket = Pick<ObjectStore, 'id' | 'region'>;

/**
 * Creates the check of buckets that are registered: it opens the bucket at an address, and writes a test object. Registrations of one address at
 * the same time share checks, and each gets one that began after it asked.
 * @returns the check, which throws what the store throws, and AppError `OBJECT_STORE_NO_ANSWER`.
 */
export function createPermissionChecks(
  open: (address: BucketAddress) => Promise<ObjectStore>,
  timeoutMs: number,
): (address: BucketAddress) => Promise<WritableBucket> {
  const checks = new Map<string, SharedRuns<WritableBucket>>();

  async function check(address: BucketAddress): Promise<WritableBucket> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const store = await open(address);
      await writePermissionCheck(store, deadline);
      return store;
    } catch (thrown) {
      throw deadline.aborted ? noAnswer(address.bucketName, timeoutMs) : thrown;
    }
  }

  return async (address) => {
    const key = JSON.stringify(address);
    const shared = checks.get(key) ?? new SharedRuns(() => check(address));
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
