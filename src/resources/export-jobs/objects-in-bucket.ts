import { AppError } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { ObjectInfo, ObjectStore } from '../../object-store/contract.ts';
import { isForbidden } from '../../object-store/errors.ts';
import { claimObject, exportKeys, folderTaken } from '../../pipelines/export/index.ts';
import type { ExportBuckets } from '../export-buckets/index.ts';
import { exportObjectsUnreachable } from './errors.ts';
import type { ExportJob } from './model.ts';

/** The number of parallel requests. A service answers in tens of milliseconds, and an export may have thousands of objects. */
const REMOVALS_AT_ONCE = 16;

/** The objects of jobs in their buckets. Every call throws ApiError `EXPORT_OBJECTS_UNREACHABLE` with the cause. */
export interface WrittenObjects {
  list(job: ExportJob, request: PageRequest): Promise<Page<ObjectInfo>>;
  /** @returns the number of removed objects. */
  remove(job: ExportJob): Promise<number>;
}

export function createWrittenObjects(
  buckets: Pick<ExportBuckets, 'requireExportBucket' | 'openStore'>,
): WrittenObjects {
  async function inStore<Result>(job: ExportJob, act: (store: ObjectStore) => Promise<Result>): Promise<Result> {
    const bucket = await buckets.requireExportBucket(job.groupId, job.exportBucketId);
    try {
      return await act(await buckets.openStore(bucket));
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      throw exportObjectsUnreachable(job.id).explainedBy(failureReason(thrown).message, thrown);
    }
  }

  return {
    list: async (job, { offset, itemsPerPage }) =>
      await inStore(job, async (store) => {
        const results: ObjectInfo[] = [];
        let totalCount = 0;
        for await (const object of store.list(`${job.prefix}/`)) {
          if (totalCount >= offset && results.length < itemsPerPage) results.push(object);
          totalCount++;
        }
        return { results, totalCount };
      }),

    remove: async (job) =>
      await inStore(job, async (store) => {
        const keys = exportKeys(job.prefix);
        await requireOwnFolder(store, job);
        // First of all, because readers take a folder with `.complete` for a whole export.
        await store.delete(keys.complete);
        let removed = 0;
        let batch: string[] = [];
        const removeBatch = async (): Promise<void> => {
          await Promise.all(batch.map((key) => store.delete(key)));
          removed += batch.length;
          batch = [];
        };
        for await (const { key } of store.list(`${job.prefix}/`)) {
          batch.push(key);
          if (batch.length === REMOVALS_AT_ONCE) await removeBatch();
        }
        await removeBatch();
        return removed;
      }),
  };
}

/** @throws AppError `EXPORT_FOLDER_TAKEN`, and what the store throws. */
async function requireOwnFolder(store: ObjectStore, { id, prefix, isClaimed }: ExportJob): Promise<void> {
  const claim = claimObject(exportKeys(prefix), { exportId: id });
  try {
    if ((await store.compare(claim.key, claim)) === 'different') throw folderTaken(claim.key);
  } catch (thrown) {
    // A role may be allowed to delete and not to read. The row of the job knows of its claim, too.
    if (!isClaimed || !isForbidden(thrown)) throw thrown;
  }
}
