import { ApiError } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { codeOf } from '../../kernel/errors.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import type { Database, Transaction } from '../../metastore/index.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { writePermissionCheck } from '../../pipelines/export/index.ts';
import { isBucketName } from './bucket-name.ts';
import { cannotAssumeRole, exportBucketNameInvalid, exportBucketNotFound } from './errors.ts';
import type { ExportBucket, NewExportBucket } from './model.ts';
import * as table from './table.ts';

/** S3's answer for a bucket without a LocationConstraint; a directory that stands for a bucket has no other place. */
const DEFAULT_REGION = 'us-east-1';

/** How a bucket is reached: its name, and the project's role that may write it. */
export interface BucketAccess {
  readonly provider: 'AWS';
  readonly bucketName: string;
  readonly groupId: Id;
  readonly roleId: Id;
}

/** Told, in the transaction that removes a bucket, before it goes; throws to keep it. */
export type BucketRemovalHook = (transaction: Transaction, bucket: ExportBucket) => Promise<void>;

export interface ExportBucketsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** @throws ApiError unless the project has the role and the role is authorised. */
  readonly requireAuthorizedRole: (groupId: Id, roleId: Id, transaction?: Transaction) => Promise<unknown>;
  readonly openBucketStore: (access: BucketAccess) => Promise<ObjectStore>;
  /** Is told why a bucket cannot be written, for which Atlas's answer has no place. */
  readonly logger?: Logger;
}

export type ExportBucketService = ReturnType<typeof createService>;

export function createService(deps: ExportBucketsDependencies) {
  const { database, logger = silentLogger } = deps;
  const removalHooks: BucketRemovalHook[] = [];

  /** @throws ApiError `EXPORT_BUCKET_NOT_FOUND` */
  async function requireBucket(groupId: Id, id: Id, within: Database = database): Promise<ExportBucket> {
    const bucket = await table.selectBucket(within, groupId, id);
    if (bucket === undefined) throw exportBucketNotFound(id);
    return bucket;
  }

  async function openStore(access: BucketAccess): Promise<ObjectStore> {
    await deps.requireAuthorizedRole(access.groupId, access.roleId);
    return await deps.openBucketStore(access);
  }

  async function checkPermission(access: BucketAccess): Promise<void> {
    try {
      await writePermissionCheck(await openStore(access));
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      logger.warn('An export bucket cannot be written', { ...access, error: cause });
      throw codeOf(cause) === 'INVALID_BUCKET_NAME'
        ? exportBucketNameInvalid(access.bucketName)
        : Object.assign(cannotAssumeRole(access.roleId), { cause });
    }
  }

  return {
    requireBucket,
    openStore,

    onRemoval: (hook: BucketRemovalHook): void => {
      removalHooks.push(hook);
    },

    /** Writes the row only after the bucket has taken an object: what does not work is never registered. */
    async create(groupId: Id, wanted: NewExportBucket): Promise<ExportBucket> {
      const { bucketName, roleId } = wanted;
      if (!isBucketName(bucketName)) throw exportBucketNameInvalid(bucketName);
      await checkPermission({ provider: 'AWS', bucketName, groupId, roleId });
      const now = deps.clock.now();
      const bucket: ExportBucket = {
        ...wanted,
        id: newId(now),
        groupId,
        provider: 'AWS',
        region: DEFAULT_REGION,
        createdAt: now,
      };
      await database.transaction().execute(async (transaction) => {
        // Once more: the role may have been removed while the bucket was tried.
        await deps.requireAuthorizedRole(groupId, roleId, transaction);
        await table.insertBucket(transaction, bucket);
      });
      return bucket;
    },

    async list(groupId: Id, page: { readonly offset: number; readonly itemsPerPage: number }) {
      const buckets = await table.selectBuckets(database, groupId, page);
      return { buckets, totalCount: await table.countBuckets(database, groupId) };
    },

    async setPrivateNetworking(groupId: Id, id: Id, required: boolean): Promise<ExportBucket> {
      return await database.transaction().execute(async (transaction) => {
        const bucket = await requireBucket(groupId, id, transaction);
        await table.updatePrivateNetworking(transaction, id, required);
        return { ...bucket, requirePrivateNetworking: required };
      });
    },

    async remove(groupId: Id, id: Id): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        const bucket = await requireBucket(groupId, id, transaction);
        for (const hook of removalHooks) await hook(transaction, bucket);
        await table.deleteBucket(transaction, id);
      });
    },

    bucketsOfRole: async (roleId: Id, within: Database = database): Promise<readonly ExportBucket[]> =>
      await table.selectBucketsOfRole(within, roleId),
  };
}
