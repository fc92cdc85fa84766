import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database } from '../../metastore/index.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { ExportBucket } from './model.ts';
import { createOperations } from './routes.ts';
import { createService, type BucketRemovalHook, type ExportBucketsDependencies } from './service.ts';

export { exportBucketInUse } from './errors.ts';
export type { ExportBucket } from './model.ts';
export type { BucketRemovalHook, ExportBucketsDependencies } from './service.ts';

/** The buckets that snapshots are exported to. As long as one is registered, its role stays. */
export interface ExportBuckets {
  readonly operations: readonly Operation[];
  /**
   * @param within a transaction to read in; the database where there is none.
   * @throws ApiError `EXPORT_BUCKET_NOT_FOUND`
   */
  requireExportBucket(groupId: Id, exportBucketId: Id, within?: Database): Promise<ExportBucket>;
  /** @throws ApiError if its role is not authorised any more; AppError of the store, such as `OBJECT_STORE_GONE`. */
  openStore(bucket: ExportBucket): Promise<ObjectStore>;
  /** Calls the hook before a bucket is removed; a hook that throws keeps it. */
  onRemoval(hook: BucketRemovalHook): void;
}

export function createExportBuckets(deps: ExportBucketsDependencies): ExportBuckets {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    requireExportBucket: service.requireExportBucket,
    openStore: service.openStore,
    onRemoval: service.onRemoval,
  };
}
