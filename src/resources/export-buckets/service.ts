import { ApiError, invalidAttribute, missingAttribute } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Database, RemovalHook } from '../../metastore/index.ts';
import type { BucketAddress } from '../../object-store/addressing.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { writePermissionCheck } from '../../pipelines/export/index.ts';
import type { AccessRole, CloudProviderAccess } from '../cloud-provider-access/index.ts';
import { isBucketName } from './bucket-name.ts';
import { cannotAssumeRole, exportBucketNameInvalid, exportBucketNotFound } from './errors.ts';
import type { ExportBucket, NewExportBucket, ProviderBucket } from './model.ts';
import * as table from './table.ts';

/** The region of every AWS bucket. Amazon S3 reports it for buckets without a LocationConstraint; a directory has no region. */
const DEFAULT_REGION = 'us-east-1';

export interface ExportBucketsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly cloudProviderAccess: Pick<CloudProviderAccess, 'requireAuthorizedRole' | 'addUsages'>;
  /** @param options.create whether to create the bucket if it is a directory and missing. */
  readonly openBucketStore: (address: BucketAddress, options: { readonly create: boolean }) => Promise<ObjectStore>;
  /** Logs why a bucket cannot be written, because Atlas's error document has no place for the reason. */
  readonly logger?: Logger;
}

/** A bucket that is registered or will be. */
type Target = ProviderBucket & Pick<ExportBucket, 'groupId' | 'roleId'>;

export type ExportBucketService = ReturnType<typeof createService>;

export function createService(deps: ExportBucketsDependencies) {
  const { database, cloudProviderAccess, logger = silentLogger } = deps;
  const removalHooks: RemovalHook<ExportBucket>[] = [];

  cloudProviderAccess.addUsages(async (roleId) =>
    (await table.selectBucketsOfRole(database, roleId)).map(({ id, groupId }) => ({ exportBucketId: id, groupId })),
  );

  /** @throws ApiError `EXPORT_BUCKET_NOT_FOUND` */
  async function requireExportBucket(groupId: Id, id: Id, within: Database = database): Promise<ExportBucket> {
    const bucket = await table.selectBucket(within, groupId, id);
    if (bucket === undefined) throw exportBucketNotFound(id);
    return bucket;
  }

  async function open(bucket: Target, options: { readonly create: boolean }): Promise<ObjectStore> {
    const role = await cloudProviderAccess.requireAuthorizedRole(bucket.groupId, bucket.roleId);
    return await deps.openBucketStore(addressOf(bucket, role), options);
  }

  async function checkPermission(bucket: Target): Promise<void> {
    try {
      await writePermissionCheck(await open(bucket, { create: true }));
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      logger.warn('An export bucket cannot be written', { ...bucket, error: cause });
      throw Object.assign(cannotAssumeRole(bucket.roleId), { cause });
    }
  }

  return {
    requireExportBucket,
    openStore: (bucket: ExportBucket): Promise<ObjectStore> => open(bucket, { create: false }),

    onRemoval: (hook: RemovalHook<ExportBucket>): void => {
      removalHooks.push(hook);
    },

    /** Registers a bucket after a test object was written, because a bucket that cannot be written must not be registered. */
    create: async (groupId: Id, wanted: NewExportBucket): Promise<ExportBucket> => {
      const { roleId } = wanted;
      const target = { ...providerBucket(wanted), groupId, roleId };
      await checkPermission(target);
      const now = deps.clock.now();
      const bucket: ExportBucket = { ...target, id: newId(now), createdAt: now };
      await database.transaction().execute(async (transaction) => {
        // Checked again because the role may have been removed during the test.
        await cloudProviderAccess.requireAuthorizedRole(groupId, roleId, transaction);
        await table.insertBucket(transaction, bucket);
      });
      return bucket;
    },

    list: async (groupId: Id, page: PageRequest): Promise<Page<ExportBucket>> =>
      await table.selectBuckets(database, groupId, page),

    setPrivateNetworking: async (groupId: Id, id: Id, required: boolean): Promise<ExportBucket> =>
      await database.transaction().execute(async (transaction) => {
        const bucket = await requireExportBucket(groupId, id, transaction);
        if (bucket.provider !== 'AWS') throw invalidAttribute('requirePrivateNetworking');
        await table.updatePrivateNetworking(transaction, id, required);
        return { ...bucket, requirePrivateNetworking: required };
      }),

    remove: async (groupId: Id, id: Id): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        const bucket = await requireExportBucket(groupId, id, transaction);
        for (const hook of removalHooks) await hook(transaction, bucket);
        await table.deleteBucket(transaction, id);
      });
    },
  };
}

/** @throws ApiError `EXPORT_BUCKET_NAME_INVALID`, `MISSING_ATTRIBUTE` */
function providerBucket(wanted: NewExportBucket): ProviderBucket {
  const { provider, bucketName } = wanted;
  if (bucketName === undefined) throw missingAttribute('bucketName');
  if (!isBucketName(provider, bucketName)) throw exportBucketNameInvalid(bucketName);
  switch (provider) {
    case 'AWS':
      return {
        provider,
        bucketName,
        requirePrivateNetworking: wanted.requirePrivateNetworking,
        region: DEFAULT_REGION,
      };
    case 'AZURE':
      return { provider, bucketName, serviceUrl: wanted.serviceUrl, tenantId: wanted.tenantId };
    case 'GCP':
      return { provider, bucketName };
  }
}

/** @throws ApiError `CANNOT_ASSUME_ROLE` if bucket and role have different providers. */
function addressOf(bucket: ProviderBucket, role: AccessRole): BucketAddress {
  const { bucketName } = bucket;
  if (bucket.provider === 'AWS' && role.provider === 'AWS') return { provider: 'AWS', bucketName, role };
  if (bucket.provider === 'AZURE' && role.provider === 'AZURE') {
    return { provider: 'AZURE', serviceUrl: bucket.serviceUrl, bucketName, role };
  }
  if (bucket.provider === 'GCP' && role.provider === 'GCP') return { provider: 'GCP', bucketName, role };
  throw cannotAssumeRole(role.id);
}
