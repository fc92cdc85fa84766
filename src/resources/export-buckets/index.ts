import type { Operation } from '../../http/index.ts';
import type { Id } from '../../kernel/ids.ts';
import type { Database, RemovalHook } from '../../metastore/index.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { BucketPlace } from './bucket-place.ts';
import type { ExportBucket } from './model.ts';
import { createOperations } from './routes.ts';
import { createService, type ExportBucketsDependencies, type UsableHook } from './service.ts';

export { exportBucketInUse } from './errors.ts';
export { explainUnreadable } from './unreadable.ts';
export type { BucketPlace } from './bucket-place.ts';
export type { ExportBucket } from './model.ts';
export type { ExportBucketsDependencies, UsableHook } from './service.ts';

/** The buckets for exports of snapshots. The role of a registered bucket cannot be removed. */
export interface ExportBuckets {
  readonly operations: readonly Operation[];
  /**
   * @param within the transaction of the query; absent: none.
   * @throws ApiError `EXPORT_BUCKET_NOT_FOUND`
   */
  requireExportBucket(groupId: Id, exportBucketId: Id, within?: Database): Promise<ExportBucket>;
  /** Opens a bucket. @throws ApiError if its role is not authorized any more; AppError of the store, such as `OBJECT_STORE_GONE`. */
  openStore(bucket: ExportBucket): Promise<ObjectStore>;
  /**
   * Finds the folder of a bucket of the project that an address means, as `placeAt` says; undefined if the project has no such bucket.
   * @throws ApiError `EXPORT_BUCKET_NAME_AMBIGUOUS`
   */
  findPlace(groupId: Id, address: string): Promise<BucketPlace | undefined>;
  /** Adds a hook that runs before a bucket is removed. A hook that throws prevents the removal. */
  onRemoval(hook: RemovalHook<ExportBucket>): void;
  /** Adds a hook that runs after a validation found a bucket usable. */
  onUsable(hook: UsableHook): void;
}

export function createExportBuckets(deps: ExportBucketsDependencies): ExportBuckets {
  const service = createService(deps);
  return {
    operations: createOperations(service),
    requireExportBucket: service.requireExportBucket,
    openStore: service.openStore,
    findPlace: service.findPlace,
    onRemoval: service.onRemoval,
    onUsable: service.onUsable,
  };
}
